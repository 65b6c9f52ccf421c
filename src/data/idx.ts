/**
 * The idx format: arrays of bytes with the lengths of their dimensions.
 * Source: LeCun, Cortes and Burges, "The MNIST database of handwritten digits" (format).
 */

const unsignedByteCode = 8;

/** Holds the content of an idx file. */
export interface Idx {
  /** The length of each dimension, outermost first. */
  readonly lengths: readonly number[];
  /** A view of the file's bytes. */
  readonly values: Uint8Array;
}

/**
 * Decodes an idx file of bytes: two zeros, the type code, the number of dimensions, their lengths as big-endian 32-bit
 * integers, the values. Throws a RangeError where the bytes are not that.
 */
export function decodeIdx(bytes: Uint8Array): Idx {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint16(0) !== 0 || view.getUint8(2) !== unsignedByteCode) {
    throw new RangeError('idx: expected a file of unsigned bytes that starts with 00 00 08');
  }
  const lengths = Array.from({ length: view.getUint8(3) }, (_, dimension) => view.getUint32(4 + 4 * dimension));
  const values = bytes.subarray(4 + 4 * lengths.length);
  const expected = lengths.reduce((product, length) => product * length, 1);
  if (values.length !== expected) throw new RangeError(`idx: expected ${expected} values, got ${values.length}`);
  return { lengths, values };
}

/** Gives the bytes that stand before the values in the file. */
export function idxHeader(lengths: readonly number[]): Uint8Array {
  const header = new DataView(new ArrayBuffer(4 + 4 * lengths.length));
  header.setUint8(2, unsignedByteCode);
  header.setUint8(3, lengths.length);
  lengths.forEach((length, dimension) => header.setUint32(4 + 4 * dimension, length));
  return new Uint8Array(header.buffer);
}

/** Computes the size of a file with those dimensions. */
export function idxBytes(lengths: readonly number[]): number {
  return 4 + 4 * lengths.length + lengths.reduce((product, length) => product * length, 1);
}
