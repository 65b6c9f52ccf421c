/** How an error shows what was written. */
import { spelledOut } from './errors.js';

const longestShown = 80;

/** One line, cut where it is long. */
export function shown(raw: unknown): string {
  const text = typeof raw === 'string' ? `'${raw}'` : typeof raw === 'number' ? String(raw) : asJson(raw);
  const line = spelledOut(text);
  return line.length > longestShown ? `${line.slice(0, longestShown)}…` : line;
}

/** JSON has no NaN and no infinity; both can be written in YAML. */
function asJson(raw: unknown): string {
  const spellNumber = (_: string, item: unknown) =>
    typeof item === 'number' && !Number.isFinite(item) ? String(item) : item;
  return JSON.stringify(raw, spellNumber) ?? 'nothing';
}
