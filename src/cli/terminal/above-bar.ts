/** Lets everything that is written while a live bar is shown stand above it. What draws the bar is loaded with the first one. */

/** Draws and takes away what stands at the foot of the terminal. */
export interface Shown {
  clear(): void;
  draw(): void;
}

let shown: Shown | null = null;

/** Has something write to the terminal while the bar, if there is one, gives way. */
export function aboveBar(write: () => void): void {
  shown?.clear();
  write();
  shown?.draw();
}

/** Says which bar is shown; null for none. One that was shown before is taken away. */
export function showBar(bar: Shown | null): void {
  shown?.clear();
  shown = bar;
}
