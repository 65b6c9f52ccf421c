/** From a record to what it says about one run, checked alone; faults are reported with their line. */
import { shapeOf, archName, type Arch } from '../arch/arch.js';
import { checkNetwork, familyNamed } from '../arch/families.js';
import { sizesOf } from '../arch/sizes.js';
import { UserError } from '../base/errors.js';
import { formatExactCount } from '../base/numbers.js';
import type { Task } from '../data/tasks.js';
import { keyOf } from '../run/key.js';
import {
  decidingMetrics,
  metricOf,
  type MeasuredBeside,
  type Measurement,
  type MetricKey,
  type TaskMetrics,
} from '../run/metrics.js';
import { evaluationSets, type EvaluationSet } from '../run/run.js';
import type { Recipe, RunSpec } from '../run/spec.js';
import { networkFields, type FieldName, type FieldValues } from './fields.js';
import type { Problems } from './problems.js';
import { isLeftOut, type ImportedState } from './states.js';

/** Names the engine of runs that were not trained here. */
export const importedEngine = 'imported';

/** Holds what a record says that was measured on one set. */
export type Figures = Measurement;

/** Is one run, as far as its records tell. */
export interface ImportedRow {
  /** 1-based, of the first of its records. */
  readonly line: number;
  readonly spec: RunSpec;
  readonly key: string;
  readonly state: 'finished' | 'diverged' | 'failed';
  readonly reason: string | null;
  readonly figures: Readonly<Partial<Record<EvaluationSet, Figures>>>;
}

/**
 * Reads the spec of a record, its replicate null where the file does not number them. Reports a fault and gives null
 * where it is none.
 */
export function specOf(
  values: FieldValues,
  task: Task,
  { line, problems }: { line: number; problems: Problems },
): { arch: Arch; recipe: Omit<Recipe, 'replicate'> } | null {
  const faults = problems.count;
  for (const name of networkFields) {
    if (values[name] === null) problems.add(line, `${name}: expected a whole number from 1, got an empty cell`);
  }
  const { skip_width: skipWidth, bottleneck_width: bottleneckWidth, depth } = values;
  if (skipWidth === null || bottleneckWidth === null || depth === null) return null;
  const arch: Arch = {
    ...familyNamed(values.family),
    skipWidth,
    bottleneckWidth,
    depth,
    inputProjection: values.input_projection ?? 'trainable',
    outputProjection: values.output_projection ?? 'trainable',
  };
  for (const fault of archFaults(arch, task, values)) problems.add(line, fault);
  return problems.count > faults ? null : { arch, recipe: recipeOf(values, task) };
}

function recipeOf(values: FieldValues, { recipe }: Task): Omit<Recipe, 'replicate'> {
  return {
    epochs: values.epochs ?? recipe.epochs,
    ...(values.patience !== null && { patience: values.patience }),
    batchSize: values.batch_size ?? recipe.batchSize,
    learningRate: values.learning_rate ?? recipe.learningRate,
    learningRateStep: values.learning_rate_step ?? recipe.learningRateStep,
    weightDecay: values.weight_decay ?? recipe.weightDecay,
    flips: (values.flips ?? recipe.flips) as Recipe['flips'],
    seed: values.seed ?? 1,
  };
}

function archFaults(arch: Arch, { dimensions }: Task, values: FieldValues): string[] {
  try {
    checkNetwork(arch, dimensions);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return [error.message.replace(/; use .*/s, '')];
  }
  const { trainableParams, totalParams } = sizesOf(arch, dimensions);
  if (!Number.isSafeInteger(totalParams))
    return [`${archName(arch)}: expected a network that can be counted, got a larger one`];
  const counts = [
    ['trainable_params', trainableParams, values.trainable_params],
    ['total_params', totalParams, values.total_params],
  ] as const;
  const faults = counts.flatMap(([name, counted, told]) => {
    if (told === null || told === counted) return [];
    return [
      `${name}: expected ${formatExactCount(counted)}, which ${archName(arch)} has with ${dimensions.input} inputs and ` +
        `${dimensions.output} outputs, got ${formatExactCount(told)}`,
    ];
  });
  const shape = shapeOf(arch);
  if (values.shape !== null && values.shape !== shape) {
    faults.push(`shape: expected ${shape}, which ${archName(arch)} is, got ${values.shape}`);
  }
  return faults;
}

/**
 * Gives what a record says that was measured, by set. Reports a fault and gives null where the metric that decides stands
 * without its set, or a finished run has none.
 */
export function outcomeOf(
  values: FieldValues,
  { metrics }: Pick<Task, 'metrics'>,
  { line, problems, source }: { line: number; problems: Problems; source: string },
): Pick<ImportedRow, 'state' | 'reason' | 'figures'> | null {
  const [deciding] = metrics;
  const results = {
    validation: values[columnOf('validation', deciding)],
    test: values[columnOf('test', deciding)],
  };
  if (deciding === 'psnrDb' && values.psnr_db !== null) {
    if (values.metric !== null) results[values.metric] ??= values.psnr_db;
    else if (hasFigures(values.state)) {
      problems.add(line, 'metric: expected the set that psnr_db was measured on, got an empty cell');
      return null;
    }
  }
  const told = isLeftOut(values.state) ? null : values.state;
  const diverged = evaluationSets.some((set) => Number.isNaN(results[set]));
  const state = told === 'failed' ? 'failed' : diverged ? 'diverged' : (told ?? 'finished');
  const { label } = metricOf(deciding);
  if (state !== 'finished') {
    const reason = values.reason ?? (diverged ? `${label} is not a number` : `${state} according to ${source}`);
    return { state, reason, figures: {} };
  }
  const figures = evaluationSets.flatMap((set) => {
    const known = results[set];
    return known === null
      ? []
      : [[set, figuresOf(set, { ...values, [columnOf(set, deciding)]: known }, metrics)] as const];
  });
  if (figures.length === 0) {
    problems.add(
      line,
      `expected the ${label} of validation or of test, got none; a run that gave none has a state such as failed`,
    );
    return null;
  }
  return { state, reason: null, figures: Object.fromEntries(figures) };
}

/** Says whether the measurements of a run in this state count. */
export function hasFigures(state: ImportedState | null | undefined): boolean {
  return state !== 'failed' && state !== 'diverged';
}

/** All that the task may be measured by; what is measured for some tasks only, where the record has it. */
function figuresOf(set: EvaluationSet, values: FieldValues, metrics: TaskMetrics): Figures {
  const [deciding] = metrics;
  const { always, sometimes }: MeasuredBeside = decidingMetrics[deciding];
  const asked = metrics.filter((key) => set === 'test' || metricOf(key).testOnly !== true);
  const known = asked.flatMap((key) => {
    const value = values[columnOf(set, key)];
    return value === null && sometimes.includes(key) && !always.includes(key) ? [] : [[key, value] as const];
  });
  return Object.fromEntries(known);
}

function columnOf(set: EvaluationSet, key: MetricKey): MetricField {
  return `${set}_${metricOf(key).column}` as MetricField;
}

/** The fields that hold a number of a metric. */
type MetricField = {
  [Name in FieldName]: Name extends `${EvaluationSet}_${string}` ? Name : never;
}[FieldName];

/** Makes the spec of an imported run, and its key. */
export function importedSpec(task: Task, arch: Arch, recipe: Recipe): { spec: RunSpec; key: string } {
  const spec: RunSpec = { task: task.name, arch, recipe, engine: importedEngine };
  return { spec, key: keyOf(spec) };
}
