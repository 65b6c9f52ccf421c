/** Files of numpy with numbers of float32, `[rows, width]`. Source of the format: numpy.lib.format, version 1.0. */

/** The header fills it, so that the numbers stand at an offset that Float32Arrays can begin at. */
const headerBytes = 128;

/** Gives the length of a file. */
export function npyBytes(rows: number, width: number): number {
  return headerBytes + 4 * rows * width;
}

/** Writes an array as a file. */
export function npyOf(values: Float32Array, width: number): Uint8Array {
  const bytes = new Uint8Array(npyBytes(values.length / width, width));
  const about = `{'descr': '<f4', 'fortran_order': False, 'shape': (${values.length / width}, ${width}), }`;
  const text = `${about.padEnd(headerBytes - 11)}\n`;
  bytes.set([0x93, ...Buffer.from('NUMPY'), 1, 0, text.length, 0, ...Buffer.from(text)]);
  bytes.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), headerBytes);
  return bytes;
}

/** Gives the numbers of a file that `npyOf` wrote; a view. Throws a RangeError where it holds another number of them. */
export function floatsOfNpy(bytes: Uint8Array, count: number): Float32Array {
  return new Float32Array(bytes.buffer, bytes.byteOffset + headerBytes, count);
}
