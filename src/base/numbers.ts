/** Counts as people read them. */
import { itemAt } from './items.js';

/**
 * Finds the least of many values; Infinity of none. (`Math.min` takes its values as arguments, of which there may not
 * be many.)
 */
export function leastOf(values: readonly number[]): number {
  return values.reduce((least, value) => Math.min(least, value), Infinity);
}

/** Finds the most of many values; -Infinity of none. */
export function mostOf(values: readonly number[]): number {
  return values.reduce((most, value) => Math.max(most, value), -Infinity);
}

/** A prefix for each further factor of a thousand. */
const siPrefixes = ['', 'k', 'M', 'G', 'T', 'P', 'E'] as const;

/** Divides a number other than 0 by the power of a thousand that its SI prefix stands for; small ones have no prefix. */
export function siParts(value: number): { readonly scaled: number; readonly prefix: string } {
  const power = Math.min(Math.max(Math.floor(Math.log10(Math.abs(value)) / 3), 0), siPrefixes.length - 1);
  return { scaled: value / 1000 ** power, prefix: itemAt(siPrefixes, power) };
}

/** Writes a count with three significant digits and an SI prefix: 1000000 is `1M`, 451584 is `452k`, 999 is `999`. */
export function formatCount(count: number): string {
  const rounded = Number(count.toPrecision(3));
  if (rounded === 0) return '0';
  const { scaled, prefix } = siParts(rounded);
  return `${Number(scaled.toPrecision(3))}${prefix}`;
}

/** Writes a count in full, with digits in groups of three: 1572 is `1,572`. */
export function formatExactCount(count: number): string {
  return count.toLocaleString('en-US');
}

/** Writes bytes as `4.1 GB`, with powers of ten. */
export function formatGigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(1)} GB`;
}

/** Writes a count with its noun: `1 architecture`, `8 architectures`. */
export function counted(count: number, noun: string): string {
  return `${formatExactCount(count)} ${noun}${count === 1 ? '' : 's'}`;
}
