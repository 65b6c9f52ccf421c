/** A default as a flag would give it. */
export function defaultText(value: unknown): string {
  return Array.isArray(value) ? value.join(',') : String(value);
}
