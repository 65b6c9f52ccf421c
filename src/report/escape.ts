/** Text from outside inside HTML and SVG. */
import { printableLines } from '../base/shown.js';

/** Makes text inert inside the elements and quoted attributes of HTML and SVG, and such that XML may hold it. */
export function escapeHtml(text: string): string {
  return printableLines(text, { color: false }).replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
