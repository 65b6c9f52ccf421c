/** Text from outside inside HTML and SVG. */
import { printableLines } from '../base/shown.js';

/** Text that is inert inside the elements and quoted attributes of HTML and SVG, and that XML may hold. */
export function escapeHtml(text: string): string {
  return printableLines(text, { color: false }).replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
