/**
 * The table of what an imported file may say about a run: the names of our own `runs.csv`, and what others call the
 * same. What is not here is not read.
 */
import { z } from 'zod';
import { withFormulas } from '../base/formulas.js';
import { archSchema, shapes } from '../arch/arch.js';
import { families, familyOf } from '../arch/families.js';
import { decidingMetrics, metricOf, metricTable, type MetricKey } from '../run/metrics.js';
import { evaluationSets, type EvaluationSet } from '../run/run.js';
import { recipeSchema } from '../run/spec.js';
import { stateOf, type ImportedState } from './states.js';

/** Says which values a cell may have; null is an empty cell. */
export interface Kind<Value> {
  /** What is expected, for errors and docs. */
  readonly expects: string;
  /** Undefined where the text is nothing of the kind. */
  readonly read: (text: string) => Value | null | undefined;
  /** Whether it is written in digits, and so with a decimal mark. */
  readonly isNumber?: boolean;
}

const numberPattern = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
/** What other tools write into a cell of numbers that is empty. */
const emptyPattern = /^(|nan|n\/?a|null|none)$/i;

const numbers = (expects: string, fits: (value: number) => boolean): Kind<number> => ({
  expects,
  isNumber: true,
  read(text) {
    if (emptyPattern.test(text)) return null;
    const value = numberPattern.test(text) ? Number(text) : NaN;
    return Number.isFinite(value) && fits(value) ? value : undefined;
  },
});
/** A value as the schema of a run has it; any field may be missing in a file. */
const numberOf = (form: z.ZodType<number>, expects: string) =>
  numbers(expects, (value) => form.safeParse(value).success);
/** Also `785.0`, as tables write whole numbers beside empty cells. */
const wholeOf = (form: z.ZodNumber) => numberOf(form, `a whole number from ${form.minValue}`);
const paramCount = wholeOf(z.int().min(1));
/** As our own files hold it, in which no text is a formula. */
const text: Kind<string> = { expects: 'text', read: (written) => withFormulas(written) || null };

const choice = <const Value extends string>(
  values: readonly Value[],
  also: Readonly<Record<string, Value>> = {},
): Kind<Value> => ({
  expects: values
    .map((value) => `'${value}'`)
    .join(', ')
    .replace(/, ([^,]*)$/, ' or $1'),
  read(written) {
    const word = written.toLowerCase();
    if (word === '') return null;
    return values.find((value) => value === word) ?? (Object.hasOwn(also, word) ? also[word] : undefined);
  },
});

const [, farthestPsnrDb] = metricTable.psnrDb.bounds;
const psnrRange = `a number of dB from -${farthestPsnrDb} to ${farthestPsnrDb}`;
const knownPsnr = numbers(psnrRange, (value) => Math.abs(value) <= farthestPsnrDb);

/** PSNR is NaN where the loss was. An infinite one would be an error of zero, which no network reaches. */
const psnr: Kind<number> = {
  expects: `${psnrRange}, or nan for a run that diverged`,
  isNumber: true,
  read(written) {
    if (/^(nan|-inf|-infinity)$/i.test(written)) return NaN;
    return knownPsnr.read(written);
  },
};

/** A number of a metric that decides, which is NaN where the loss was. */
const orDiverged = ({ expects, read, ...rest }: Kind<number>): Kind<number> => ({
  ...rest,
  expects: `${expects}, or nan for a run that diverged`,
  read: (written) => (/^[+-]?(nan|inf|infinity)$/i.test(written) ? NaN : read(written)),
});

const setWords = { eval: 'validation', val: 'validation', valid: 'validation', dev: 'validation' } as const;

/** `test_psnr`, `eval/psnr_db` or `validation`. */
const metric: Kind<(typeof evaluationSets)[number]> = {
  expects: "'validation_psnr' or 'test_psnr'",
  read: (written) => choice(evaluationSets, setWords).read(written.replace(/[^a-z]psnr([^a-z]db)?$/i, '')),
};

const state: Kind<ImportedState> = { expects: "'finished', 'diverged', 'failed' or 'unfinished'", read: stateOf };

/** With its settings, as our own files have it. */
const family: Kind<string> = {
  expects: `a family of networks: ${families.map(({ name }) => name).join(', ')}`,
  read(written) {
    if (written === '') return null;
    try {
      return familyOf({ family: written }).name;
    } catch {
      return undefined;
    }
  },
};

/** Describes one thing that a file may say about a run. */
export interface Field<Value> extends Kind<Value> {
  /** Other names of it, in the form that `plainName` gives. */
  readonly synonyms: readonly string[];
}

const field = <Value>(kind: Kind<Value>, ...synonyms: string[]): Field<Value> => ({ ...kind, synonyms });

const { shape: arch } = archSchema;
const { shape: recipe } = recipeSchema;

type ColumnOf<Key extends MetricKey> = (typeof metricTable)[Key]['column'];

/** Other names of the sets, as columns of other tools have them. */
const setNames = { validation: ['validation', 'val', 'valid', 'eval', 'dev'], test: ['test'] } as const;

/** Makes a field of a metric for each set. */
function fieldsOf<Key extends MetricKey>(key: Key, ...also: string[]) {
  const { column, bounds } = metricOf(key);
  const [least, most] = bounds;
  const range = most < 1e100 ? `a number from ${least > -1e100 ? least : 'any'} to ${most}` : `a number from ${least}`;
  const known = numbers(range.replace('from any to', 'of at most'), (value) => value >= least && value <= most);
  const kind = Object.hasOwn(decidingMetrics, key) ? orDiverged(known) : known;
  const fields = evaluationSets.map((set) => {
    const names = setNames[set].flatMap((name) => [column, ...also].map((word) => `${name}_${word}`));
    return [`${set}_${column}`, field(kind, ...names.filter((name) => name !== `${set}_${column}`))] as const;
  });
  return Object.fromEntries(fields) as Record<`${EvaluationSet}_${ColumnOf<Key>}`, Field<number>>;
}

/** Lists the fields by the names that our own `runs.csv` has for them. */
export const importFields = {
  dataset: field(text, 'data_set'),
  task: field(text),
  shape: field(choice(shapes)),
  family: field(family),
  skip_width: field(wholeOf(arch.skipWidth), 'd_z', 'skip', 'skip_dim', 'residual_width', 'd_model'),
  bottleneck_width: field(wholeOf(arch.bottleneckWidth), 'd_h', 'bottleneck', 'hidden_width', 'hidden_dim', 'd_ff'),
  depth: field(wholeOf(arch.depth), 'blocks', 'n_blocks', 'num_blocks'),
  input_projection: field(choice(arch.inputProjection.options)),
  output_projection: field(choice(arch.outputProjection.options)),
  trainable_params: field(paramCount, 'trainable_parameters', 'params', 'parameters', 'n_params', 'num_params'),
  total_params: field(paramCount, 'total_parameters'),
  learning_rate: field(numberOf(recipe.learningRate, 'a number above 0'), 'lr', 'initial_learning_rate', 'initial_lr'),
  replicate: field(wholeOf(recipe.replicate), 'rep', 'repeat'),
  seed: field(wholeOf(recipe.seed), 'random_seed'),
  epochs: field(wholeOf(recipe.epochs), 'n_epochs', 'num_epochs', 'max_epochs'),
  patience: field(wholeOf(recipe.patience.unwrap())),
  batch_size: field(wholeOf(recipe.batchSize), 'batch'),
  flips: field(numberOf(recipe.flips, [...recipe.flips.values].join(', ')), 'flip_factor'),
  weight_decay: field(numberOf(recipe.weightDecay, 'a number from 0'), 'wd'),
  learning_rate_step: field(choice(recipe.learningRateStep.options)),
  state: field(state, 'status'),
  reason: field(text, 'error'),
  metric: field(metric),
  psnr_db: field(psnr, 'psnr'),
  validation_mse: field(mse(), 'val_mse', 'valid_mse', 'eval_mse'),
  validation_psnr_db: field(psnr, ...psnrNames('validation', 'val', 'valid', 'eval', 'dev')),
  validation_psnr_of_mean_db: field(knownPsnr),
  test_mse: field(mse()),
  test_psnr_db: field(psnr, ...psnrNames('test')),
  test_psnr_of_mean_db: field(knownPsnr),
  test_ssim: field(numbers('a number from -1 to 1', (value) => Math.abs(value) <= 1)),
  ...fieldsOf('accuracy', 'acc'),
  ...fieldsOf('top5Accuracy', 'top5_acc'),
  ...fieldsOf('meanAuc'),
  ...fieldsOf('auc', 'roc_auc'),
  ...fieldsOf('logLoss', 'cross_entropy'),
  ...fieldsOf('rmse'),
  ...fieldsOf('mae'),
  ...fieldsOf('r2'),
} as const;

/** Names a field. */
export type FieldName = keyof typeof importFields;
/** Lists the names of all fields, in the order of the table. */
export const fieldNames = Object.keys(importFields) as FieldName[];

/** Lists the fields without which there is no network. */
export const networkFields = ['skip_width', 'bottleneck_width', 'depth'] as const satisfies readonly FieldName[];

/** Lists the fields that say what a run measured, and on which set. */
export const figureFields: ReadonlySet<FieldName> = new Set(
  fieldNames.filter((name) => /^(metric|psnr_db)$|^(validation|test)_/.test(name)),
);

/** Holds the values of a record; null where its cell is empty or the file has no such column. */
export type FieldValues = {
  -readonly [Name in FieldName]: (typeof importFields)[Name] extends Field<infer V> ? V | null : never;
};

/**
 * `Skip Width`, `skipWidth`, `params_skip_width` (Optuna), `Param skip_width` (its dashboard), and `config.skip_width`
 * (Weights & Biases) are `skip_width`.
 */
export function plainName(name: string): string {
  return name
    .trim()
    .replace(/([a-z])(?=[A-Z])/g, '$1_')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '')
    .replace(/^(params?|user_attrs|user_attribute|config|summary)_(?=.)/, '');
}

function mse(): Kind<number> {
  return numbers('a number above 0', (value) => value > 0);
}

function psnrNames(...sets: string[]): string[] {
  return sets.flatMap((set) => [`${set}_psnr`, `${set}_psnr_db`]);
}
