/** Writes a default as a flag would give it; lists have commas between their items. */
export function defaultText(value: unknown): string {
  return Array.isArray(value) ? value.join(',') : String(value);
}
