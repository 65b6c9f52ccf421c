/** What a pickle of numpy arrays can hold, as plain data; nothing in it can act. */

/** Holds text as its UTF-8 bytes: what Python 3 writes bytes as for old protocols may be hundreds of megabytes. */
export interface PickledText {
  readonly type: 'text';
  readonly utf8: Uint8Array;
  /** The text as Latin-1, once asked for, so that asking often costs nothing. */
  latin1?: Uint8Array;
}

/** Holds raw bytes, of Python 3 or of a string of Python 2. */
export interface PickledBytes {
  readonly type: 'bytes';
  readonly bytes: Uint8Array;
}

/** Is a list of Python, to which a pickle may append. */
export interface PickledList {
  readonly type: 'list';
  readonly items: PickledValue[];
}

/** Is a tuple of Python. */
export interface PickledTuple {
  readonly type: 'tuple';
  readonly items: readonly PickledValue[];
}

/** Holds entries by keys that are texts or numbers, spelled out. A Map, so that no key means anything to JavaScript. */
export interface PickledDictionary {
  readonly type: 'dictionary';
  readonly entries: Map<string, PickledValue>;
}

/** Is one of the few names that may be called. */
export interface PickledGlobal {
  readonly type: 'global';
  readonly name: string;
}

/** Says how the values of a numpy array are written. */
export interface NumpyDtype {
  readonly type: 'dtype';
  /** `u1`, `i8`, `f8` …: the kind and the bytes of a value. */
  readonly code: string;
  littleEndian: boolean;
}

/** Is a numpy array; it has no state until the pickle gives it one. */
export interface NumpyArray {
  readonly type: 'array';
  state: { readonly dtype: NumpyDtype; readonly shape: readonly number[]; readonly bytes: Uint8Array } | null;
}

/** Is any value that a pickle may make here. */
export type PickledValue =
  | null
  | boolean
  | number
  | PickledText
  | PickledBytes
  | PickledList
  | PickledTuple
  | PickledDictionary
  | PickledGlobal
  | NumpyDtype
  | NumpyArray;

/** Names the kind of a value, for errors. */
export function kindOf(value: PickledValue | undefined): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'None';
  return typeof value === 'object' ? value.type : typeof value;
}

const longestName = 1000;

/** Reads a short text or string, such as a key or a dtype's code; null for anything else. */
export function nameOf(value: PickledValue | undefined): string | null {
  if (typeof value !== 'object' || value === null) return null;
  const bytes = value.type === 'text' ? value.utf8 : value.type === 'bytes' ? value.bytes : null;
  return bytes === null || bytes.length > longestName ? null : new TextDecoder().decode(bytes);
}

/** Gives the items of a tuple or a list; null for anything else. */
export function itemsOf(value: PickledValue | undefined): readonly PickledValue[] | null {
  const isSequence = typeof value === 'object' && value !== null && (value.type === 'tuple' || value.type === 'list');
  return isSequence ? value.items : null;
}
