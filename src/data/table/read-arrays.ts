/** Arrays of numpy as a table: inputs `[rows, …]` and targets `[rows]` or `[rows, targets]`. */
import { createHash } from 'node:crypto';
import path from 'node:path';
import { UserError } from '../../base/errors.js';
import { fileError } from '../../base/files.js';
import { readRegularFile } from '../../base/regular-files.js';
import { parseNpy, parseNpz } from '../npz.js';
import { numbersInto } from '../pickle-numpy.js';
import type { NumpyArray } from '../pickle-values.js';
import { checkNames } from './names.js';
import type { TableRequest } from './request.js';
import { missingFile } from './source-bytes.js';
import { joinedDigest } from './source-hash.js';
import { mostCells, mostColumns, type CellCounts, type Table, type TableColumn } from './table.js';

type ArrayState = NonNullable<NumpyArray['state']>;

/** The names of inputs and targets in an archive; the first pair that is there counts. */
const pairs = [
  ['x', 'y'],
  ['X', 'y'],
  ['inputs', 'targets'],
] as const;

const mostFileBytes = 2 ** 31;
const mostArrayBytes = 2 ** 32;

/** Says whether a file holds arrays of numpy, by its name. */
export function isArrayFile(file: string): boolean {
  return /\.np[yz]$/i.test(file);
}

/** The two arrays, and what they were read from. */
interface Pair {
  readonly inputs: ArrayState;
  readonly targets: ArrayState;
  readonly names: readonly [string, string];
  readonly sha256: string;
}

/**
 * Reads inputs and targets. Columns are `x0`, `x1` … and `y`, or `y0`, `y1` … for several targets. Throws a UserError
 * for arrays that are not there, hold no numbers or do not fit together.
 */
export async function readArrayTable(file: string, request: TableRequest): Promise<Table> {
  const source = path.basename(file);
  const pair = await (/\.npz$/i.test(file) ? readArchive(file, request) : readPairOfFiles(file, request));
  const rows = pair.inputs.shape[0] ?? 0;
  const [inputs, targets] = [columnsOf(pair.inputs, pair.names[0]), columnsOf(pair.targets, pair.names[1])];
  if (rows === 0 || pair.targets.shape[0] !== rows) {
    throw new UserError(
      `${source}: expected as many targets as inputs, at least one, got ${shapeText(pair.inputs)} and ` +
        shapeText(pair.targets),
    );
  }
  if (pair.targets.shape.length > 2) {
    throw new UserError(`${source}: expected targets of one or two dimensions, got ${shapeText(pair.targets)}`);
  }
  const names = [...namesOf('x', inputs, pair.inputs.shape.length > 1), ...namesOf('y', targets, targets > 1)];
  const targetNames = names.slice(inputs);
  const told = request.targets.length === 0 ? targetNames : request.targets;
  checkNames({ ...request, targets: told }, names, source);
  const flat =
    pair.inputs.shape.length > 2 ? [`inputs of ${shapeText(pair.inputs)} are taken as ${inputs} columns`] : [];
  return {
    source,
    sha256: pair.sha256,
    rows,
    lines: null,
    names,
    columns: [...split(pair.inputs, inputs, 0, names), ...split(pair.targets, targets, inputs, names)].filter(
      ({ name }) => !request.drop.includes(name),
    ),
    targets: told,
    notes: flat,
  };
}

function namesOf(letter: string, count: number, isNumbered: boolean): string[] {
  return isNumbered ? Array.from({ length: count }, (_, index) => `${letter}${index}`) : [letter];
}

async function readArchive(file: string, { targetFile }: TableRequest): Promise<Pair> {
  const source = path.basename(file);
  if (targetFile !== null) {
    throw new UserError(`--target: expected nothing or the name of a column for an .npz file, got a file`);
  }
  const bytes = await bytesOf(file);
  const arrays = named(source, () => parseNpz(bytes, [...new Set(pairs.flat())], mostArrayBytes));
  const names = pairs.find((pair) => pair.every((name) => arrays.has(name)));
  if (names === undefined) {
    const got = arrays.size === 0 ? 'none of them' : `only ${[...arrays.keys()].join(', ')}`;
    throw new UserError(`${source}: expected arrays x and y, X and y, or inputs and targets, got ${got}`);
  }
  return { inputs: arrays.get(names[0])!, targets: arrays.get(names[1])!, names, sha256: digestOf(bytes) };
}

async function readPairOfFiles(file: string, { targetFile }: TableRequest): Promise<Pair> {
  if (targetFile === null) {
    throw new UserError(
      `${path.basename(file)}: expected an .npy file with the targets too; name it with --target y.npy`,
    );
  }
  const [x, y] = [await bytesOf(file), await bytesOf(targetFile)];
  return {
    inputs: named(path.basename(file), () => parseNpy(x)),
    targets: named(path.basename(targetFile), () => parseNpy(y)),
    names: [path.basename(file), path.basename(targetFile)],
    sha256: joinedDigest(digestOf(x), digestOf(y)),
  };
}

async function bytesOf(file: string): Promise<Buffer> {
  try {
    return await readRegularFile(file, { mostBytes: mostFileBytes, what: 'arrays' });
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw fileError(await missingFile(error, file), 'read', file);
  }
}

function digestOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** Puts the name of the file before what is wrong with it. */
function named<Result>(source: string, parse: () => Result): Result {
  try {
    return parse();
  } catch (error) {
    if (error instanceof UserError)
      throw new UserError(`${source}: ${error.message.replace(/^(pickle|npy|npz): /, '')}`);
    throw error;
  }
}

function shapeText({ shape }: ArrayState): string {
  return `[${shape.join(', ')}]`;
}

function columnsOf({ shape, dtype }: ArrayState, name: string): number {
  const columns = shape.slice(1).reduce((product, length) => product * length, 1);
  if (shape.length === 0 || columns < 1 || columns > mostColumns || columns * shape[0]! > mostCells) {
    throw new UserError(
      `${name}: expected an array of rows with 1 to ${mostColumns} columns and at most ${mostCells} values, got ` +
        `[${shape.join(', ')}] of ${dtype.code}`,
    );
  }
  return columns;
}

function split(array: ArrayState, count: number, before: number, names: readonly string[]): TableColumn[] {
  const rows = array.shape[0]!;
  const columns = Array.from({ length: count }, () => new Float64Array(rows));
  numbersInto(columns, array);
  return columns.map((numbers, index) => ({
    name: names[before + index]!,
    position: before + index + 1,
    numbers,
    codes: null,
    texts: [],
    counts: countsOf(numbers),
    hasUnkept: false,
  }));
}

function countsOf(numbers: Float64Array): CellCounts {
  let [finite, missing] = [0, 0];
  for (const value of numbers) {
    if (value - value === 0) finite += 1;
    else if (value !== value) missing += 1;
  }
  return { finite, infinite: numbers.length - finite - missing, texts: 0, missing };
}
