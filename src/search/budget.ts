/**
 * Parameter budgets as people write them: `1M` (at most), `0.5M..4M` (a range), `1M,2M,4M` (several at-most budgets).
 *
 * Suffixes: k (thousand), M (million), G or B (thousand million), in either case: a budget below one parameter makes no
 * sense, so `1m` cannot mean a thousandth.
 */
import { UserError } from '../base/errors.js';
import { leastOf, mostOf } from '../base/numbers.js';

/** Bounds a search by parameters, and names the sizes at which the best network is asked for. */
export interface Budget {
  /** As it was written. */
  readonly text: string;
  /** Parameters, ascending: the budgets under which the best network is asked for. The last one bounds the search. */
  readonly wanted: readonly number[];
  /** The lower end of a range; null where the budget only says "at most". */
  readonly atLeast: number | null;
}

/** Bounds parameter counts, both ends among them. */
export interface ParameterRange {
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
const mostParameters = 1e12;

const exponents: Readonly<Record<string, number>> = { k: 3, m: 6, g: 9, b: 9 };
const numberPattern = /^([+-]?(?:\d+(?:_\d+)*(?:\.\d*)?|\.\d+))(?:e([+-]?\d+))?([kmgb])?$/i;

/**
 * Reads a budget. Throws a UserError of one line for anything that is not a number, a range or a list of numbers, and
 * for zero, negative, fractional, reversed and too narrow ones.
 */
export function parseBudget(text: string): Budget {
  return text.includes('..') ? parseRange(text) : parseList(text);
}

/**
 * Gives the parameters a budget asks to be searched: its range, or from its smallest value / `samplingSpan` to its
 * largest.
 */
export function rangeOf(budget: Budget): ParameterRange {
  const { atLeast, wanted } = budget;
  return { lowest: atLeast ?? Math.ceil(leastOf(wanted) / samplingSpan), highest: mostOf(wanted) };
}

function parseRange(text: string): Budget {
  const ends = text.split('..');
  if (ends.length !== 2) throw malformed(text);
  const [atLeast, atMost] = ends.map((end) => parseCount(end, text)) as [number, number];
  if (atLeast > atMost) {
    const [low, high] = ends.map((end) => end.trim()) as [string, string];
    throw new UserError(`budget: the range '${text}' is reversed, ${low} is more than ${high}; write ${high}..${low}`);
  }
  if (atMost < atLeast * narrowestSpan) {
    throw new UserError(
      `budget: expected a range whose upper end is at least 1 % above its lower end, got '${text}'; ` +
        'widths are whole numbers, so not every count can be met: widen the range',
    );
  }
  return { text, wanted: [atMost], atLeast };
}

function parseList(text: string): Budget {
  const counts = text.split(',').map((part) => parseCount(part, text));
  return { text, wanted: [...new Set(counts)].sort((a, b) => a - b), atLeast: null };
}

function parseCount(part: string, text: string): number {
  const match = numberPattern.exec(part.trim());
  if (match === null) throw malformed(text);
  const [, digits = '', exponent = '0', suffix = ''] = match;
  // One decimal literal instead of a product: 1.005 x 1e6 is not 1005000 in floating point, 1.005e6 is.
  const power = Number(exponent) + (exponents[suffix.toLowerCase()] ?? 0);
  const count = Number(`${digits.replaceAll('_', '')}e${power}`);
  if (count <= 0) throw new UserError(`budget: expected at least 1 parameter, got '${part.trim()}' in '${text}'`);
  if (!Number.isSafeInteger(count)) {
    throw new UserError(`budget: expected a whole number of parameters, got '${part.trim()}' in '${text}'`);
  }
  if (count > mostParameters) {
    throw new UserError(`budget: expected at most 1000G parameters, got '${part.trim()}' in '${text}'`);
  }
  return count;
}

function malformed(text: string): UserError {
  return new UserError(
    'budget: expected a number such as 1M, a range such as 0.5M..4M or a list such as 1M,2M,4M; ' + `got '${text}'`,
  );
}
