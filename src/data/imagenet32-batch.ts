/**
 * One file of ImageNet-32: a dictionary with `data`, `[images, 3072]` bytes (red, green and blue plane of each image),
 * and `labels`, a list of classes from 1, pickled by Python or as the arrays of an .npz archive.
 */
import { UserError } from '../base/errors.js';
import { valuesPerImage } from './images.js';
import { parseNpz } from './npz.js';
import { numbersOf } from './pickle-numpy.js';
import { itemsOf, kindOf, type NumpyArray, type PickledValue } from './pickle-values.js';
import { parsePickle } from './pickle.js';

/** Holds the images of one file. */
export interface Imagenet32Batch {
  /** `[images, 3, 32, 32]`; a view of the file. */
  readonly pixels: Uint8Array;
  /** From 0. */
  readonly labels: Uint16Array;
}

/** Is the shape of every image. */
export const imagenet32Shape = { height: 32, width: 32, channels: 3 } as const;
/** Is the number of classes. */
export const imagenet32Classes = 1000;

const values = valuesPerImage(imagenet32Shape);

/** The most images in one file: a train_data_batch has 128,123. */
const mostImages = 300_000;

/** Throws a UserError, which does not name the file, for anything that is not such a file, whole and well formed. */
export function parseBatch(file: Uint8Array, isNpz: boolean): Imagenet32Batch {
  const fields = isNpz ? fieldsOfNpz(file) : fieldsOfPickle(file);
  const data = fields.get('data');
  if (typeof data !== 'object' || data?.type !== 'array' || data.state === null) {
    throw new UserError(`expected an array 'data', got ${kindOf(data)}`);
  }
  const { dtype, shape, bytes } = data.state;
  const [images, valuesOfEach, ...more] = shape;
  if (dtype.code !== 'u1' || images === undefined || valuesOfEach !== values || more.length > 0) {
    throw new UserError(`expected 'data' of images x ${values} u1, got ${shape.join(' x ')} ${dtype.code}`);
  }
  return { pixels: bytes, labels: labelsOf(fields.get('labels'), images) };
}

function fieldsOfPickle(file: Uint8Array): ReadonlyMap<string, PickledValue> {
  const value = parsePickle(file);
  if (typeof value === 'object' && value?.type === 'dictionary') return value.entries;
  throw new UserError(`expected a dictionary, got ${kindOf(value)}`);
}

function fieldsOfNpz(file: Uint8Array): ReadonlyMap<string, NumpyArray> {
  const arrays = parseNpz(file, ['data', 'labels'], mostImages * values);
  return new Map([...arrays].map(([name, state]) => [name, { type: 'array', state }]));
}

function labelsOf(field: PickledValue | undefined, images: number): Uint16Array {
  const array = typeof field === 'object' && field?.type === 'array' ? field.state : null;
  const count = array ? array.shape.reduce((product, length) => product * length, 1) : (itemsOf(field)?.length ?? 0);
  if (count !== images) throw new UserError(`expected 'labels' of ${images} images, got ${count}`);
  const labels: readonly unknown[] = array ? numbersOf(array) : itemsOf(field)!;
  const wrong = labels.find((label) => !isClass(label));
  if (wrong !== undefined) {
    // A list may hold itself, and many levels of others.
    const got = typeof wrong === 'number' ? String(wrong) : kindOf(wrong as PickledValue);
    throw new UserError(`expected 'labels' from 1 to ${imagenet32Classes}, got ${got}`);
  }
  return Uint16Array.from(labels as readonly number[], (label) => label - 1);
}

function isClass(label: unknown): boolean {
  return Number.isInteger(label) && (label as number) >= 1 && (label as number) <= imagenet32Classes;
}
