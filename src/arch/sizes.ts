/** What a network costs, known before it is trained: sums over its program. Each may be a budget and an axis. */
import { mostOf } from '../base/numbers.js';
import type { Arch, Dimensions } from './arch.js';
import { uncheckedProgram } from './families.js';
import { inputsOf, normalisedWidths, overwritable, type Operation, type Program, type Value } from './program.js';

/** Tells what a size is a number of. */
export type SizeUnit = 'count' | 'bytes';

/** Describes a size: what it is called, and how it is counted. */
interface SizeRow {
  /** The field that holds it, in points and in JSON documents. */
  readonly key: string;
  /** Of CSV files, and what they say of it. */
  readonly column: string;
  readonly documentation: string;
  /** As titles write it. */
  readonly label: string;
  /** As sentences write it, after a number: `20,000 trainable parameters`. */
  readonly words: string;
  readonly unit: SizeUnit;
  /** Counts it for one network and one input. Widths need not be whole: searches for widths ask between them too. */
  of(program: Program): number;
}

/** Is the size of a float32, as all values are. */
export const bytesPerValue = 4;

/** Lists the sizes by name. */
export const sizeTable = {
  trainable: {
    key: 'trainableParams',
    column: 'trainable_params',
    documentation: 'Values that the optimiser changes.',
    label: 'Trainable parameters',
    words: 'trainable parameters',
    unit: 'count',
    of: (program) => sumOf(program.matrices, (matrix) => (matrix.trainable ? matrix.rows * matrix.columns : 0)),
  },
  total: {
    key: 'totalParams',
    column: 'total_params',
    documentation: 'Trainable values and those of a fixed input projection.',
    label: 'Parameters, trainable and fixed',
    words: 'total parameters',
    unit: 'count',
    of: (program) => sumOf(program.matrices, ({ rows, columns }) => rows * columns),
  },
  'multiply-adds': {
    key: 'multiplyAddsPerImage',
    column: 'multiply_adds',
    documentation: "Multiply-adds of one image's forward pass.",
    label: 'Multiply-adds',
    words: 'multiply-adds',
    unit: 'count',
    of: (program) => sumOf(program.operations, multiplyAddsOf),
  },
  'stored-bytes': {
    key: 'storedBytes',
    column: 'stored_bytes',
    documentation:
      'Bytes of the trainable values and running statistics in float32; a fixed projection is drawn again from its seed.',
    label: 'Stored bytes',
    words: 'stored bytes',
    unit: 'bytes',
    of: storedBytesOf,
  },
  'activation-bytes': {
    key: 'activationBytes',
    column: 'activation_bytes',
    documentation: "Most bytes of values in float32 that are held at a time in one image's forward pass.",
    label: 'Bytes of activations',
    words: 'bytes of activations',
    unit: 'bytes',
    of: (program) => bytesPerValue * mostOf(heldValues(program)),
  },
} as const satisfies Record<string, SizeRow>;

/** Names a size. */
export type SizeName = keyof typeof sizeTable;
/** Lists the names of the sizes. */
export const sizeNames = Object.keys(sizeTable) as SizeName[];

/** Names the field that holds a size. */
export type SizeKey = (typeof sizeTable)[SizeName]['key'];
/** Holds all sizes of a network. */
export type Sizes = Readonly<Record<SizeKey, number>>;

/** Counts one size of a network. Of one that does not fit the dimensions it says what the formulas say. */
export function sizeOf(arch: Arch, dimensions: Dimensions, size: SizeName): number {
  return sizesOf(arch, dimensions)[sizeTable[size].key];
}

/** Archs of runs and candidates are never changed, and those of equal runs are one object. */
const counted = new WeakMap<Arch, { readonly dimensions: Dimensions; readonly sizes: Sizes }>();

/** Counts all sizes of a network. Of one that does not fit the dimensions it says what the formulas say. */
export function sizesOf(arch: Arch, dimensions: Dimensions): Sizes {
  const known = counted.get(arch);
  if (known?.dimensions.input === dimensions.input && known.dimensions.output === dimensions.output) return known.sizes;
  const countOf = sizeCounter(arch, dimensions);
  const sizes: Sizes = {
    trainableParams: countOf('trainable'),
    totalParams: countOf('total'),
    multiplyAddsPerImage: countOf('multiply-adds'),
    storedBytes: countOf('stored-bytes'),
    activationBytes: countOf('activation-bytes'),
  };
  counted.set(arch, { dimensions, sizes });
  return sizes;
}

/** Programs of more blocks are not written out to be counted: a log may hold any depth. */
const deepestWritten = 5;

/**
 * Makes a function that counts the sizes of one network, whose widths need not be whole. Beyond some blocks every two more
 * add as much as the two before.
 */
export function sizeCounter(arch: Arch, dimensions: Dimensions): (size: SizeName) => number {
  if (arch.depth <= deepestWritten) {
    const program = uncheckedProgram(arch, dimensions);
    return (size) => sizeTable[size].of(program);
  }
  const depth = deepestWritten - ((deepestWritten - arch.depth) % 2 === 0 ? 0 : 1);
  const [before, written] = [depth - 2, depth].map((blocks) =>
    uncheckedProgram({ ...arch, depth: blocks }, dimensions),
  ) as [Program, Program];
  return (size) => {
    const [less, much] = [sizeTable[size].of(before), sizeTable[size].of(written)];
    return much + ((arch.depth - depth) / 2) * (much - less);
  };
}

/** Counts products alone: what else is done to a value is done once a value, and is not counted anywhere else either. */
function multiplyAddsOf(operation: Operation): number {
  return operation.kind === 'product' ? operation.matrix.rows * operation.matrix.columns : 0;
}

/**
 * Counts what a file of the trained network holds: the values that training changes, and mean and variance of each batch
 * normalisation. A matrix that stays as it was drawn is drawn again from its seed, and takes no bytes.
 */
function storedBytesOf(program: Program): number {
  const statistics = sumOf(normalisedWidths(program), (width) => 2 * width);
  return bytesPerValue * (sizeTable.trainable.of(program) + statistics);
}

/**
 * Counts the values that must be held at each operation while one input passes through the network, and before the first.
 * A value is held until its last reader has run. An operation that works value by value writes over what it reads where
 * nothing reads that later, and a product adds to its skip in the same way; any other needs room for its output beside
 * its inputs. Which values are held does not depend on widths, so each count is a sum of some of them.
 */
export function heldValues({ input, output, operations }: Program): number[] {
  const lastReader = new Map<Value, number>([[output, operations.length]]);
  for (const [index, operation] of operations.entries()) {
    for (const value of inputsOf(operation)) lastReader.set(value, index);
  }
  let live = input.width;
  const held = [live];
  for (const [index, operation] of operations.entries()) {
    const ending = new Set(inputsOf(operation).filter((value) => lastReader.get(value) === index));
    const isOverwriting = overwritable(operation).some((value) => ending.has(value));
    held.push(live + (isOverwriting ? 0 : operation.output.width));
    live += operation.output.width;
    for (const { width } of ending) live -= width;
  }
  return held;
}

function sumOf<Item>(items: readonly Item[], valueOf: (item: Item) => number): number {
  let sum = 0;
  for (const item of items) sum += valueOf(item);
  return sum;
}
