/** Where an axis has its ticks: at round values, with labels that are all different and do not touch. */
import { siParts } from '../base/numbers.js';
import { logTicks, mantissaTicks, rounded } from './plot-rows.js';

/** Tells how long an axis is, and how its labels look. */
export interface TickOptions {
  readonly scale: 'log' | 'linear';
  readonly lengthPx: number;
  /** What a label takes of the axis: its width, or on a vertical axis its height. */
  readonly labelPx: (label: string) => number;
  readonly label: (value: number) => string;
}

/** Describes the ticks of a plot's axis, in Vega-Lite's words. */
export interface Ticks {
  readonly values: readonly number[];
  readonly labelExpr: string;
  /** Vega guesses how wide a text is, and would leave some out. */
  readonly labelOverlap: false;
}

/** Bounds the values that an axis shows. */
export type Domain = readonly [low: number, high: number];

/** Chooses the ticks of an axis: on a logarithmic one the fewest that are enough, else as many as there is room for. */
export function ticksWithin(domain: Domain, options: TickOptions): Ticks {
  const candidates = options.scale === 'log' ? logCandidates(domain) : linearCandidates(domain);
  const values = candidates.find((ticks) => isSpaced(ticks, domain, options)) ?? [];
  const labels = Object.fromEntries(values.map((value) => [value, options.label(value)]));
  return { values, labelExpr: `${JSON.stringify(labels)}[datum.value]`, labelOverlap: false };
}

/** Those that are better come first. */
function logCandidates(domain: Domain): readonly (readonly number[])[] {
  const few = logTicks(domain);
  const others = [[1, 1.5, 2, 3, 5, 7], [1, 2, 5], [1, 3], [1]].map((mantissas) => mantissaTicks(domain, mantissas));
  const [enough, tooFew] = [others.filter(isEnough), others.filter((ticks) => !isEnough(ticks))];
  // Within less than a decade a logarithmic axis is nearly a linear one.
  return [...(few === null ? [] : [few]), ...enough, ...linearCandidates(domain), ...tooFew];
}

function isEnough({ length }: readonly number[]): boolean {
  return length >= 4 && length <= 8;
}

function linearCandidates(domain: Domain): readonly (readonly number[])[] {
  return [6, 5, 4, 3, 2, 1].map((count) => linearTicks(domain, count));
}

/** About so many, at multiples of 1, 2 or 5 times a power of ten. */
function linearTicks([low, high]: Domain, count: number): number[] {
  const least = (high - low) / count;
  const power = 10 ** Math.floor(Math.log10(least));
  const factor = [1, 2, 5].find((candidate) => candidate * power >= 0.8 * least) ?? 10;
  const step = factor * power;
  const first = Math.ceil(low / step);
  const length = Math.max(0, Math.floor(high / step) - first + 1);
  return Array.from({ length }, (_, index) => rounded((first + index) * step));
}

/** Labels closer to each other than this seem to touch. */
const leastGapPx = 8;

function isSpaced(
  ticks: readonly number[],
  [low, high]: Domain,
  { scale, lengthPx, labelPx, label }: TickOptions,
): boolean {
  if (ticks.length === 0) return false;
  const along = scale === 'log' ? Math.log : (value: number) => value;
  const labels = ticks.map((tick) => ({
    place: (lengthPx * (along(tick) - along(low))) / (along(high) - along(low)),
    size: labelPx(label(tick)),
  }));
  return labels.every(({ place, size }, index) => {
    const before = labels[index - 1];
    return before === undefined || place - before.place >= (size + before.size) / 2 + leastGapPx;
  });
}

/** Writes a number with all its digits and an SI prefix: 1005000 is `1.005M`. */
export function siText(value: number): string {
  if (value === 0) return '0';
  const { scaled, prefix } = siParts(value);
  return `${rounded(scaled)}${prefix}`;
}
