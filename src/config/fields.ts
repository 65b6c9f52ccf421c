/** How the value of each option is checked, whether it comes as text (flags, environment) or from YAML. */
import { z } from 'zod';
import { inputProjections, outputProjections } from '../arch/arch.js';
import { parameterCounts } from '../frontier/point.js';
import { flipFactors, learningRateSteps } from '../run/run.js';
import { searchedShapes } from '../search/space.js';
import type { OptionKey } from './options.js';

/** Text that spells a number becomes one; anything else stays for the check to refuse. */
const numberFromText = (value: unknown) =>
  typeof value === 'string' && /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(value) ? Number(value) : value;
const listFromText = (value: unknown) =>
  typeof value === 'string' ? value.split(',').map((part) => part.trim()) : value;
const switchFromText = (value: unknown) =>
  value === '1' || value === 'true' ? true : value === '0' || value === 'false' ? false : value;

const text = z.string().min(1);
const wholeFrom = (smallest: number) => z.preprocess(numberFromText, z.int().min(smallest));
const count = wholeFrom(1);
const index = wholeFrom(0);
const positive = z.preprocess(numberFromText, z.number().positive());
const choice = <const T extends readonly string[]>(values: T) => z.enum(values);
const distinct = <T>(values: T[]) => new Set(values).size === values.length;
const listOf = <T extends z.ZodType>(item: T) => z.preprocess(listFromText, z.array(item).min(1).refine(distinct));
const onOff = z.preprocess(switchFromText, z.boolean());

const interval = (bound: z.ZodNumber) =>
  z
    .tuple([bound, bound])
    .refine(([smallest, largest]) => smallest <= largest, 'the smallest must not be above the largest');
const depths = interval(z.int().min(1));
const perShape = <T extends z.ZodType>(shape: T) => z.strictObject({ hourglass: shape, conventional: shape }).partial();
const widths = z.array(z.int().min(1)).min(1);

export const fields = {
  task: text,
  budget: z.union([text, z.number().transform(String)]),
  count: choice(parameterCounts),
  strategy: choice(['random', 'grid']),
  candidates: count,
  shapes: listOf(choice(searchedShapes)),
  learningRates: listOf(positive),
  replicates: count,
  skip: count,
  bottleneck: count,
  depth: count,
  inputProjection: choice(inputProjections),
  outputProjection: choice(outputProjections),
  learningRate: positive,
  epochs: count,
  batchSize: count,
  learningRateStep: choice(learningRateSteps),
  weightDecay: z.preprocess(numberFromText, z.number().nonnegative()),
  flips: z.preprocess(numberFromText, z.literal(flipFactors)),
  seed: index,
  replicate: index,
  engine: text,
  space: perShape(z.strictObject({ depth: depths, ratio: interval(z.number().positive()) }).partial()),
  grid: perShape(z.strictObject({ skipWidths: widths, bottleneckWidths: widths, depths: widths })),
  name: z.string().regex(/^[\w.-]*\w[\w.-]*$/),
  dataFolder: text,
  config: text,
  out: text,
  workers: count,
  fresh: onOff,
  yes: onOff,
  dryRun: onOff,
  format: choice(['table', 'markdown']),
  axis: choice(['log', 'linear']),
  json: onOff,
  quiet: onOff,
  logLevel: choice(['debug', 'info', 'warn', 'silent']),
} as const satisfies Record<OptionKey, z.ZodType>;

type Fields = typeof fields;

/** Values of options by key; null where the option has no value and its default follows from others. */
export type OptionValues<Keys extends OptionKey> = { readonly [Key in Keys]: z.output<Fields[Key]> | null };
