/** Configurations: mostly what somebody would write, with a value here and there that nobody would. */
import * as fc from 'fast-check';
import { stringify } from 'yaml';
import { sizeNames } from '../../src/arch/sizes.js';
import type { options } from '../../src/config/options.js';
import { damaged, rarely } from './mutations.js';

const kinds = ['denoising', 'super-resolution', 'generative-classification', 'classification'];
const sets = ['mnist', 'fashion-mnist', 'cifar10', 'imagenet32'];

/** Names of tasks, their settings among them. */
export const taskNames = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.tuple(fc.constantFrom(...sets), fc.constantFrom(...kinds)).map((parts) => parts.join('/')),
  },
  { weight: 2, arbitrary: fc.double({ min: 0.01, max: 2 }).map((level) => `mnist/denoising?noise-level=${level}`) },
  { weight: 2, arbitrary: fc.constantFrom('mnist/super-resolution?scale=4', 'cifar10/super-resolution?scale=8') },
  {
    weight: 3,
    arbitrary: fc
      .tuple(fc.string({ unit: 'grapheme', maxLength: 12 }), fc.nat(5000), fc.nat(5000), fc.nat())
      .map(([name, input, output, images]) => `elsewhere/${name}?input=${input}&output=${output}&images=${images}`),
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      ...['folder:../../x/denoising', 'folder:/nowhere/at/all/denoising', 'folder:\0/denoising', '../mnist/denoising'],
      'folder:x/denoising?images=100&channels=3&image-size=32&sha256=0123456789ab',
      'folder:x/denoising?images=9007199254740991&channels=1&image-size=1024&sha256=0123456789ab',
      'table:x.csv/regression?target=y&rows=100&sha256=0123456789ab&input=8&output=1',
      'table:x.csv/classification?target=y&rows=9007199254740991&sha256=0123456789ab&input=9&output=3',
      ...['table:x.csv/regression', 'table:../../x.csv', 'table:/nowhere/x.csv/multi-label', 'table:\0', 'table:'],
      ...['diamonds/regression', 'diamonds/classification', 'table:x/denoising?sha256=0123456789ab'],
      ...['mnist/denoising?noise-level=1e309', 'mnist/denoising?scale=2', 'mnist/__proto__', 'constructor/denoising'],
      ...[
        'elsewhere/x?input=9007199254740991&output=9007199254740991&images=1',
        'mnist/denoising\n?',
        'mnist/denoising?=',
      ],
    ),
  },
);

/** What no option expects. */
export const hostileValues: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown[]>(...[0, -1, -0, 0.5, 1e-320, 1e308, -1e308, 2 ** 53, NaN, Infinity, -Infinity]),
  fc.constantFrom<unknown[]>(
    ...['', ' ', '\n', '\0', '\u001b[2J', '__proto__', 'null', '1e999', '1_000', '0x10', '../../x'],
  ),
  fc.constantFrom<unknown[]>(...[null, true, [], {}, [[]], [null], [NaN], new Date(0), new Uint8Array(3)]),
  fc.jsonValue({ maxDepth: 3 }),
  fc.string({ unit: 'binary' }),
  fc.double(),
  fc.bigInt({ min: -(2n ** 70n), max: 2n ** 70n }),
);

const whole = fc.integer({ min: 1, max: 50 });
const hugeWhole = fc.constantFrom(1e6, 2 ** 31, 2 ** 53 - 1);
const rate = fc.constantFrom<(number | string)[]>(1e-4, 3e-4, 1e-3, '3e-3', 0.01, 1e-300);
const interval = (smallest: number, largest: number) =>
  fc.tuple(
    fc.double({ min: smallest, max: largest, noNaN: true }),
    fc.double({ min: smallest, max: largest, noNaN: true }),
  );
const depths = rarely(fc.tuple(whole, whole), fc.constantFrom([1, 2 ** 53 - 1], [1, 1e9]), 8);
const budgetNumber = fc.oneof(
  fc.constantFrom('1M', '0.5M', '20k', '4M', '100_000', '2e6', '1G', '9007199254740991', '1e300', '1e99999', '3'),
  fc.integer({ min: 1000, max: 5e6 }).map(String),
);
const budgets = fc.oneof(
  budgetNumber,
  fc.array(budgetNumber, { minLength: 1, maxLength: 4 }).map((parts) => parts.join(',')),
  fc.tuple(budgetNumber, budgetNumber).map((ends) => ends.join('..')),
  fc.array(fc.integer({ min: 1000, max: 5e6 }), { minLength: 1, maxLength: 3 }),
);
const widths = fc.array(rarely(fc.integer({ min: 1, max: 900 }), hugeWhole, 20), { maxLength: 6 });
const lists = fc.record({ skipWidths: widths, bottleneckWidths: widths, depths: fc.array(whole, { maxLength: 4 }) });

/** Values of the options of a search, by key. */
const usualValues: Readonly<Partial<Record<keyof typeof options, fc.Arbitrary<unknown>>>> = {
  task: taskNames,
  noiseLevel: fc.double({ min: 0.01, max: 2, noNaN: true }),
  scale: fc.constantFrom(2, 4, 7, 3),
  splitSeed: fc.nat(),
  target: fc.constantFrom('price', 'a,b', '"a, b",c', '"', ','),
  targetKind: fc.constantFrom('regression', 'classification', 'multi-label'),
  drop: fc.constantFrom('id', 'id,date'),
  mostCategories: fc.constantFrom(2, 256, '10000'),
  delimiter: fc.constantFrom(',', ';', 'tab', '|'),
  decimalMark: fc.constantFrom('point', 'comma'),
  budget: budgets,
  size: fc.constantFrom(...sizeNames),
  strategy: fc.constantFrom('random', 'grid'),
  candidates: rarely(whole, hugeWhole, 10),
  shapes: fc.constantFrom('hourglass', ['hourglass'], ['conventional', 'hourglass'], 'conventional,hourglass'),
  learningRates: fc.oneof(rate, fc.array(rate, { minLength: 1, maxLength: 4 }), fc.constant('1e-3, 3e-3')),
  replicates: rarely(whole, fc.oneof(hugeWhole, fc.constantFrom('auto:1..6', 'auto:6..1', 'auto:1..9999999')), 10),
  inputProjection: fc.constantFrom('trainable', 'fixed', 'identity', 'none'),
  outputProjection: fc.constantFrom('trainable', 'trainable', 'none'),
  epochs: rarely(whole, hugeWhole, 10),
  batchSize: rarely(whole, hugeWhole, 10),
  patience: rarely(whole, hugeWhole, 10),
  learningRateStep: fc.constantFrom('epoch', 'step', 'never'),
  weightDecay: fc.constantFrom(0, 0.01, '0.1', 1e300),
  flips: fc.constantFrom(1, 2, 4, '4'),
  seed: fc.oneof(fc.nat(), fc.constant(2 ** 53 - 1)),
  engine: fc.constantFrom('onnx-cpu', 'tfjs-cpu', 'imported'),
  space: fc.record(
    {
      hourglass: fc.record({ depth: depths, ratio: interval(0.001, 1) }, { requiredKeys: [] }),
      conventional: fc.record({ depth: depths, ratio: interval(1, 20) }, { requiredKeys: [] }),
    },
    { requiredKeys: [] },
  ),
  grid: fc.record({ hourglass: lists, conventional: lists }, { requiredKeys: [] }),
  name: rarely(fc.stringMatching(/^[\w.-]{1,20}$/), fc.constantFrom('..', '.', 'a/b', 'x'.repeat(300), 'con'), 4),
  shard: fc.constantFrom('1/1', '1/2', '2/8', '10000/10000', '0/0', 'slurm'),
};

/** Usual values of some options, and in one of `oneIn` for each a value that it does not expect. */
export function optionValues(oneIn: number): fc.Arbitrary<Record<string, unknown>> {
  const keys = Object.keys(usualValues) as (keyof typeof usualValues)[];
  // A few at a time: one refused value hides the others.
  return fc
    .shuffledSubarray(keys, { maxLength: 6 })
    .chain((some) =>
      fc.record(Object.fromEntries(some.map((key) => [key, rarely(usualValues[key]!, hostileValues, oneIn)]))),
    );
}

/** YAML that is more than keys and values. */
const tricks = [
  'a: &a [x, x]\nb: [*a, *a]\n',
  'x: &x [a]\nshapes: *x\n',
  '<<: *missing\n',
  '__proto__: { polluted: true }\n',
  'constructor: { prototype: { polluted: true } }\n',
  'space: { __proto__: { depth: [1, 2] } }\n',
  'grid: { hourglass: { __proto__: 1, skipWidths: [1], bottleneckWidths: [1], depths: [1] } }\n',
  'budget: !!binary aGVsbG8=\n',
  'name: !!js/function "function () {}"\n',
  'seed: !!int "7"\n',
  'seed: 0o17\n',
  'epochs: 2001-01-01\n',
  'epochs: !!timestamp 2001-01-01\n',
  '? [a, b]\n: c\n',
  '? {a: 1}\n: c\n',
  '--- \n- a\n',
  '---\ntask: mnist/denoising\n---\nbudget: 1M\n',
  '%YAML 1.1\n---\nshapes: hourglass\n',
  '%TAG ! tag:x,2000:\n---\nseed: !y 1\n',
  '\tseed: 1\n',
  'seed: 1\r\nepochs: 2\r',
  '"seed": 1\n\'epochs\': 2\n',
  'name: |\n  two\n  lines\n',
  'name: "\\u001b[2J"\n',
  `space: ${'['.repeat(600)}${']'.repeat(600)}\n`,
  `grid: ${'{a: '.repeat(600)}1${'}'.repeat(600)}\n`,
  `${'- '.repeat(600)}x\n`,
  ['a: &a [x, x, x, x, x, x, x, x, x]', ...'bcdefghi'].map(billion).join('\n'),
] as const;

function billion(key: string, index: number): string {
  if (index === 0) return key;
  const before = index === 1 ? 'a' : String.fromCharCode(key.charCodeAt(0) - 1);
  return `${key}: &${key} [${Array.from({ length: 9 }, () => `*${before}`).join(', ')}]`;
}

/** Rare, as each takes a while. */
const large = fc.constantFrom(
  `name: ${'x'.repeat(999_000)}\n`,
  `name: ${'x'.repeat(1_100_000)}\n`,
  `grid: { hourglass: { skipWidths: [${'1,'.repeat(60_000)}1], bottleneckWidths: [1], depths: [1] } }\n`,
  `space: ${'['.repeat(50_000)}\n`,
  'seed: 1\n'.repeat(20_000),
  Array.from({ length: 20_000 }, (_, index) => `key${index}: 1\n`).join(''),
);

const written = optionValues(25).map((values) => stringify(values));
const withTrick = fc.tuple(written, fc.constantFrom(...tricks)).map(([text, trick]) => text + trick);
const withBom = written.map((text) => `\ufeff${text}`);

const texts = fc.oneof(
  { weight: 60, arbitrary: written },
  { weight: 8, arbitrary: withTrick },
  { weight: 2, arbitrary: withBom },
  { weight: 6, arbitrary: fc.constantFrom(...tricks) },
  { weight: 2, arbitrary: fc.string({ unit: 'binary' }) },
);

/** A configuration file. */
export const configFiles: fc.Arbitrary<Buffer> = rarely(
  damaged(
    texts.map((text) => Buffer.from(text)),
    4,
  ),
  large.map((text) => Buffer.from(text)),
  400,
);
