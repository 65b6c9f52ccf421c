/** How an error shows what was written. */

const longestShown = 80;

/** One line, cut where it is long; control characters are spelled out, so that a file cannot steer the terminal. */
export function shown(raw: unknown): string {
  const text = typeof raw === 'string' ? `'${raw}'` : typeof raw === 'number' ? String(raw) : asJson(raw);
  const line = text.replace(/[\p{Cc}\u2028\u2029]/gu, spelledOut);
  return line.length > longestShown ? `${line.slice(0, longestShown)}…` : line;
}

/** JSON has no NaN and no infinity; both can be written in YAML. */
function asJson(raw: unknown): string {
  const spellNumber = (_: string, item: unknown) =>
    typeof item === 'number' && !Number.isFinite(item) ? String(item) : item;
  return JSON.stringify(raw, spellNumber) ?? 'nothing';
}

function spelledOut(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
