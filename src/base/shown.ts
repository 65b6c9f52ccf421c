/** How text from outside is shown. */

const longestShown = 80;

/**
 * Puts a value on one line, cut where it is long; control characters are spelled out, so that a file cannot steer the
 * terminal.
 */
export function shown(raw: unknown): string {
  const text = typeof raw === 'string' ? `'${raw}'` : typeof raw === 'number' ? String(raw) : asJson(raw);
  const line = printable(text);
  return line.length > longestShown ? `${line.slice(0, longestShown)}…` : line;
}

/**
 * Control characters, line ends, marks that turn the direction of writing, and halves of characters: what steers a
 * terminal, deceives a reader, or may not stand in XML.
 */
const unprintable = /[\p{Cc}\u2028\u2029\p{Bidi_Control}\p{Cs}\uFFFE\uFFFF]/gu;

/** Spells out what cannot be printed, as `\u001b`, so that all is on one line. */
export function printable(text: string): string {
  return text.replace(unprintable, spelledOut);
}

/**
 * Does the same for many lines, where tabs stay too; with `color`, colour codes stay, and no other code does. JSON
 * keeps its values.
 */
export function printableLines(text: string, { color }: { color: boolean }): string {
  return text.replace(unprintable, (character, at: number) => {
    if (character === '\n' || character === '\t' || (color && isColorAt(text, at))) return character;
    return spelledOut(character);
  });
}

function isColorAt(text: string, at: number): boolean {
  return /^\u001b\[\d{1,2}m/.test(text.slice(at, at + 5));
}

/** JSON has no NaN and no infinity, which can be written in YAML, and not all that a program may hand in. */
function asJson(raw: unknown): string {
  if (['bigint', 'symbol', 'function'].includes(typeof raw)) return `a ${typeof raw}`;
  const spelled = (_: string, item: unknown) =>
    (typeof item === 'number' && !Number.isFinite(item)) || typeof item === 'bigint' ? String(item) : item;
  return JSON.stringify(raw, spelled) ?? 'nothing';
}

/** Writes a character as its code, `\\u001b`, which JSON reads back. */
export function spelledOut(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
