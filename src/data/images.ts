/**
 * Images and sets of images as plain data. Pixels are bytes, one colour plane after the other:
 * `[images, channels, height, width]`, row-major, so that flips and resampling work plane by plane.
 */

export interface ImageShape {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
}

export interface Images {
  readonly shape: ImageShape;
  /** `[images, channels, height, width]` */
  readonly pixels: Uint8Array;
  /** `[images]`; the class of each, from 0. */
  readonly labels: Uint8Array;
}

/** Some of the images, in an order of their own. */
export interface ImageSet {
  readonly images: Images;
  /** Which images, by their place in `images`. */
  readonly rows: Uint32Array;
}

export interface Dataset {
  readonly train: ImageSet;
  readonly validation: ImageSet;
  readonly test: ImageSet;
}

export function valuesPerImage({ height, width, channels }: ImageShape): number {
  return channels * height * width;
}

/** The bytes of one image, `[channels, height, width]`; a view. */
export function pixelsOf({ pixels, shape }: Images, row: number): Uint8Array {
  const values = valuesPerImage(shape);
  return pixels.subarray(row * values, (row + 1) * values);
}

/** For each class, the first image of that class in the set's order: its place in `images`. */
export function prototypeRows({ images, rows }: ImageSet): Uint32Array {
  const firstOf = new Map<number, number>();
  for (const row of rows) {
    const label = images.labels[row]!;
    if (!firstOf.has(label)) firstOf.set(label, row);
  }
  return Uint32Array.from([...firstOf].sort(([label], [other]) => label - other).map(([, row]) => row));
}
