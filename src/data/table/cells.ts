/** What the text of a cell means. */

const missingTexts: ReadonlySet<string> = new Set(['', 'na', 'n/a', '#n/a', 'nan', 'null', 'none', '?']);

/** Says whether a text, without space around it, stands for a missing value: '', NA, N/A, NaN, null, None, ?. */
export function isMissingText(text: string): boolean {
  return text.length <= 4 && missingTexts.has(text.toLowerCase());
}

/**
 * Gives the number that a text spells: digits with a point and an exponent, as Python and R write them. Infinite where
 * it is too large for a double, NaN where the text is no number.
 */
export function numberOf(text: string): number {
  if (text === '') return NaN;
  const value = Number(text);
  return value === value && !isOtherBase(text) ? value : NaN;
}

/** `0x10`, `0b11` and `0o17` are numbers to JavaScript only. */
function isOtherBase(text: string): boolean {
  return text.length > 2 && text.charCodeAt(0) === 48 && text.charCodeAt(1) > 57 && /^0[xbo]/i.test(text);
}

/** Says whether a text stands for an infinite number: inf, -inf, Infinity in any case. */
export function isInfiniteText(text: string): boolean {
  return /^[+-]?inf(inity)?$/i.test(text);
}

/** Gives the number that a text with a decimal comma spells; NaN where it has a decimal point. */
export function commaNumberOf(text: string): number {
  return text.includes('.') ? NaN : numberOf(text.replace(',', '.'));
}

/** Gives the truth value that a text spells in any case: true or false; null for any other. */
export function booleanOf(text: string): boolean | null {
  const word = text.toLowerCase();
  return word === 'true' ? true : word === 'false' ? false : null;
}

const datePatterns = [
  /^\d{4}[-/.]\d{1,2}([-/.]\d{1,2})?([T ]\d{1,2}:\d{2}.*)?$/,
  /^\d{1,2}[-/.]\d{1,2}[-/.](\d{4}|\d{2})( \d{1,2}:\d{2}.*)?$/,
  /^\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?( ?[ap]m)?$/i,
  /^\d{1,2}[- ][a-z]{3,9}\.?[- ](\d{4}|\d{2})$/i,
  /^[a-z]{3,9}\.? \d{1,2}, \d{4}$/i,
];

/** Says whether a text looks like a date or a time of day: `2024-01-31`, `31/01/2024 12:30`, `12:30`. */
export function looksLikeDate(text: string): boolean {
  return datePatterns.some((pattern) => pattern.test(text));
}

/** Says whether a text is a number with marks that stand in the way: `1,234`, `1,5`, `12 %`, `$5`, `1 000`. */
export function looksLikeMarkedNumber(text: string): boolean {
  if (!/\d/.test(text) || !/^[-+$€£¥(]*\s*\d[\d.,'\u00a0\u202f _]*\s*[%$€£¥)]*$/.test(text)) return false;
  return !looksLikeDate(text) && Number.isNaN(numberOf(text));
}
