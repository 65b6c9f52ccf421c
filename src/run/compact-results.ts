/**
 * The results of very many runs in little memory: what several have in common is one object, and numbers stand in columns,
 * from which they are read when they are asked for. A finished run takes a quarter of what it takes as plain data, and the
 * garbage collector has two objects to look at where there were twenty.
 */
import { archName } from '../arch/arch.js';
import { metricKeys, type Measurement, type MetricKey } from './metrics.js';
import type { FinishedResult, FinishedRun, Imported, Run, RunResult } from './run.js';
import type { RunSpec } from './spec.js';
import { sharing } from './shared-parts.js';

/** Makes the results of runs; those of one maker share what they can. */
export function openCompactResults(): (run: Run) => RunResult {
  const arch = sharing<RunSpec['arch']>(archName);
  const recipe = sharing<RunSpec['recipe']>(JSON.stringify);
  const setting = sharing<Setting>(JSON.stringify);
  const text = sharing<string>((reason) => reason);
  let block = openBlock();
  return (run) => {
    const { key, spec, curve, imported } = run;
    const { task, engine } = spec;
    const common = { task, engine, curve: { length: curve.length }, imported };
    const known = { key, arch: arch(spec.arch), recipe: recipe(spec.recipe) };
    if (run.state !== 'finished' || !isPlain(run.timing)) {
      return plainResult(run, { ...known, setting: setting({ ...common, metrics: nothingMeasured }) }, text);
    }
    const parts = { ...known, setting: setting({ ...common, metrics: metricsOf(run) }) };
    if (block.used + rowLength(parts.setting) > blockLength) block = openBlock();
    return new CompactResult(parts, block.numbers, fillRow(block, run, parts.setting));
  };
}

/** The metrics of a run, in the order of their numbers. */
interface MeasuredMetrics {
  readonly validation: readonly MetricKey[];
  readonly test: readonly MetricKey[];
}

const nothingMeasured: MeasuredMetrics = { validation: [], test: [] };

function metricsOf({ validation, test }: FinishedRun): MeasuredMetrics {
  const measured = (measurement: Measurement) => metricKeys.filter((key) => measurement[key] !== undefined);
  return { validation: measured(validation), test: measured(test) };
}

/** What many runs have in common. */
interface Setting extends Pick<RunSpec, 'task' | 'engine'>, Pick<FinishedResult, 'curve'> {
  readonly imported: Imported | undefined;
  readonly metrics: MeasuredMetrics;
}

interface Parts extends Pick<FinishedResult, 'key'>, Pick<RunSpec, 'arch' | 'recipe'> {
  readonly setting: Setting;
}

/** As plain data, for a run that has not finished, or whose times are none of ours. */
function plainResult(run: Run, { key, arch, recipe, setting }: Parts, share: (text: string) => string): RunResult {
  const { task, engine, curve, imported } = setting;
  const spec = { task, arch, recipe, engine };
  if (run.state !== 'finished') return { ...run, spec, reason: share(run.reason) };
  const { state, validation, test } = run;
  const timing = run.timing && { startedAt: run.timing.startedAt, durationMs: run.timing.durationMs };
  return { key, spec, state, curve, timing, validation, test, ...(imported && { imported }) };
}

const blockLength = 2 ** 15;

/** The numbers of each run, one after the other; NaN stands for one that is not known. */
interface Block {
  readonly numbers: Float64Array;
  used: number;
}

function openBlock(): Block {
  return { numbers: new Float64Array(blockLength), used: 0 };
}

/** Two numbers tell the time. */
function rowLength({ metrics: { validation, test } }: Setting): number {
  return validation.length + test.length + 2;
}

function fillRow(block: Block, { validation, test, timing }: FinishedResult, setting: Setting): number {
  const { metrics } = setting;
  const start = block.used;
  const { numbers } = block;
  let at = start;
  for (const key of metrics.validation) numbers[at++] = validation[key] ?? NaN;
  for (const key of metrics.test) numbers[at++] = test[key] ?? NaN;
  numbers[at++] = timing === null ? NaN : Date.parse(timing.startedAt);
  numbers[at++] = timing === null ? NaN : timing.durationMs;
  block.used = at;
  return start;
}

/** Whether the columns give back these times as they are. */
function isPlain(timing: Run['timing']): boolean {
  if (timing === null) return true;
  const startedMs = Date.parse(timing.startedAt);
  return (
    !Number.isNaN(startedMs) &&
    new Date(startedMs).toISOString() === timing.startedAt &&
    Number.isFinite(timing.durationMs)
  );
}

/** Reads from the columns what is asked for. */
class CompactResult implements FinishedResult {
  readonly key: string;
  private readonly arch: RunSpec['arch'];
  private readonly recipe: RunSpec['recipe'];
  private readonly setting: Setting;

  constructor(
    { key, arch, recipe, setting }: Parts,
    private readonly numbers: Float64Array,
    private readonly start: number,
  ) {
    this.key = key;
    this.arch = arch;
    this.recipe = recipe;
    this.setting = setting;
  }

  get state() {
    return 'finished' as const;
  }

  get spec(): RunSpec {
    const { task, engine } = this.setting;
    return { task, arch: this.arch, recipe: this.recipe, engine };
  }

  get curve() {
    return this.setting.curve;
  }

  get imported() {
    return this.setting.imported;
  }

  get validation(): Measurement {
    return this.measurement(this.setting.metrics.validation, 0);
  }

  get test(): Measurement {
    const { validation, test } = this.setting.metrics;
    return this.measurement(test, validation.length);
  }

  get timing() {
    const end = rowLength(this.setting);
    const [startedMs, durationMs] = [this.number(end - 2), this.number(end - 1)];
    if (startedMs === null || durationMs === null) return null;
    return {
      // Rarely asked for, and slow.
      get startedAt() {
        return new Date(startedMs).toISOString();
      },
      durationMs,
    };
  }

  private measurement(keys: readonly MetricKey[], at: number): Measurement {
    const measured: Partial<Record<MetricKey, number | null>> = {};
    for (const [place, key] of keys.entries()) measured[key] = this.number(at + place);
    return measured;
  }

  private number(place: number): number | null {
    const number = this.numbers[this.start + place]!;
    return Number.isNaN(number) ? null : number;
  }
}
