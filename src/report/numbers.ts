/** Numbers as people read them. A missing number is a dash. */
import { archName, type Arch, type Shape } from '../arch/arch.js';
import type { EvaluationSet } from '../run/run.js';

/** Stands where a number is not known. */
export const missing = '–';

/** Names the shapes as headings and legends write them. */
export const shapeLabels: Readonly<Record<Shape, string>> = {
  hourglass: 'Hourglass',
  conventional: 'Conventional',
  straight: 'Straight',
};

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

/** Makes a function that names architectures, without the family that all of them share: that stands in a heading. */
export function archNaming(archs: readonly Arch[]): (arch: Arch) => string {
  const family = sharedFamily(archs);
  return family === null ? archName : (arch) => archName(arch).slice(family.length + 1);
}

/** Writes `input projection trainable, output projection none`; where a curve mixes several, all of them. */
export function projectionsText(archs: readonly Pick<Arch, 'inputProjection' | 'outputProjection'>[]): string {
  const distinct = (kinds: readonly string[]) => [...new Set(kinds)].join(' or ');
  const input = distinct(archs.map(({ inputProjection }) => inputProjection));
  const output = distinct(archs.map(({ outputProjection }) => outputProjection));
  return `input projection ${input}, output projection ${output}`;
}
