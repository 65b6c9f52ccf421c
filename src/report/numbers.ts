/** Numbers as people read them. A missing number is a dash. */
import { archName, type Arch, type Shape } from '../arch/arch.js';
import { type Series, seriesText } from '../arch/series.js';
import type { EvaluationSet } from '../run/run.js';

/** Stands where a number is not known. */
export const missing = '–';

/** Names the shapes as headings and legends write them. */
export const shapeLabels: Readonly<Record<Shape, string>> = {
  hourglass: 'Hourglass',
  conventional: 'Conventional',
  straight: 'Straight',
};

/** Names a series as headings and legends write it: `Hourglass`, or `gated hourglass` where there are several families. */
export function seriesLabel(series: Series): string {
  return series.family === undefined ? shapeLabels[series.shape] : seriesText(series);
}

/** Says what a column of such names holds. */
export function seriesHeader(rows: readonly Series[]): 'Series' | 'Shape' {
  return rows.some(({ family }) => family !== undefined) ? 'Series' : 'Shape';
}

/** Writes a number with its sign, a true minus and not a hyphen; what rounds to zero has a plus. */
export function signed(value: number, digits: number): string {
  const text = Math.abs(value).toFixed(digits);
  return `${value < 0 && Number(text) !== 0 ? '−' : '+'}${text}`;
}

/** Names the evaluation sets as titles do. */
export const setLabels: Readonly<Record<EvaluationSet, string>> = { validation: 'Validation', test: 'Test' };

/** Writes a number with so many digits after the point; a dash where there is none (null). */
export function fixedText(value: number | null, digits: number): string {
  return value === null ? missing : value.toFixed(digits);
}

/** Writes a number as `1.27e+6`; a dash where there is none (null). */
export function exponentialText(value: number | null, digits: number): string {
  return value === null ? missing : value.toExponential(digits);
}

/** Gives the family that all architectures share, where it is another than the default one; else null. */
export function sharedFamily(archs: readonly Arch[]): string | null {
  const [first] = archs;
  return first?.family !== undefined && archs.every(({ family }) => family === first.family) ? first.family : null;
}

/** Names an architecture without its family, which stands in a heading or beside it. */
export function nameInFamily(arch: Arch): string {
  const name = archName(arch);
  return arch.family === undefined ? name : name.slice(arch.family.length + 1);
}

/** Names a network with its series: `Hourglass gated 12-4-1`, or `gated hourglass 12-4-1` where there are several families. */
export function networkText(series: Series, arch: Arch): string {
  return `${seriesLabel(series)} ${series.family === undefined ? archName(arch) : nameInFamily(arch)}`;
}

/** Writes `input projection trainable, output projection none`; where a curve mixes several, all of them. */
export function projectionsText(archs: readonly Pick<Arch, 'inputProjection' | 'outputProjection'>[]): string {
  const distinct = (kinds: readonly string[]) => [...new Set(kinds)].join(' or ');
  const input = distinct(archs.map(({ inputProjection }) => inputProjection));
  const output = distinct(archs.map(({ outputProjection }) => outputProjection));
  return `input projection ${input}, output projection ${output}`;
}
