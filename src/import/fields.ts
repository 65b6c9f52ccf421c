/**
 * The table of what an imported file may say about a run: the names of our own `runs.csv`, and what others call the
 * same. What is not here is not read.
 */
import { withFormulas } from '../base/formulas.js';
import { inputProjections, outputProjections, shapes } from '../arch/arch.js';
import { evaluationSets, farthestPsnrDb } from '../run/run.js';
import { flipFactors, learningRateSteps } from '../run/spec.js';
import { stateOf, type ImportedState } from './states.js';

/** What a cell becomes; null is an empty cell. */
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
/** Also `785.0`, as tables write whole numbers beside empty cells. */
const wholeFrom = (smallest: number) =>
  numbers(`a whole number from ${smallest}`, (value) => Number.isSafeInteger(value) && value >= smallest);
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

const setWords = { eval: 'validation', val: 'validation', valid: 'validation', dev: 'validation' } as const;

/** `test_psnr`, `eval/psnr_db` or `validation`. */
const metric: Kind<(typeof evaluationSets)[number]> = {
  expects: "'validation_psnr' or 'test_psnr'",
  read: (written) => choice(evaluationSets, setWords).read(written.replace(/[^a-z]psnr([^a-z]db)?$/i, '')),
};

const state: Kind<ImportedState> = { expects: "'finished', 'diverged', 'failed' or 'unfinished'", read: stateOf };

export interface Field<Value> extends Kind<Value> {
  /** Other names of it, in the form that `plainName` gives. */
  readonly synonyms: readonly string[];
}

const field = <Value>(kind: Kind<Value>, ...synonyms: string[]): Field<Value> => ({ ...kind, synonyms });

export const fields = {
  dataset: field(text, 'data_set'),
  task: field(text),
  shape: field(choice(shapes)),
  skip_width: field(wholeFrom(1), 'd_z', 'skip', 'skip_dim', 'residual_width', 'd_model'),
  bottleneck_width: field(wholeFrom(1), 'd_h', 'bottleneck', 'hidden_width', 'hidden_dim', 'd_ff'),
  depth: field(wholeFrom(1), 'blocks', 'n_blocks', 'num_blocks'),
  input_projection: field(choice(inputProjections)),
  output_projection: field(choice(outputProjections)),
  trainable_params: field(wholeFrom(1), 'trainable_parameters', 'params', 'parameters', 'n_params', 'num_params'),
  total_params: field(wholeFrom(1), 'total_parameters'),
  learning_rate: field(
    numbers('a number above 0', (value) => value > 0),
    'lr',
    'initial_learning_rate',
    'initial_lr',
  ),
  replicate: field(wholeFrom(0), 'rep', 'repeat'),
  seed: field(wholeFrom(0), 'random_seed'),
  epochs: field(wholeFrom(1), 'n_epochs', 'num_epochs', 'max_epochs'),
  batch_size: field(wholeFrom(1), 'batch'),
  flips: field(
    numbers(flipFactors.join(', '), (value) => flipFactors.some((factor) => factor === value)),
    'flip_factor',
  ),
  weight_decay: field(
    numbers('a number from 0', (value) => value >= 0),
    'wd',
  ),
  learning_rate_step: field(choice(learningRateSteps)),
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
} as const;

export type FieldName = keyof typeof fields;
export const fieldNames = Object.keys(fields) as FieldName[];

/** Without these there is no network. */
export const networkFields = ['skip_width', 'bottleneck_width', 'depth'] as const satisfies readonly FieldName[];

/** What a run measured, and on which set. */
export const figureFields: ReadonlySet<FieldName> = new Set(
  fieldNames.filter((name) => /^metric$|_(db|mse|ssim)$/.test(name)),
);

/** The values of a record; null where its cell is empty or the file has no such column. */
export type FieldValues = {
  -readonly [Name in FieldName]: (typeof fields)[Name] extends Field<infer V> ? V | null : never;
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
