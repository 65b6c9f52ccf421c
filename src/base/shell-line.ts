/** The words of a command as a line that a shell reads as those words. */
/** Quotes the words that a POSIX shell would otherwise change. */
export function shellLine(words: readonly string[]): string {
  return words.map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`)).join(' ');
}

/** Writes a path as a word that no command takes for an option. */
export function asWord(path: string): string {
  return path.startsWith('-') ? `./${path}` : path;
}
