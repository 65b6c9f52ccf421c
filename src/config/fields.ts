/** How the value of each option is checked, whether it comes as text (flags, environment) or from YAML. */
import { z } from 'zod';
import { archSchema } from '../arch/arch.js';
import { mayNameFamily } from '../arch/families.js';
import { sizeNames } from '../arch/sizes.js';
import { withHome } from '../base/home.js';
import { isPluginHash } from '../base/plugin-hash.js';
import { targetKinds } from '../data/table/request.js';
import { devices } from '../engine/engines.js';
import { recipeSchema } from '../run/spec.js';
import { parseBudget, type Budget } from '../search/budget.js';
import { autoRange } from '../search/replicates.js';
import { deepest, searchedShapes } from '../search/space.js';
import { efforts, strategyChoices, strategyNames } from '../search/strategy-names.js';
import { parseDuration } from '../base/duration.js';
import type { OptionKey } from './options.js';

/** Text that spells a number becomes one; anything else stays for the check to refuse. */
const numberFromText = (value: unknown) =>
  typeof value === 'string' && /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(value) ? Number(value) : value;
const fromText = <Form extends z.ZodType>(form: Form) => z.preprocess(numberFromText, form);
const listFromText = (value: unknown) =>
  typeof value === 'string' ? value.split(',').map((part) => part.trim()) : typeof value === 'number' ? [value] : value;
const switchFromText = (value: unknown) =>
  value === '1' || value === 'true' ? true : value === '0' || value === 'false' ? false : value;

const text = z.string().min(1);
/** Of a file or a folder; no shell has seen what stands behind `=` or in a file. */
const place = text.transform(withHome);
/** The most that is taken where nothing else bounds a number: what it counts is kept, or enumerated. */
const most = 1e9;
const wholeFrom = (smallest: number, largest = most) => fromText(z.number().max(largest).int().min(smallest));
/** The largest is compared with first: whoever asks for far more is to be told of it. */
const upTo = (largest: number, whole: z.ZodNumber) => fromText(z.number().max(largest).pipe(whole));
const count = wholeFrom(1);
/** Of what is only compared with. */
const anyCount = wholeFrom(1, Number.MAX_SAFE_INTEGER);
const choice = <const T extends readonly string[]>(values: T) => z.enum(values);
const distinct = <T>(values: T[]) => new Set(values).size === values.length;
const listOf = <T extends z.ZodType>(item: T) => z.preprocess(listFromText, z.array(item).min(1).refine(distinct));
const duration = text.refine((value) => parseDuration(value) !== null);
const onOff = z.preprocess(switchFromText, z.boolean());

/** Taken from the schema of a run: here a value may be text as well, and what costs memory or time has an end. */
const { shape: arch } = archSchema;
const { shape: recipe } = recipeSchema;

/** Whether it is one of parameters or of bytes is for those to say who know its size. */
const isBudget = (isMeant: (budget: Budget) => boolean) =>
  text.refine((value) =>
    (['trainable', 'stored-bytes'] as const).some((size) => {
      try {
        return isMeant(parseBudget(value, size));
      } catch {
        return false;
      }
    }),
  );
/** In a file the limits may stand as keys and values; they mean what the text of a flag does, which is read later. */
const sizeLimits = z
  .union([
    text,
    z.record(z.string(), z.union([text, z.number()])).transform((limits) =>
      Object.entries(limits)
        .map(([size, most]) => `${size}=${most}`)
        .join(','),
    ),
  ])
  .pipe(text);

/** Inside `space` and `grid` the messages say what is expected there. */
const inside = (form: z.ZodNumber, expects: string) =>
  z.custom<number>((value) => form.safeParse(value).success, expects);
const interval = (bound: z.ZodType<number>) =>
  z
    .tuple([bound, bound], 'two numbers: [smallest, largest]')
    .refine(([smallest, largest]) => smallest <= largest, 'two numbers: [smallest, largest]');
const wholes = (item: z.ZodType<number>) =>
  z.array(item, 'a list of whole numbers from 1').min(1, 'a list of at least one whole number');
const widths = wholes(inside(arch.skipWidth, 'a whole number from 1'));
const depth = inside(arch.depth, 'a whole number from 1');
const depths = wholes(depth.refine((blocks) => blocks <= deepest, `a whole number from 1 to ${deepest}`));
const intervals = z
  .strictObject(
    { depth: interval(depth), ratio: interval(inside(z.number().positive(), 'a number above 0')) },
    'the keys depth and ratio',
  )
  .partial();
const lists = z.strictObject(
  { skipWidths: widths, bottleneckWidths: widths, depths },
  'the keys skipWidths, bottleneckWidths and depths',
);
const perShape = <T extends z.ZodType>(shape: T) =>
  z.strictObject({ hourglass: shape, conventional: shape }, 'the keys hourglass and conventional').partial();

/** Its settings are read later. */
const family = text.refine(mayNameFamily);

/** Several budgets may stand in a file as a list; they mean what the same text between commas does. */
const budgetPart = z.union([text, z.number().transform(String)]);
const budget = z.union([
  budgetPart,
  z
    .array(budgetPart)
    .min(1)
    .transform((parts) => parts.join(',')),
]);

const asList = (value: unknown): unknown => (Array.isArray(value) ? value : [value]);
/** As a path, or as the configuration of a results folder has it: with the hash that the file must have. */
const pluginFile = z.union([
  place.transform((file) => ({ file, sha256: null })),
  z.strictObject({ file: place, sha256: text.refine(isPluginHash) }),
]);

/** Gives for each option the schema of its value, which takes it as text too and gives it as it is kept. */
export const optionSchemas = {
  task: text,
  noiseLevel: fromText(z.number().positive()),
  scale: wholeFrom(2),
  imageSize: fromText(z.int().min(6).max(1024)),
  imageChannels: fromText(z.literal([1, 3])),
  splitSeed: fromText(
    z
      .int()
      .min(0)
      .max(2 ** 32 - 1),
  ),
  // Lists of names are read with the quotes that a name with a comma has.
  target: text,
  targetKind: choice(targetKinds),
  categorical: text,
  numeric: text,
  drop: text,
  splitColumn: text,
  mostCategories: wholeFrom(2, 10_000),
  columnNames: text,
  delimiter: z.union([z.literal(['tab', '\\t']).transform(() => '\t'), z.string().regex(/^[^\w\s"'.\\-]$|^\t$/)]),
  decimalMark: choice(['point', 'comma']),
  budget,
  family,
  families: z.preprocess(listFromText, z.array(family).min(1)),
  plugin: z.preprocess(asList, z.array(pluginFile).min(1)),
  size: choice(sizeNames),
  limit: sizeLimits,
  strategy: choice(strategyChoices),
  effort: choice(efforts),
  lookEvery: count,
  reductionFactor: wholeFrom(2),
  tolerance: fromText(z.number().min(0).lt(1)),
  audit: fromText(z.number().min(0).max(1)),
  candidates: count,
  shapes: listOf(choice(searchedShapes)),
  learningRates: listOf(fromText(recipe.learningRate)),
  replicates: z.union([count, text.refine((value) => autoRange(value) !== null)]),
  skip: upTo(most, arch.skipWidth),
  bottleneck: upTo(most, arch.bottleneckWidth),
  depth: upTo(deepest, arch.depth),
  inputProjection: arch.inputProjection,
  outputProjection: arch.outputProjection,
  learningRate: fromText(recipe.learningRate),
  epochs: upTo(1e6, recipe.epochs),
  patience: upTo(1e6, recipe.patience.unwrap()),
  batchSize: upTo(most, recipe.batchSize),
  learningRateStep: recipe.learningRateStep,
  weightDecay: fromText(recipe.weightDecay),
  flips: fromText(recipe.flips),
  seed: fromText(recipe.seed),
  replicate: fromText(recipe.replicate),
  samples: place,
  checkpoints: place,
  device: choice(['auto', ...devices]),
  engine: text,
  provedEngine: text,
  space: perShape(intervals),
  grid: perShape(lists),
  name: z.string().regex(/^[\w.-]*\w[\w.-]*$/),
  shard: text,
  shared: onOff,
  // Checked where it is read, since what is refused here is shown.
  queue: text,
  maxRuns: anyCount,
  idleExit: duration,
  lease: duration.refine((value) => parseDuration(value)! >= 1000),
  ofTask: text,
  column: z.array(text),
  set: z.array(text),
  inputWidth: anyCount,
  outputWidth: anyCount,
  trainingImages: anyCount,
  maxTime: duration,
  timeLimit: duration,
  maxFailures: anyCount,
  untilStable: fromText(z.number().gt(0).lt(1)),
  failed: onOff,
  stopped: onOff,
  dataFolder: place,
  config: place,
  out: place,
  workers: wholeFrom(1, 4096),
  devices: listOf(wholeFrom(0, Number.MAX_SAFE_INTEGER)),
  pack: count,
  fresh: onOff,
  yes: onOff,
  dryRun: onOff,
  interval: z
    .union([text, z.tuple([z.number(), z.number()]).transform((ends) => ends.join('..'))])
    .pipe(isBudget(({ atLeast }) => atLeast !== null)),
  baseline: place,
  margin: fromText(z.number().min(0).max(1e100)),
  at: budget.pipe(isBudget(({ atLeast }) => atLeast === null)),
  reference: fromText(z.number()),
  level: fromText(z.number().gt(0).lt(1)),
  resamples: wholeFrom(1, 1e6),
  noiseStd: fromText(z.number().min(0).max(1e100)),
  table: place,
  curves: place,
  strategies: listOf(choice(strategyNames)),
  ofShapes: listOf(choice(searchedShapes)),
  seeds: wholeFrom(1, 1e5),
  most: fromText(z.number().min(0.01).max(1)),
  playLookEvery: count,
  format: choice(['table', 'markdown']),
  axis: choice(sizeNames),
  axisScale: choice(['log', 'linear']),
  json: onOff,
  quiet: onOff,
  logLevel: choice(['debug', 'info', 'warn', 'silent']),
} as const satisfies Record<OptionKey, z.ZodType>;

type Schemas = typeof optionSchemas;

/** Holds the values of options by key; null where an option has no value and its default follows from others. */
export type OptionValues<Keys extends OptionKey> = { readonly [Key in Keys]: z.output<Schemas[Key]> | null };

/** Holds values of all options; in those of a command, options that it does not have are undefined. */
export type Values = OptionValues<OptionKey>;
