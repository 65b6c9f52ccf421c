/**
 * The results of very many runs in little memory: what several have in common is one object, and numbers stand in columns,
 * from which they are read when they are asked for. A finished run takes a quarter of what it takes as plain data, and the
 * garbage collector has two objects to look at where there were twenty.
 */
import { archName } from '../arch/arch.js';
import type { FinishedResult, Imported, Measurement, Run, RunResult, TestMeasurement } from './run.js';
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
    const parts: Parts = {
      ...{ key, arch: arch(spec.arch), recipe: recipe(spec.recipe) },
      setting: setting({ task, engine, curve: { length: curve.length }, imported }),
    };
    if (run.state !== 'finished' || !isPlain(run.timing)) return plainResult(run, parts, text);
    if (block.rows === blockRows) block = openBlock();
    const start = fillRow(block, run);
    block.rows += 1;
    return new CompactResult(parts, block.numbers, start);
  };
}

/** What many runs have in common. */
interface Setting extends Pick<RunSpec, 'task' | 'engine'>, Pick<FinishedResult, 'curve'> {
  readonly imported: Imported | undefined;
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

const blockRows = 4096;

/** Nine numbers of each run, one after the other; NaN stands for one that is not known. */
interface Block {
  readonly numbers: Float64Array;
  rows: number;
}

const rowLength = 9;

function openBlock(): Block {
  return { numbers: new Float64Array(blockRows * rowLength), rows: 0 };
}

function fillRow({ numbers, rows }: Block, { validation, test, timing }: FinishedResult): number {
  const start = rows * rowLength;
  numbers[start] = validation.meanSquaredError ?? NaN;
  numbers[start + 1] = validation.psnrDb;
  numbers[start + 2] = validation.psnrOfMeanDb ?? NaN;
  numbers[start + 3] = test.meanSquaredError ?? NaN;
  numbers[start + 4] = test.psnrDb;
  numbers[start + 5] = test.psnrOfMeanDb ?? NaN;
  numbers[start + 6] = test.ssim ?? NaN;
  numbers[start + 7] = timing === null ? NaN : Date.parse(timing.startedAt);
  numbers[start + 8] = timing === null ? NaN : timing.durationMs;
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
    return this.measurement(0);
  }

  get test(): TestMeasurement {
    const { meanSquaredError, psnrDb, psnrOfMeanDb } = this.measurement(3);
    return { meanSquaredError, psnrDb, psnrOfMeanDb, ssim: this.number(6) };
  }

  get timing() {
    const [startedMs, durationMs] = [this.number(7), this.number(8)];
    if (startedMs === null || durationMs === null) return null;
    return {
      // Rarely asked for, and slow.
      get startedAt() {
        return new Date(startedMs).toISOString();
      },
      durationMs,
    };
  }

  private measurement(at: number): Measurement {
    return {
      meanSquaredError: this.number(at),
      psnrDb: this.numbers[this.start + at + 1]!,
      psnrOfMeanDb: this.number(at + 2),
    };
  }

  private number(place: number): number | null {
    const number = this.numbers[this.start + place]!;
    return Number.isNaN(number) ? null : number;
  }
}
