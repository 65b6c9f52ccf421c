/** Gives the size of one image. */

export interface ImageShape {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
}

/** Holds images of one shape and their classes. */
export interface Images {
  readonly shape: ImageShape;
  /**
   * `[images, channels, height, width]`, cut into blocks of whole images as the files are: together they may be longer
   * than one array can be.
   */
  readonly blocks: readonly Uint8Array[];
  /** `[images]`; the class of each, from 0. */
  readonly labels: Uint8Array | Uint16Array;
}

/** Holds some of the images, in an order of their own. */
export interface ImageSet {
  readonly images: Images;
  /** Which images, by their place in `images`. */
  readonly rows: Uint32Array;
}

/** Holds the images to train, to validate and to test on. */
export interface Dataset {
  readonly train: ImageSet;
  readonly validation: ImageSet;
  readonly test: ImageSet;
}

/** Counts the images of each set. */
export type SplitCounts = Readonly<Record<keyof Dataset, number>>;

/** Counts the values of one image: one for each pixel and channel. */
export function valuesPerImage({ height, width, channels }: ImageShape): number {
  return channels * height * width;
}

/** Gives the bytes of one image, `[channels, height, width]`; a view. */
export function pixelsOf({ blocks, shape }: Images, row: number): Uint8Array {
  const values = valuesPerImage(shape);
  let start = row * values;
  for (const block of blocks) {
    if (start < block.length) return block.subarray(start, start + values);
    start -= block.length;
  }
  throw new RangeError(`images: expected a row of the images, got ${row}`);
}

/** Finds for each class the first of its images in the set's order; gives their places in `images`, by class. */
export function prototypeRows({ images, rows }: ImageSet): Uint32Array {
  const firstOf = new Map<number, number>();
  for (const row of rows) {
    const label = images.labels[row]!;
    if (!firstOf.has(label)) firstOf.set(label, row);
  }
  return Uint32Array.from([...firstOf].sort(([label], [other]) => label - other).map(([, row]) => row));
}

/** Pixels with their colours side by side, `[images, height, width, channels]`, as planes, `[images, channels, height, width]`. */
export function planesOf(interleaved: Uint8Array, channels: number, pixelsPerImage: number): Uint8Array {
  if (channels === 1) return interleaved;
  const planes = new Uint8Array(interleaved.length);
  const values = channels * pixelsPerImage;
  for (let start = 0; start < interleaved.length; start += values) {
    for (let channel = 0; channel < channels; channel += 1) {
      const plane = start + channel * pixelsPerImage;
      for (let pixel = 0; pixel < pixelsPerImage; pixel += 1) {
        planes[plane + pixel] = interleaved[start + pixel * channels + channel]!;
      }
    }
  }
  return planes;
}
