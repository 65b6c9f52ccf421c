/** Steps through the bytes of a pickle; nothing is read past its end. */
import { UserError } from '../base/errors.js';

/** Reads values one after the other. Every method throws a UserError at the end of the bytes. */
export interface ByteReader {
  /** Where the next byte stands. */
  position(): number;
  /** Bytes up to the end. */
  left(): number;
  byte(): number;
  /** Little-endian, without a sign. */
  uint16(): number;
  uint32(): number;
  int32(): number;
  /** A length of eight bytes, little-endian. */
  uint64(): number;
  float64BigEndian(): number;
  /** A view of the next bytes. */
  take(length: number): Uint8Array;
  /** A view up to the next newline, which is passed over. */
  line(): Uint8Array;
}

/** Makes a reader that begins at the first byte. */
export function openByteReader(bytes: Uint8Array): ByteReader {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  const advance = (length: number): number => {
    const left = bytes.length - at;
    if (length > left) refuse(`expected ${length} bytes at byte ${at}, got the end of the file after ${left}`);
    const start = at;
    at += length;
    return start;
  };
  return {
    position: () => at,
    left: () => bytes.length - at,
    byte: () => view.getUint8(advance(1)),
    uint16: () => view.getUint16(advance(2), true),
    uint32: () => view.getUint32(advance(4), true),
    int32: () => view.getInt32(advance(4), true),
    uint64() {
      const low = view.getUint32(advance(4), true);
      return view.getUint32(advance(4), true) * 2 ** 32 + low;
    },
    float64BigEndian: () => view.getFloat64(advance(8)),
    take(length) {
      const start = advance(length);
      return bytes.subarray(start, start + length);
    },
    line() {
      const end = bytes.indexOf(10, at);
      if (end < 0) return refuse(`expected a line at byte ${at}, got the end of the file`);
      const line = bytes.subarray(at, end);
      at = end + 1;
      return line;
    },
  };
}

/** Throws what the user is told: what is wrong, with no word of the file's own that could steer a terminal. */
export function refuse(what: string): never {
  throw new UserError(`pickle: ${what}`);
}

/** Makes a name from a file fit to be shown. */
export function shownName(name: string): string {
  return `'${name.slice(0, 60).replace(/[^\x20-\x7e]/g, '?')}'`;
}
