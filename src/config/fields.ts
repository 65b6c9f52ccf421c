/** How the value of each option is checked, whether it comes as text (flags, environment) or from YAML. */
import { z } from 'zod';
import { inputProjections, outputProjections, parameterCounts } from '../arch/arch.js';
import { withHome } from '../base/home.js';
import { devices } from '../engine/engines.js';
import { flipFactors, learningRateSteps } from '../run/spec.js';
import { parseBudget, type Budget } from '../search/budget.js';
import { autoRange } from '../search/replicates.js';
import { deepest, searchedShapes } from '../search/space.js';
import { efforts, strategyChoices, strategyNames } from '../search/strategy-names.js';
import { parseDuration } from './duration.js';
import type { OptionKey } from './options.js';

/** Text that spells a number becomes one; anything else stays for the check to refuse. */
const numberFromText = (value: unknown) =>
  typeof value === 'string' && /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(value) ? Number(value) : value;
const listFromText = (value: unknown) =>
  typeof value === 'string' ? value.split(',').map((part) => part.trim()) : typeof value === 'number' ? [value] : value;
const switchFromText = (value: unknown) =>
  value === '1' || value === 'true' ? true : value === '0' || value === 'false' ? false : value;

const text = z.string().min(1);
/** Of a file or a folder; no shell has seen what stands behind `=` or in a file. */
const place = text.transform(withHome);
/** The most that is taken where nothing else bounds a number: what it counts is kept, or enumerated. */
const most = 1e9;
const wholeFrom = (smallest: number, largest = most) =>
  z.preprocess(numberFromText, z.number().max(largest).int().min(smallest));
const count = wholeFrom(1);
/** Of what is only compared with. */
const anyCount = wholeFrom(1, Number.MAX_SAFE_INTEGER);
const index = wholeFrom(0, Number.MAX_SAFE_INTEGER);
const positive = z.preprocess(numberFromText, z.number().positive());
const choice = <const T extends readonly string[]>(values: T) => z.enum(values);
const distinct = <T>(values: T[]) => new Set(values).size === values.length;
const listOf = <T extends z.ZodType>(item: T) => z.preprocess(listFromText, z.array(item).min(1).refine(distinct));
const duration = text.refine((value) => parseDuration(value) !== null);
const onOff = z.preprocess(switchFromText, z.boolean());

const budgetsLike = (isMeant: (budget: Budget) => boolean) =>
  text.refine((value) => {
    try {
      return isMeant(parseBudget(value));
    } catch {
      return false;
    }
  });

/** Inside `space` and `grid` the messages say what is expected there. */
const wholeInside = z.int('a whole number from 1').min(1, 'a whole number from 1');
const positiveInside = z.number('a number above 0').positive('a number above 0');
const interval = (bound: z.ZodNumber) =>
  z
    .tuple([bound, bound], 'two numbers: [smallest, largest]')
    .refine(([smallest, largest]) => smallest <= largest, 'two numbers: [smallest, largest]');
const depthInside = wholeInside.max(deepest, `a whole number from 1 to ${deepest}`);
const wholes = z.array(wholeInside, 'a list of whole numbers from 1').min(1, 'a list of at least one whole number');
const depthsInside = z
  .array(depthInside, 'a list of whole numbers from 1')
  .min(1, 'a list of at least one whole number');
const intervals = z
  .strictObject({ depth: interval(wholeInside), ratio: interval(positiveInside) }, 'the keys depth and ratio')
  .partial();
const lists = z.strictObject(
  { skipWidths: wholes, bottleneckWidths: wholes, depths: depthsInside },
  'the keys skipWidths, bottleneckWidths and depths',
);
const perShape = <T extends z.ZodType>(shape: T) =>
  z.strictObject({ hourglass: shape, conventional: shape }, 'the keys hourglass and conventional').partial();

/** Several budgets may stand in a file as a list; they mean what the same text between commas does. */
const budgetPart = z.union([text, z.number().transform(String)]);
const budget = z.union([
  budgetPart,
  z
    .array(budgetPart)
    .min(1)
    .transform((parts) => parts.join(',')),
]);

export const fields = {
  task: text,
  noiseLevel: positive,
  scale: wholeFrom(2),
  imageSize: z.preprocess(numberFromText, z.int().min(6).max(1024)),
  imageChannels: z.preprocess(numberFromText, z.literal([1, 3])),
  splitSeed: z.preprocess(
    numberFromText,
    z
      .int()
      .min(0)
      .max(2 ** 32 - 1),
  ),
  budget,
  count: choice(parameterCounts),
  strategy: choice(strategyChoices),
  effort: choice(efforts),
  lookEvery: count,
  reductionFactor: wholeFrom(2),
  tolerance: z.preprocess(numberFromText, z.number().min(0).lt(1)),
  audit: z.preprocess(numberFromText, z.number().min(0).max(1)),
  candidates: count,
  shapes: listOf(choice(searchedShapes)),
  learningRates: listOf(positive),
  replicates: z.union([count, text.refine((value) => autoRange(value) !== null)]),
  skip: count,
  bottleneck: count,
  depth: wholeFrom(1, deepest),
  inputProjection: choice(inputProjections),
  outputProjection: choice(outputProjections),
  learningRate: positive,
  epochs: wholeFrom(1, 1e6),
  batchSize: count,
  learningRateStep: choice(learningRateSteps),
  weightDecay: z.preprocess(numberFromText, z.number().nonnegative()),
  flips: z.preprocess(numberFromText, z.literal(flipFactors)),
  seed: index,
  replicate: index,
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
  untilStable: z.preprocess(numberFromText, z.number().gt(0).lt(1)),
  failed: onOff,
  stopped: onOff,
  dataFolder: place,
  config: place,
  out: place,
  workers: wholeFrom(1, 4096),
  devices: listOf(index),
  pack: count,
  fresh: onOff,
  yes: onOff,
  dryRun: onOff,
  interval: budgetsLike(({ atLeast }) => atLeast !== null),
  baseline: place,
  margin: z.preprocess(numberFromText, z.number().nonnegative()),
  at: budgetsLike(({ atLeast }) => atLeast === null),
  referencePsnr: z.preprocess(numberFromText, z.number()),
  level: z.preprocess(numberFromText, z.number().gt(0).lt(1)),
  resamples: wholeFrom(1, 1e6),
  noiseStd: z.preprocess(numberFromText, z.number().min(0).max(1000)),
  table: place,
  curves: place,
  strategies: listOf(choice(strategyNames)),
  ofShapes: listOf(choice(searchedShapes)),
  seeds: wholeFrom(1, 1e5),
  most: z.preprocess(numberFromText, z.number().min(0.01).max(1)),
  playLookEvery: count,
  format: choice(['table', 'markdown']),
  axis: choice(['log', 'linear']),
  json: onOff,
  quiet: onOff,
  logLevel: choice(['debug', 'info', 'warn', 'silent']),
} as const satisfies Record<OptionKey, z.ZodType>;

type Fields = typeof fields;

/** Values of options by key; null where the option has no value and its default follows from others. */
export type OptionValues<Keys extends OptionKey> = { readonly [Key in Keys]: z.output<Fields[Key]> | null };

/** Of all options; a command has those that it knows. */
export type Values = OptionValues<OptionKey>;
