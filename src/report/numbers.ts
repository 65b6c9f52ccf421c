/** Numbers as people read them. A missing number is a dash. */
import type { CountedParams, Shape } from '../arch/arch.js';
import type { Gap } from '../frontier/budget.js';
import type { Quality } from '../frontier/point.js';

export const missing = '–';

export const shapeLabels: Readonly<Record<Shape, string>> = {
  hourglass: 'Hourglass',
  conventional: 'Conventional',
  straight: 'Straight',
};

/** Titles of the parameter counts; they say which matrices are in it. */
export const countLabels: Readonly<Record<CountedParams, string>> = {
  trainable: 'Trainable parameters',
  total: 'Parameters, trainable and fixed',
};

const siPrefixes = ['', 'k', 'M', 'G', 'T', 'P', 'E'] as const;

/** Three significant digits and an SI prefix: `1.59M`. */
export function siText(value: number): string {
  const rounded = Number(value.toPrecision(3));
  if (rounded === 0) return '0';
  const power = Math.min(Math.max(Math.floor(Math.log10(Math.abs(rounded)) / 3), 0), siPrefixes.length - 1);
  return `${Number((rounded / 1000 ** power).toPrecision(3))}${siPrefixes[power]!}`;
}

/** Digits in groups of three: `1,591,980`. */
export function wholeText(value: number): string {
  return value.toLocaleString('en-US');
}

/** `24.271 ± 0.010`, in dB; without a spread where there is one replicate. */
export function psnrText(quality: Quality | null): string {
  return quality ? withSpread(quality.psnrDb.toFixed(3), quality.psnrDbStd) : missing;
}

/** `+0.120 ± 0.010`, in dB; the spread is the standard error. */
export function gapText({ meanDb, standardErrorDb }: Gap): string {
  return withSpread(`${meanDb < 0 ? '−' : '+'}${Math.abs(meanDb).toFixed(3)}`, standardErrorDb);
}

/** `1 architecture`, `8 architectures`. */
export function counted(count: number, noun: string): string {
  return `${wholeText(count)} ${noun}${count === 1 ? '' : 's'}`;
}

function withSpread(text: string, spread: number | null): string {
  return spread === null ? text : `${text} ± ${spread.toFixed(3)}`;
}
