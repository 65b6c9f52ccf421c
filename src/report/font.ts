/**
 * The typeface of the plots, bundled so that text is there on machines without fonts and looks the same on all.
 * Lato by Łukasz Dziedzic, SIL Open Font License 1.1, from the package `@expo-google-fonts/lato`.
 */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';

/** Names the font that plots and pages carry with them. */
export const fontFamily = 'Lato';

/** Gives the path of the file of the regular weight (TrueType). */
export function fontPath(): string {
  return createRequire(import.meta.url).resolve('@expo-google-fonts/lato/400Regular/Lato_400Regular.ttf');
}

/** Makes a CSS rule that carries the font, about 100 kB. */
export async function fontFaceCss(): Promise<string> {
  const base64 = await readFile(fontPath(), 'base64');
  return `@font-face{font-family:${fontFamily};src:url(data:font/ttf;base64,${base64}) format("truetype")}`;
}
