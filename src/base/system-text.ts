/** What the operating system tells in files and links of its own, where it does. */
import { readFileSync, readlinkSync } from 'node:fs';

/** Reads the text of a file; null where there is none that may be read. */
export type ReadText = (file: string) => string | null;

/** Reads a file of the system. */
export const readText: ReadText = (file) => textOf(() => readFileSync(file, 'utf8'));

/** Reads where a link leads; null where there is no link that may be read. */
export function linkText(link: string): string | null {
  return textOf(() => readlinkSync(link, 'utf8'));
}

function textOf(read: () => string): string | null {
  try {
    return read();
  } catch {
    return null;
  }
}
