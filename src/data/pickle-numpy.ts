/**
 * The few calls that a pickle of numpy arrays makes, done on plain data.
 * Source: numpy, numpy/_core/src/multiarray/methods.c (array_reduce, array_setstate) and numeric.py (_frombuffer).
 */
import { firstItem } from '../base/items.js';
import { refuse, shownName } from './pickle-reader.js';
import {
  itemsOf,
  kindOf,
  nameOf,
  type NumpyArray,
  type NumpyDtype,
  type PickledText,
  type PickledValue,
} from './pickle-values.js';

type Call = (args: readonly PickledValue[]) => PickledValue;

/** Before numpy 2 its own modules had no underscore. */
const cores = ['numpy.core', 'numpy._core'];
const inCores = (name: string, call: Call): [string, Call][] => cores.map((core) => [`${core}.${name}`, call]);

const calls: ReadonlyMap<string, Call> = new Map<string, Call>([
  ...inCores('multiarray._reconstruct', () => ({ type: 'array', state: null })),
  ...inCores('multiarray.scalar', ([dtype, bytes]) => scalarOf(dtype, bytes)),
  ...inCores('numeric._frombuffer', fromBuffer),
  ['numpy.dtype', ([code]) => dtypeOf(code)],
  ['_codecs.encode', encode],
]);

/** Names that are handed on and never called. */
const passive: ReadonlySet<string> = new Set(['numpy.ndarray']);

/** Says whether a pickle may use this name at all. */
export function isKnownGlobal(name: string): boolean {
  return calls.has(name) || passive.has(name);
}

/** Calls what a pickle asks to. Throws a UserError for what cannot be called, or not so. */
export function callGlobal(callee: PickledValue, args: PickledValue): PickledValue {
  const name = typeof callee === 'object' && callee?.type === 'global' ? callee.name : null;
  const call = name === null ? undefined : calls.get(name);
  if (!call) return refuse(`expected a call of one of numpy's constructors, got one of ${name ?? kindOf(callee)}`);
  return call(itemsOf(args) ?? refuse(`expected the arguments of ${name} as a tuple, got ${kindOf(args)}`));
}

/** Gives an array or a dtype its state. */
export function build(target: PickledValue | undefined, state: PickledValue): void {
  const items = itemsOf(state);
  if (typeof target === 'object' && target?.type === 'dtype' && items) return setByteOrder(target, items);
  if (typeof target === 'object' && target?.type === 'array' && items) return setArray(target, items);
  refuse(`expected the state of a numpy array, got ${kindOf(state)} for ${kindOf(target)}`);
}

/** (version, byte order, …) */
function setByteOrder(dtype: NumpyDtype, [, order]: readonly PickledValue[]): void {
  const name = nameOf(order);
  if (name !== '<' && name !== '>' && name !== '|') refuse('expected a byte order <, > or | in a dtype');
  dtype.littleEndian = name !== '>';
}

/** (version, shape, dtype, is Fortran order, bytes) */
function setArray(array: NumpyArray, [, shape, dtype, isFortran, data]: readonly PickledValue[]): void {
  if (isFortran !== false && isFortran !== 0) refuse('expected an array in C order, got one in Fortran order');
  array.state = arrayState(dtype, shape, data);
}

/** (buffer, dtype, shape, order) */
function fromBuffer([buffer, dtype, shape, order]: readonly PickledValue[]): NumpyArray {
  if (nameOf(order) !== 'C') refuse('expected an array in C order, got another one');
  return { type: 'array', state: arrayState(dtype, shape, buffer) };
}

function arrayState(dtype?: PickledValue, shape?: PickledValue, data?: PickledValue): NonNullable<NumpyArray['state']> {
  if (typeof dtype !== 'object' || dtype?.type !== 'dtype') refuse(`expected a dtype, got ${kindOf(dtype)}`);
  if (typeof data !== 'object' || data?.type !== 'bytes') refuse(`expected the bytes of an array, got ${kindOf(data)}`);
  const lengths = itemsOf(shape)?.map((length) => (typeof length === 'number' ? length : -1)) ?? [-1];
  if (!lengths.every((length) => Number.isSafeInteger(length) && length >= 0)) refuse('expected the shape of an array');
  const expected = lengths.reduce((product, length) => product * length, Number(dtype.code.slice(1)));
  if (data.bytes.length !== expected) {
    refuse(`expected ${expected} bytes for an array of ${lengths.join(' x ')} ${dtype.code}, got ${data.bytes.length}`);
  }
  return { dtype, shape: lengths, bytes: data.bytes };
}

const dtypeCodes: ReadonlySet<string> = new Set([
  'b1',
  'u1',
  'i1',
  'u2',
  'i2',
  'u4',
  'i4',
  'u8',
  'i8',
  'f2',
  'f4',
  'f8',
]);

/** Reads a code such as `u1` or `<f8`. Throws a UserError where it names no type of numbers. */
export function dtypeOf(code: PickledValue | undefined): NumpyDtype {
  const name = nameOf(code) ?? '';
  const [, order, plain] = /^([<>|=]?)(\w+)$/.exec(name) ?? [];
  if (plain === undefined || !dtypeCodes.has(plain)) {
    return refuse(`expected an array of numbers, got the dtype ${shownName(name)}`);
  }
  return { type: 'dtype', code: plain, littleEndian: order !== '>' };
}

/** Python 3 writes bytes for protocols before 3 as a text to be encoded as Latin-1. */
function encode([text, encoding]: readonly PickledValue[]): PickledValue {
  const isText = typeof text === 'object' && text?.type === 'text';
  if (!isText || nameOf(encoding) !== 'latin1') return refuse("expected _codecs.encode of a text with 'latin1'");
  text.latin1 ??= latin1Of(text);
  return { type: 'bytes', bytes: text.latin1 };
}

/** One byte for each character of UTF-8 text, which must be below 256. */
function latin1Of({ utf8 }: PickledText): Uint8Array {
  const bytes = new Uint8Array(utf8.length);
  const end = utf8.length;
  let length = 0;
  let at = 0;
  while (at < end) {
    const lead = utf8[at]!;
    if (lead < 0x80) {
      bytes[length] = lead;
      at += 1;
    } else {
      // 110000xx 10xxxxxx; all longer ones stand for characters from 256 on.
      const next = at + 1 < end ? utf8[at + 1]! : 0;
      if (lead >> 2 !== 0x30 || lead < 0xc2 || next >> 6 !== 2) return refuse('expected a text of Latin-1 characters');
      bytes[length] = ((lead & 3) << 6) | (next & 0x3f);
      at += 2;
    }
    length += 1;
  }
  return bytes.subarray(0, length);
}

function scalarOf(dtype?: PickledValue, data?: PickledValue): PickledValue {
  const { bytes, dtype: checked } = arrayState(dtype, { type: 'tuple', items: [] }, data);
  return firstItem(numbersOf({ dtype: checked, bytes, shape: [] }));
}

type Reader = (view: DataView, at: number, littleEndian: boolean) => number;

const readers: Readonly<Record<string, Reader>> = {
  b1: (view, at) => view.getUint8(at),
  u1: (view, at) => view.getUint8(at),
  i1: (view, at) => view.getInt8(at),
  u2: (view, at, little) => view.getUint16(at, little),
  i2: (view, at, little) => view.getInt16(at, little),
  u4: (view, at, little) => view.getUint32(at, little),
  i4: (view, at, little) => view.getInt32(at, little),
  u8: (view, at, little) => Number(view.getBigUint64(at, little)),
  i8: (view, at, little) => Number(view.getBigInt64(at, little)),
  f4: (view, at, little) => view.getFloat32(at, little),
  f8: (view, at, little) => view.getFloat64(at, little),
};

/** Reads the values of an array as numbers. Throws a UserError for half-precision ones. */
export function numbersOf({ dtype, bytes }: NonNullable<NumpyArray['state']>): number[] {
  const { read, size, view } = openNumbers(dtype, bytes);
  return Array.from({ length: bytes.length / size }, (_, index) => read(view, index * size, dtype.littleEndian));
}

/**
 * Reads the values of an array of rows into its columns, each `[rows]`, which have as many values together as the array.
 * Throws a UserError for half-precision ones.
 */
export function numbersInto(
  columns: readonly Float64Array[],
  { dtype, bytes }: NonNullable<NumpyArray['state']>,
): void {
  const { read, size, view } = openNumbers(dtype, bytes);
  for (const [index, column] of columns.entries()) {
    for (let row = 0; row < column.length; row += 1) {
      column[row] = read(view, (row * columns.length + index) * size, dtype.littleEndian);
    }
  }
}

function openNumbers({ code }: NumpyDtype, bytes: Uint8Array) {
  const read = Object.hasOwn(readers, code) ? readers[code] : undefined;
  if (!read) return refuse(`expected numbers that can be read, got ${code}`);
  return { read, size: Number(code.slice(1)), view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength) };
}
