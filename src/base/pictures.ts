/** Pictures as files. Encoded by sharp (libvips), which gives the same bytes for the same pixels. */
import sharp, { type Sharp } from 'sharp';

export interface PictureSize {
  readonly width: number;
  readonly height: number;
}

export interface PixelLayout extends PictureSize {
  /** 1 grey, 3 red, green and blue. */
  readonly channels: 1 | 3;
}

/** A part of a picture, in pixels from its top left corner. */
export interface Region extends PictureSize {
  readonly left: number;
  readonly top: number;
}

/** The PNG file of `[height, width, channels]` bytes. */
export async function encodePng(pixels: Uint8Array, { width, height, channels }: PixelLayout): Promise<Uint8Array> {
  return asPng(sharp(pixels, { raw: { width, height, channels } }), channels);
}

/** The size of a PNG file; null where it is none. */
export async function pngSize(file: Uint8Array): Promise<PictureSize | null> {
  try {
    const { format, width, height } = await sharp(file).metadata();
    return format === 'png' ? { width, height } : null;
  } catch {
    return null;
  }
}

/** The PNG file of a part of another one. Throws where the region is not inside. */
export async function cropPng(file: Uint8Array, { left, top, width, height }: Region): Promise<Uint8Array> {
  const { channels } = await sharp(file).metadata();
  return asPng(sharp(file).extract({ left, top, width, height }), channels);
}

/** Without a say about colours, sharp would make grey pixels three channels. */
async function asPng(picture: Sharp, channels: number): Promise<Uint8Array> {
  const inItsColours = picture.toColourspace(channels === 1 ? 'b-w' : 'srgb');
  return inItsColours.png({ compressionLevel: 9, adaptiveFiltering: false, palette: false }).toBuffer();
}
