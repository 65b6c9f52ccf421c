/** How many columns of a terminal text takes, and how it is broken, cut and padded to fit. Every measure is taken here. */
import stringWidth from 'string-width';

/** Is the number of columns assumed for a terminal that does not tell it. */
export const unknownWidth = 80;

/** Measures text in columns: a wide character or an emoji takes two, a combining mark and a colour code none. */
export function widthOf(text: string): number {
  return stringWidth(text);
}

/** Measures the widest of the texts, in columns; 0 of none. */
export function widthOfWidest(texts: readonly string[]): number {
  return texts.reduce((widest, text) => Math.max(widest, widthOf(text)), 0);
}

/** Breaks a text between words into lines of at most so many columns; a word that is wider has a line of its own. */
export function wrapWords(text: string, columns: number): string[] {
  if (widthOf(text) <= columns) return [text];
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    const longer = last === undefined ? word : `${last} ${word}`;
    if (last === undefined || widthOf(longer) > columns) lines.push(word);
    else lines[lines.length - 1] = longer;
  }
  return lines;
}

const graphemes = new Intl.Segmenter();

/**
 * Cuts one line to so many columns, with an ellipsis where it is cut; never within a character that people see as one.
 */
export function cutTo(text: string, columns: number): string {
  if (widthOf(text) <= columns) return text;
  let kept = '';
  for (const { segment } of graphemes.segment(text)) {
    if (widthOf(kept + segment) > columns - 1) break;
    kept += segment;
  }
  return `${kept}…`;
}

/** Fills a text up with spaces to so many columns; leaves it as it is where it has more. */
export function padded(text: string, columns: number, alignment: 'left' | 'right'): string {
  const spaces = ' '.repeat(Math.max(0, columns - widthOf(text)));
  return alignment === 'left' ? text + spaces : spaces + text;
}
