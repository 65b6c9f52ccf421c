/**
 * The series: the networks that share one frontier and one curve of a plot, which are those of one family, with its
 * settings, and one shape.
 */
import { splitName } from '../base/settings.js';
import { shapeOf, shapes, type Arch, type Shape } from './arch.js';
import { defaultFamily, families, familyOf } from './families.js';

/** Names a series. */
export interface Series {
  /** In its one spelling, with its settings; absent where all networks that are looked at are of one family. */
  readonly family?: string;
  readonly shape: Shape;
}

type InFamily = Pick<Arch, 'family'>;

/** Gives the series of a network, with its family. */
export function seriesOf(arch: Arch): Required<Series> {
  return { family: arch.family ?? defaultFamily, shape: shapeOf(arch) };
}

/** Says whether networks are of more than one family. */
export function hasSeveralFamilies(archs: Iterable<InFamily>): boolean {
  let first: InFamily | null = null;
  for (const arch of archs) {
    first ??= arch;
    if (arch.family !== first.family) return true;
  }
  return false;
}

/** Makes a function that tells the series of networks, without the family where all of these share one. */
export function seriesAmong(archs: Iterable<InFamily>): (arch: Arch) => Series {
  return hasSeveralFamilies(archs) ? seriesOf : (arch) => ({ shape: shapeOf(arch) });
}

/** Writes the one key of a series, `gated/hourglass`; `hourglass` where the family is left out. */
export function seriesKey({ family, shape }: Series): string {
  return family === undefined ? shape : `${family}/${shape}`;
}

/** Writes a series in words, `gated hourglass`; `hourglass` where the family is left out. */
export function seriesText({ family, shape }: Series): string {
  return family === undefined ? shape : `${family} ${shape}`;
}

/**
 * Reads a key as `seriesKey` writes it; null where the text has not the form of one. Throws a UserError for a family that
 * this version does not know.
 */
export function parseSeries(text: string): Series | null {
  const [, named, word] = /^(?:(.+)\/)?(\w+)$/.exec(text) ?? [];
  const shape = shapes.find((known) => known === word);
  if (shape === undefined) return null;
  return named === undefined ? { shape } : { family: familyOf({ family: named }).name, shape };
}

/**
 * Is negative where the left family goes before the right one: in the order of the table, those of plugins behind it, then
 * by settings.
 */
export function compareFamilies(left: string | undefined, right: string | undefined): number {
  return placeOf(left) - placeOf(right) || compareTexts(left ?? defaultFamily, right ?? defaultFamily);
}

/** Is negative where the left series goes before the right one: by family, then in the order of the shapes. */
export function compareSeries(left: Series, right: Series): number {
  return compareFamilies(left.family, right.family) || shapes.indexOf(left.shape) - shapes.indexOf(right.shape);
}

/** Gives the series alone of what holds more. */
export function asSeries({ family, shape }: Series): Series {
  return family === undefined ? { shape } : { family, shape };
}

/** Gives each series once, in their order. */
export function distinctSeries(all: Iterable<Series>): Series[] {
  const byKey = new Map<string, Series>();
  for (const each of all) {
    const series = asSeries(each);
    const key = seriesKey(series);
    if (!byKey.has(key)) byKey.set(key, series);
  }
  return [...byKey.values()].sort(compareSeries);
}

/** Says whether both are the same series. */
export function isSameSeries(left: Series, right: Series): boolean {
  return left.shape === right.shape && left.family === right.family;
}

function placeOf(name: string = defaultFamily): number {
  const [base] = splitName(name);
  const place = families.findIndex((family) => family.name === base);
  return place < 0 ? families.length : place;
}

function compareTexts(left: string, right: string): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}
