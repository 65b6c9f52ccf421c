/**
 * Pictures as files: PNG written, PNG and JPEG read. Encoded by sharp (libvips), which gives the same bytes for the same
 * pixels.
 */
import sharp, { type Sharp } from 'sharp';
import { messageOf, UserError } from './errors.js';

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

export interface Pixels {
  readonly height: number;
  readonly width: number;
  /** 1 (grey) or 3 (red, green, blue). */
  readonly channels: number;
  /** `[height, width, channels]` */
  readonly bytes: Uint8Array;
}

export interface SquareOptions {
  /** Pixels on each side. */
  readonly size: number;
  readonly channels: 1 | 3;
}

/** The most pixels of a picture that is decoded: 16,384 x 16,384. */
const maximumPixels = 2 ** 28;

/** A picture as it is, colours and size kept. `name` names it in errors. Throws a UserError for one that is damaged. */
export async function decodePicture(encoded: Uint8Array, name: string): Promise<Pixels> {
  return decode(encoded, name, (picture) => picture.removeAlpha());
}

/**
 * A picture turned upright by its EXIF orientation, cropped in the middle to a square and resampled (Lanczos), in sRGB
 * or grey; an alpha channel is dropped. Throws a UserError for a file that is no PNG or JPEG, or is damaged.
 */
export async function decodeSquare(
  encoded: Uint8Array,
  name: string,
  { size, channels }: SquareOptions,
): Promise<Pixels> {
  return decode(encoded, name, (picture) =>
    picture
      .autoOrient()
      .resize(size, size, { fit: 'cover', position: 'centre', kernel: 'lanczos3' })
      .toColourspace(channels === 1 ? 'b-w' : 'srgb')
      .removeAlpha(),
  );
}

async function decode(encoded: Uint8Array, name: string, change: (picture: Sharp) => Sharp): Promise<Pixels> {
  if (!isPng(encoded) && !isJpeg(encoded)) {
    throw new UserError(`${name}: expected a PNG or JPEG picture, got other content; convert or remove it`);
  }
  try {
    const picture = sharp(encoded, { failOn: 'error', limitInputPixels: maximumPixels });
    const { data, info } = await change(picture).raw({ depth: 'uchar' }).toBuffer({ resolveWithObject: true });
    const bytes = new Uint8Array(data.buffer, data.byteOffset, data.length);
    return { height: info.height, width: info.width, channels: info.channels, bytes };
  } catch (error) {
    const [line] = messageOf(error).split('\n');
    throw new UserError(`${name}: expected a readable picture, got a damaged one (${line}); replace or remove it`);
  }
}

function isPng(bytes: Uint8Array): boolean {
  return [0x89, 0x50, 0x4e, 0x47].every((byte, place) => bytes[place] === byte);
}

function isJpeg(bytes: Uint8Array): boolean {
  return [0xff, 0xd8, 0xff].every((byte, place) => bytes[place] === byte);
}
