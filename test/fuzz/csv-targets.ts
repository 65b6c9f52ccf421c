/** A CSV file on its way through `hgmlp import`. */
import { writeFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { importCommand } from '../../src/cli/commands/import.js';
import { resolveOptions } from '../../src/config/resolve.js';
import { fieldNames } from '../../src/import/fields.js';
import { taskNames } from './config-inputs.js';
import { contextOf } from './context.js';
import { damaged, rarely } from './mutations.js';
import { target } from './target.js';

interface Import {
  /** Of the file. */
  readonly name: string;
  readonly bytes: Buffer;
  readonly flags: Readonly<Record<string, unknown>>;
  /** Plots take a while, so most files are looked at and not imported. */
  readonly dryRun: boolean;
}

const whole = fc.integer({ min: 1, max: 900 }).map(String);
const psnr = fc.oneof(
  { weight: 12, arbitrary: fc.double({ min: 5, max: 40, noNaN: true }).map(String) },
  fc.constantFrom('nan', '-inf', '', '1e308', '-1e308', '0', '-0', '1e-320'),
);

/** What cells hold that nobody expects. */
const hostileCells = fc.oneof(
  fc.constantFrom(
    '=cmd()',
    '+1',
    '@x',
    '-',
    '"',
    '""',
    '"a',
    "'",
    '\0',
    '\u001b[2J',
    '<script>',
    '../../x',
    '1e999',
    'Infinity',
  ),
  fc.constantFrom(
    '9007199254740993',
    '9007199254740991',
    '0x10',
    '1,5',
    '1;5',
    '\t',
    '\n',
    '\r',
    '\r\n',
    '\u2028',
    '__proto__',
  ),
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.double().map(String),
);

const hostileTasks = fc.oneof(
  taskNames,
  fc.constantFrom(
    '../denoising',
    '../../x',
    'mnist/..',
    '/etc/passwd',
    'elsewhere/..?input=1&output=1&images=1',
    'constructor',
  ),
  fc.constantFrom(
    'elsewhere/../../x?input=4&output=4&images=9',
    'svhn/denoising',
    '__proto__',
    '.',
    '..',
    ' ',
    'con/nul',
  ),
);

/** The columns that a file may have, and what stands in them. */
const columns: Readonly<Record<string, fc.Arbitrary<string>>> = {
  task: rarely(fc.constant('mnist/denoising'), hostileTasks, 30),
  skip_width: whole,
  bottleneck_width: whole,
  depth: fc.integer({ min: 1, max: 9 }).map(String),
  validation_psnr_db: psnr,
  test_psnr_db: psnr,
  learning_rate: fc.constantFrom('1e-3', '3e-3', '', '0.001'),
  epochs: fc.constantFrom('30', '', '9007199254740991'),
  replicate: fc.nat(9).map(String),
  seed: fc.constantFrom('1', '2', ''),
  state: fc.constantFrom('finished', 'COMPLETE', '', 'running', 'failed', 'crashed', 'TERMINATED', 'TrialState.PRUNED'),
  reason: rarely(fc.constantFrom('', 'no memory'), hostileCells, 4),
  test_ssim: fc.constantFrom('0.9', '', '-1'),
  validation_mse: fc.constantFrom('0.004', '', '1e-300', '1e300'),
  note: hostileCells,
  input_projection: fc.constantFrom('trainable', '', 'fixed'),
};

const required = ['task', 'skip_width', 'bottleneck_width', 'depth', 'validation_psnr_db'];
const optional = Object.keys(columns).filter((name) => !required.includes(name));
const delimiters = fc.constantFrom(',', ',', ';', '\t');
const lineEnds = fc.constantFrom('\n', '\n', '\r\n', '\r');

const tables: fc.Arbitrary<Buffer> = fc
  .tuple(
    fc.shuffledSubarray(optional, { maxLength: 5 }),
    delimiters,
    lineEnds,
    fc.constantFrom('', '', '\ufeff'),
    fc.nat(4),
    fc.nat(2),
  )
  .chain(([also, delimiter, lineEnd, mark, naming, decimals]) => {
    const names = [...required, ...also];
    const opening = mark + (naming === 0 ? `sep=${delimiter}${lineEnd}` : '');
    const hasCommas = decimals === 0 && delimiter !== ',';
    const cells = names
      .map((name) => rarely(columns[name]!, hostileCells, 150))
      .map((cell) => (hasCommas ? cell.map((text) => text.replace('.', ',')) : cell));
    return fc.array(fc.tuple(...cells), { maxLength: 12 }).map((rows) => {
      const line = (texts: readonly string[]) => texts.map((text) => quoted(text, delimiter)).join(delimiter);
      return Buffer.from(opening + [names, ...rows].map((texts) => line(texts) + lineEnd).join(''));
    });
  });

function quoted(text: string, delimiter: string): string {
  return /["\r\n]/.test(text) || text.includes(delimiter) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Rare, as each takes a while. */
const large = fc.constantFrom(
  `${required.join(',')}${',x'.repeat(20_000)}\n`,
  `${required.join(',')}${Array.from({ length: 9000 }, (_, index) => `,column${index}`).join('')}\nmnist/denoising,1,2,3,4\n`,
  `${required.join(',')}\n"${'x'.repeat(300_000)}`,
  `${required.join(',')}\n${'mnist/denoising,1,2,3,4\n'.repeat(5000)}`,
  `${required.join(',')}\n${Array.from({ length: 500 }, (_, index) => `unknown${index}/x,1,2,3,4\n`).join('')}`,
  `${required.join(',')}\n${'"'.repeat(90_000)}\n`,
  '\n'.repeat(200_000),
  ','.repeat(99_000),
);

const assignments = (value: fc.Arbitrary<string>) =>
  fc.array(
    fc.tuple(rarely(fc.constantFrom(...fieldNames), hostileCells, 8), value).map(([name, text]) => `${name}=${text}`),
    { minLength: 1, maxLength: 2 },
  );
const flags = fc.record(
  {
    column: assignments(fc.oneof(fc.constantFrom('', ...Object.keys(columns)), hostileCells)),
    set: assignments(fc.oneof(whole, hostileCells)),
    ofTask: hostileTasks,
    inputWidth: fc.constantFrom('4', '9007199254740991'),
    outputWidth: fc.constantFrom('4', '784'),
    trainingImages: fc.constantFrom('100', '9007199254740991'),
    // A folder is written beside its place first.
    out: fc.constantFrom('results/out', 'results/a/b', 'results/../results/c'),
  },
  { requiredKeys: [] },
);

const imports: fc.Arbitrary<Import> = fc.record({
  name: rarely(
    fc.constant('runs.csv'),
    fc.constantFrom('..csv', '...', '=1+1.csv', 'a b.csv', '-x.csv', '\u001b[2J.csv'),
    10,
  ),
  bytes: rarely(
    damaged(tables, 4),
    large.map((text) => Buffer.from(text)),
    300,
  ),
  flags: rarely(fc.constant({}), flags, 4),
  dryRun: rarely(fc.constant(true), fc.constant(false), 40),
});

const csvImport = target<Import>({
  name: 'CSV import',
  share: 15,
  inputs: imports,
  lay: ({ name, bytes }) => writeFileSync(name, bytes),
  async feed({ name, flags: given, dryRun }) {
    const { values } = await resolveOptions({ command: 'import', flags: { ...given, dryRun }, environment: {} });
    const context = contextOf(values, [name]);
    await importCommand.action(context);
    // The same file once more changes nothing.
    if (!dryRun) await importCommand.action(context);
  },
  least: { accepted: 0.2, refused: 0.2 },
});

export const csvTargets = [csvImport];
