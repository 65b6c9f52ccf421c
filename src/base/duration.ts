/** Durations as people write them. */

const form = /^(?:(\d+(?:\.\d+)?)h)?(?:(\d+(?:\.\d+)?)m)?(?:(\d+(?:\.\d+)?)s)?$/;

/** Reads `45s`, `30m`, `1h`, `1.5h` or `1h30m` as milliseconds; null for any other text and for no time at all. */
export function parseDuration(text: string): number | null {
  const parts = form.exec(text);
  if (parts === null) return null;
  const [, hours = '0', minutes = '0', seconds = '0'] = parts;
  const milliseconds = Math.round(1000 * (3600 * Number(hours) + 60 * Number(minutes) + Number(seconds)));
  return milliseconds > 0 && Number.isFinite(milliseconds) ? milliseconds : null;
}

/** Writes the shortest text that `parseDuration` reads as so many milliseconds: `1h30m`. */
export function durationText(milliseconds: number): string {
  const minutes = Math.floor(milliseconds / 60_000);
  const parts: readonly [number, string][] = [
    [Math.floor(minutes / 60), 'h'],
    [minutes % 60, 'm'],
    [(milliseconds % 60_000) / 1000, 's'],
  ];
  return parts.map(([number, unit]) => (number === 0 ? '' : `${number}${unit}`)).join('');
}

/** Writes a duration roughly, for people: `45 s`, `12 min`, `3 h 20 min`. */
export function renderDuration(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1000);
  if (seconds < 120) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 120) return `${minutes} min`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
