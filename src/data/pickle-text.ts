/** How protocol 0 spells strings and numbers, and how the others spell long integers. Source: CPython, Lib/pickletools.py. */
import { refuse } from './pickle-reader.js';

const longestInteger = 32;
const backslash = 0x5c;

/** Reads a number on a line, as `12`, `12L`, `00` (false) or `01` (true). Throws a UserError for anything else. */
export function integerOfLine(line: Uint8Array): number | boolean {
  const text = line.length > longestInteger ? '' : String.fromCharCode(...line);
  if (text === '00' || text === '01') return text === '01';
  const value = /^-?\d+L?$/.test(text) ? Number(text.replace('L', '')) : NaN;
  return Number.isSafeInteger(value) ? value : refuse('expected a whole number of at most 53 bits on a line');
}

/** Reads a number on a line, such as `1.5`, `-inf` or `nan`. Throws a UserError for anything else. */
export function floatOfLine(line: Uint8Array): number {
  const text = line.length > longestInteger ? '' : String.fromCharCode(...line);
  if (!/^[-+]?(\d+\.?\d*(e[-+]?\d+)?|inf|nan)$/i.test(text)) return refuse('expected a number on a line');
  return /inf/i.test(text) ? (text.startsWith('-') ? -Infinity : Infinity) : Number(text);
}

/** Reads a whole number, little-endian with a sign. Throws a UserError for one of more than 53 bits. */
export function integerOfBytes(bytes: Uint8Array): number {
  if (bytes.length > 8) refuse(`expected a whole number of at most 8 bytes, got ${bytes.length}`);
  const value = bytes.reduceRight((sum, byte) => sum * 256 + byte, 0);
  const isNegative = (bytes.at(-1) ?? 0) > 127;
  const signed = isNegative ? value - 2 ** (8 * bytes.length) : value;
  return Number.isSafeInteger(signed) ? signed : refuse('expected a whole number of at most 53 bits');
}

const escapes: ReadonlyMap<string, number> = new Map([
  ['n', 10],
  ['r', 13],
  ['t', 9],
  ['\\', backslash],
  ["'", 0x27],
  ['"', 0x22],
]);

/** Reads the bytes of a string as Python 2 shows it, between quotes. Throws a UserError for anything else. */
export function unescaped(line: Uint8Array): Uint8Array {
  const quote = line[0];
  if (line.length < 2 || (quote !== 0x27 && quote !== 0x22) || line.at(-1) !== quote) {
    return refuse('expected a string between quotes on a line');
  }
  const bytes = new Uint8Array(line.length);
  let length = 0;
  for (let at = 1; at < line.length - 1; at += 1) {
    let byte = line[at]!;
    if (byte === backslash) {
      at += 1;
      const letter = String.fromCharCode(line[at]!);
      if (letter === 'x') {
        byte = hexadecimal(line.subarray(at + 1, at + 3), 2);
        at += 2;
      } else byte = escapes.get(letter) ?? refuse('expected a known escape in a string');
    }
    bytes[length] = byte;
    length += 1;
  }
  return bytes.subarray(0, length);
}

/** Makes the UTF-8 of a line where `\u0041` and `\U00000041` stand for characters and all else is Latin-1. */
export function unicodeOfLine(line: Uint8Array): Uint8Array {
  // A character of Latin-1 takes at most two bytes of UTF-8, and an escape takes more than it stands for.
  const utf8 = new Uint8Array(2 * line.length);
  let length = 0;
  const encoder = new TextEncoder();
  for (let at = 0; at < line.length; at += 1) {
    let code = line[at]!;
    const digits = code !== backslash ? 0 : line[at + 1] === 0x75 ? 4 : line[at + 1] === 0x55 ? 8 : 0;
    if (digits > 0) {
      code = hexadecimal(line.subarray(at + 2, at + 2 + digits), digits);
      at += 1 + digits;
    }
    if (code > 0x10ffff) refuse('expected a character of Unicode');
    if (code < 0x80) {
      utf8[length] = code;
      length += 1;
    } else length += encoder.encodeInto(String.fromCodePoint(code), utf8.subarray(length)).written;
  }
  return utf8.subarray(0, length);
}

function hexadecimal(digits: Uint8Array, count: number): number {
  const text = String.fromCharCode(...digits);
  return text.length === count && /^[0-9a-f]+$/i.test(text)
    ? parseInt(text, 16)
    : refuse('expected hexadecimal digits');
}
