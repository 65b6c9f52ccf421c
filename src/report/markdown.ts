/** Text from outside inside Markdown. */
import { printable, spelledOut } from '../base/shown.js';

/** Words of letters and digits with single signs between them, of which no markup and no address can be made. */
const ordinary = /^[a-z0-9]+(?:(?:[ ._:/-]|, | \()[a-z0-9]+)*\)?$/i;
const address = /www\./i;

/**
 * Writes text so that Markdown shows it as it is: ordinary words as they are, all else as code on one line, in which
 * nothing is markup. Backticks would end the code and bars a table's cell: they are spelled out, as what cannot be
 * printed is. Source: GitHub Flavored Markdown Spec 0.29, sections 4.10 (tables), 6.3 (code spans) and 6.9 (autolinks).
 */
export function markdownText(text: string): string {
  return ordinary.test(text) && !address.test(text) ? text : markdownCode(text);
}

/** Writes text as code, whatever it holds. */
export function markdownCode(text: string): string {
  return `\`${printable(text).replace(/[`|]/g, spelledOut)}\``;
}
