/** Numbers as people read them. A missing number is a dash. */
import { archName, type Arch, type Shape } from '../arch/arch.js';
import type { PsnrGap } from '../frontier/budget.js';
import type { Quality } from '../frontier/point.js';
import type { EvaluationSet } from '../run/run.js';

/** Stands where a number is not known. */
export const missing = '–';

/** Names the shapes as headings and legends write them. */
export const shapeLabels: Readonly<Record<Shape, string>> = {
  hourglass: 'Hourglass',
  conventional: 'Conventional',
  straight: 'Straight',
};

/** Writes a PSNR as `24.271 ± 0.010`, in dB; without a spread where there is one replicate. */
export function psnrText(quality: Quality | null): string {
  return quality ? withSpread(quality.psnrDb.toFixed(3), quality.psnrDbStd) : missing;
}

/** Writes a gap as `+0.120 ± 0.010`, in dB; the spread is the standard error. */
export function gapText({ meanDb, standardErrorDb }: PsnrGap): string {
  return withSpread(signed(meanDb, 3), standardErrorDb);
}

/** Writes a number with its sign, a true minus and not a hyphen; what rounds to zero has a plus. */
export function signed(value: number, digits: number): string {
  const text = Math.abs(value).toFixed(digits);
  return `${value < 0 && Number(text) !== 0 ? '−' : '+'}${text}`;
}

/** Names the sets that PSNR is measured on as titles do. */
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

function withSpread(text: string, spread: number | null): string {
  return spread === null ? text : `${text} ± ${spread.toFixed(3)}`;
}
