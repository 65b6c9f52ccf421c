/**
 * Budgets as people write them: `1M` (at most), `0.5M..4M` (a range), `1M,2M,4M` (several at-most budgets).
 *
 * Suffixes: k (thousand), M (million), G or B (thousand million), in either case: a budget below one parameter makes no
 * sense, so `1m` cannot mean a thousandth. Of bytes: k, M, G, kB, MB, GB (thousands), KiB, MiB, GiB (1024), and B for
 * single ones.
 */
import { type SizeName, type SizeUnit, sizeNames, sizeTable } from '../arch/sizes.js';
import { UserError } from '../base/errors.js';
import { leastOf, mostOf } from '../base/numbers.js';

/** Bounds a search by the size of networks, and names the sizes at which the best network is asked for. */
export interface Budget {
  /** As it was written. */
  readonly text: string;
  /** Ascending: the budgets under which the best network is asked for. The last one bounds the search. */
  readonly wanted: readonly number[];
  /** The lower end of a range; null where the budget only says "at most". */
  readonly atLeast: number | null;
}

/** Bounds a size, both ends among it. */
export interface SizeRange {
  readonly lowest: number;
  readonly highest: number;
}

/**
 * Says how far down an at-most budget B is sampled: from B / 16 to B, so that a frontier up to B is seen and not its
 * last point alone.
 */
export const samplingSpan = 16;

/** A range must be at least this much wider than one number: widths are whole, so not every count can be met. */
const narrowestSpan = 1.01;

/** More than any network has; whole widths are looked for along the root of it. */
const mostOfSize = 1e12;

const numberPattern = /^([+-]?(?:\d+(?:_\d+)*(?:\.\d*)?|\.\d+))(?:e([+-]?\d+))?([a-z]*)$/i;
const exponents: Readonly<Record<SizeUnit, Readonly<Record<string, number>>>> = {
  count: { '': 0, k: 3, m: 6, g: 9, b: 9 },
  bytes: { '': 0, b: 0, k: 3, kb: 3, m: 6, mb: 6, g: 9, gb: 9 },
};
const binary: Readonly<Record<string, number>> = { kib: 2 ** 10, mib: 2 ** 20, gib: 2 ** 30 };
const oneOf: Readonly<Record<SizeUnit, string>> = { count: '1', bytes: '1 byte' };

/** Gives the most of a size that a network may have, beside the budget. */
export interface SizeLimit {
  readonly size: SizeName;
  readonly atMost: number;
}

/**
 * Reads a budget. Throws a UserError of one line for anything that is not a number, a range or a list of numbers, and
 * for zero, negative, fractional, reversed and too narrow ones.
 * @param size what the budget bounds
 * @param option by whose name errors speak
 */
export function parseBudget(text: string, size: SizeName = 'trainable', option = 'budget'): Budget {
  const { unit } = sizeTable[size];
  return text.includes('..') ? parseRange(text, { text, unit, option }) : parseList(text, { text, unit, option });
}

/**
 * Reads limits such as `multiply-adds=2M,stored-bytes=256kB`. Throws a UserError of one line for an unknown size, one
 * that is named twice, and what is no number.
 */
export function parseSizeLimits(text: string): readonly SizeLimit[] {
  const limits = text.split(',').map((part): SizeLimit => {
    const [name = '', most, ...others] = part.split('=').map((word) => word.trim());
    const size = sizeNames.find((known) => known === name);
    if (size === undefined || most === undefined || others.length > 0) {
      throw new UserError(
        `limit: expected a size and the most of it, such as multiply-adds=2M, got '${part.trim()}'; ` +
          `the sizes are ${sizeNames.join(', ')}`,
      );
    }
    return { size, atMost: parseCount(most, { text: part.trim(), unit: sizeTable[size].unit, option: 'limit' }) };
  });
  const twice = limits.find(({ size }, index) => limits.findIndex((limit) => limit.size === size) !== index);
  if (twice !== undefined) throw new UserError(`limit: expected each size once, got ${twice.size} twice in '${text}'`);
  return limits;
}

/**
 * Gives the sizes a budget asks to be searched: its range, or from its smallest value / `samplingSpan` to its
 * largest.
 */
export function rangeOf(budget: Budget): SizeRange {
  const { atLeast, wanted } = budget;
  return { lowest: atLeast ?? Math.ceil(leastOf(wanted) / samplingSpan), highest: mostOf(wanted) };
}

/** Where a number stands, for errors. */
interface Place {
  readonly text: string;
  readonly unit: SizeUnit;
  readonly option: string;
}

function parseRange(text: string, place: Place): Budget {
  const ends = text.split('..');
  if (ends.length !== 2) throw malformed(place);
  const [atLeast, atMost] = ends.map((end) => parseCount(end, place)) as [number, number];
  if (atLeast > atMost) {
    const [low, high] = ends.map((end) => end.trim()) as [string, string];
    throw new UserError(
      `${place.option}: the range '${text}' is reversed, ${low} is more than ${high}; write ${high}..${low}`,
    );
  }
  if (atMost < atLeast * narrowestSpan) {
    throw new UserError(
      `${place.option}: expected a range whose upper end is at least 1 % above its lower end, got '${text}'; ` +
        'widths are whole numbers, so not every count can be met: widen the range',
    );
  }
  return { text, wanted: [atMost], atLeast };
}

function parseList(text: string, place: Place): Budget {
  const counts = text.split(',').map((part) => parseCount(part, place));
  return { text, wanted: [...new Set(counts)].sort((a, b) => a - b), atLeast: null };
}

function parseCount(part: string, place: Place): number {
  const { unit, option } = place;
  const match = numberPattern.exec(part.trim());
  if (match === null) throw malformed(place);
  const [, digits = '', exponent = '0', suffix = ''] = match;
  const unitText = suffix.toLowerCase();
  const factor = unit === 'bytes' ? (binary[unitText] ?? 1) : 1;
  const ofSuffix = factor > 1 ? 0 : exponents[unit][unitText];
  if (ofSuffix === undefined) throw malformed(place);
  // One decimal literal instead of a product: 1.005 x 1e6 is not 1005000 in floating point, 1.005e6 is.
  const count = Number(`${digits.replaceAll('_', '')}e${Number(exponent) + ofSuffix}`) * factor;
  const got = part.trim() === place.text ? `'${place.text}'` : `'${part.trim()}' in '${place.text}'`;
  if (count <= 0) throw new UserError(`${option}: expected at least ${oneOf[unit]}, got ${got}`);
  if (count > mostOfSize) throw new UserError(`${option}: expected at most 1000G, got ${got}`);
  if (!Number.isSafeInteger(count)) throw new UserError(`${option}: expected a whole number, got ${got}`);
  return count;
}

function malformed({ text, unit, option }: Place): UserError {
  if (option === 'limit') {
    const expected = unit === 'bytes' ? 'a number of bytes such as 256kB or 256KiB' : 'a number such as 2M';
    return new UserError(`limit: expected ${expected} behind '=', got '${text}'`);
  }
  const isOfBytes = unit === 'count' && /\d\s*([kmg]i?b|b)\b/i.test(text);
  const advice = isOfBytes ? '; bytes go with --size stored-bytes or activation-bytes' : '';
  return new UserError(`${option}: expected ${examples[unit]}; got '${text}'${advice}`);
}

const examples: Readonly<Record<SizeUnit, string>> = {
  count: 'a number such as 1M, a range such as 0.5M..4M or a list such as 1M,2M,4M',
  bytes: 'a number of bytes such as 256kB or 256KiB, a range such as 64kB..256kB or a list such as 64kB,256kB',
};
