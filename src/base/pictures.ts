/**
 * Pictures as files: PNG written, the common formats read. Encoded by sharp (libvips), which gives the same bytes for the
 * same pixels.
 */
import { createRequire } from 'node:module';
import type { default as SharpModule, Sharp } from 'sharp';
import { firstLine, messageOf, UserError } from './errors.js';
import { formatExactCount } from './numbers.js';
import type { PictureSize } from './png-size.js';

const require = createRequire(import.meta.url);

/** Loaded once it is needed: that takes as long as a short command takes for all else. */
const sharp = () => require('sharp') as typeof SharpModule;

/** Tells how many values a picture has. */
export interface PixelLayout extends PictureSize {
  /** 1 grey, 3 red, green and blue. */
  readonly channels: 1 | 3;
}

/** Bounds a part of a picture, in pixels from its top left corner. */
export interface Region extends PictureSize {
  readonly left: number;
  readonly top: number;
}

/** Encodes `[height, width, channels]` bytes as a PNG file. */
export async function encodePng(pixels: Uint8Array, { width, height, channels }: PixelLayout): Promise<Uint8Array> {
  return asPng(sharp()(pixels, { raw: { width, height, channels } }), channels);
}

/** Says whether a picture can be decoded to its end. */
export async function isWhole(file: Uint8Array): Promise<boolean> {
  return sharp()(file)
    .raw()
    .toBuffer()
    .then(
      () => true,
      () => false,
    );
}

/** Cuts a part out of a PNG file, as another one. Throws where the region is not inside. */
export async function cropPng(file: Uint8Array, { left, top, width, height }: Region): Promise<Uint8Array> {
  const { channels } = await sharp()(file).metadata();
  return asPng(sharp()(file).extract({ left, top, width, height }), channels);
}

/** Without a say about colours, sharp would make grey pixels three channels. */
async function asPng(picture: Sharp, channels: number): Promise<Uint8Array> {
  const inItsColours = picture.toColourspace(channels === 1 ? 'b-w' : 'srgb');
  return inItsColours.png({ compressionLevel: 9, adaptiveFiltering: false, palette: false }).toBuffer();
}

/** Holds a picture, a byte a value. */
export interface Pixels {
  readonly height: number;
  readonly width: number;
  /** 1 (grey) or 3 (red, green, blue). */
  readonly channels: number;
  /** `[height, width, channels]` */
  readonly bytes: Uint8Array;
}

/** Tells what a picture is brought to. */
export interface SquareOptions {
  /** Pixels on each side. */
  readonly size: number;
  readonly channels: 1 | 3;
}

/** The most pixels of a picture that is decoded: 16,384 x 16,384, and so 2 GiB at most in the memory. */
const maximumPixels = 2 ** 28;

/** Says that a picture is so large that it would fill the memory. */
export class TooManyPixels extends UserError {
  constructor(name: string) {
    super(
      `${name}: expected at most ${formatExactCount(maximumPixels)} pixels, got more; make it smaller or remove it`,
    );
  }
}

/** A format by its name in sharp and in words, and what its files start with; `.` stands for any byte. */
interface PictureFormat {
  readonly key: 'jpeg' | 'png' | 'webp' | 'gif' | 'tiff' | 'heif';
  readonly name: string;
  readonly start: RegExp;
}

const startBytes = 32;

const knownFormats: readonly PictureFormat[] = [
  { key: 'jpeg', name: 'JPEG', start: /^\xff\xd8\xff/ },
  { key: 'png', name: 'PNG', start: /^\x89PNG/ },
  { key: 'webp', name: 'WebP', start: /^RIFF.{4}WEBP/s },
  { key: 'gif', name: 'GIF', start: /^GIF8/ },
  { key: 'tiff', name: 'TIFF', start: /^(II[*+]\0|MM\0[*+])/ },
  { key: 'heif', name: 'AVIF', start: /^.{4}ftyp.{0,20}avi[fs]/s },
];

/** Those that the installed sharp was built to read. A picture of vectors has no pixels, so SVG is none of them. */
function isReadable({ key }: PictureFormat): boolean {
  return sharp().format[key].input.buffer;
}

/** Lists the formats that can be read, in words. */
export function pictureFormats(): string {
  return knownFormats
    .filter(isReadable)
    .map(({ name }) => name)
    .join(', ');
}

let suffixes: ReadonlySet<string> | null = null;

/** Says whether a file's name ends like that of a picture that can be read. */
export function isPictureName(name: string): boolean {
  suffixes ??= new Set(
    knownFormats.filter(isReadable).flatMap(({ key }) => sharp().format[key].input.fileSuffix ?? []),
  );
  return suffixes.has(name.slice(name.lastIndexOf('.')).toLowerCase());
}

/** Ends of the names of pictures in formats that are read nowhere here, or not by every build of sharp. */
const otherPictures =
  /\.(avif|bmp|cr[23]|dib|dng|exr|gif|hdr|hei[cf]|ico|j2k|jp[2x]|jxl|nef|p[bgpn]m|psd|raw|svgz?|tga|tiff?|webp)$/i;

/** Names the format of a picture that cannot be read, in capitals, by the name of its file; null for anything else. */
export function unreadFormat(name: string): string | null {
  return isPictureName(name) ? null : (otherPictures.exec(name)?.[1]?.toUpperCase() ?? null);
}

/**
 * Decodes a picture as it is, colours and size kept. `name` names it in errors. Throws a UserError for one that is
 * damaged.
 */
export async function decodePicture(encoded: Uint8Array, name: string): Promise<Pixels> {
  formatOf(encoded, name);
  return refused(name, () => pixelsOf(opened(encoded).removeAlpha()));
}

/** Holds a picture that was brought to a square, and tells what its file was. */
export interface Square extends Pixels {
  /** Some of its pixels were not opaque. */
  readonly transparent: boolean;
  /** The format of the file, in words. */
  readonly format: string;
}

/**
 * Decodes a picture, composed over white where it is transparent, turned upright by its EXIF orientation, cropped in
 * the middle to a square and resampled (Lanczos), in sRGB or grey; of several pictures in a file the first. Throws a
 * UserError for a file that is none of the formats that are read, or is damaged.
 */
export async function decodeSquare(
  encoded: Uint8Array,
  name: string,
  { size, channels }: SquareOptions,
): Promise<Square> {
  const { name: format } = formatOf(encoded, name);
  return refused(name, async () => {
    const transparent = await isTransparent(encoded);
    const picture = transparent ? await onWhite(encoded) : opened(encoded).autoOrient();
    const square = picture
      .resize(size, size, { fit: 'cover', position: 'centre', kernel: 'lanczos3' })
      .toColourspace(channels === 1 ? 'b-w' : 'srgb')
      .removeAlpha();
    return { ...(await pixelsOf(square)), transparent, format };
  });
}

/** Of one value; that of any other depth has at most 8. */
const bytesOfDepth: Readonly<Record<string, number>> = { uchar: 1, char: 1, ushort: 2, short: 2 };

/**
 * Says how many bytes the whole picture may take in the memory while it is decoded. Throws a UserError as
 * `decodeSquare` does.
 */
export async function decodedBytes(encoded: Uint8Array, name: string): Promise<number> {
  formatOf(encoded, name);
  return refused(name, async () => {
    const { width, height, channels, depth } = await opened(encoded).metadata();
    return width * height * channels * (bytesOfDepth[depth] ?? 8);
  });
}

/** Only looking at the pixels tells: many pictures have an alpha channel that hides nothing. */
async function isTransparent(encoded: Uint8Array): Promise<boolean> {
  const { hasAlpha } = await opened(encoded).metadata();
  if (!hasAlpha) return false;
  const alpha = await pixelsOf(opened(encoded).extractChannel('alpha'));
  return alpha.bytes.some((byte) => byte !== 255);
}

/** Before anything is resampled, so that hidden colours come to light at no size. */
async function onWhite(encoded: Uint8Array): Promise<Sharp> {
  const { bytes, width, height, channels } = await pixelsOf(
    opened(encoded).autoOrient().flatten({ background: 'white' }),
  );
  return sharp()(bytes, { raw: { width, height, channels: channels as 1 | 3 }, limitInputPixels: maximumPixels });
}

function opened(encoded: Uint8Array): Sharp {
  return sharp()(encoded, { failOn: 'error', limitInputPixels: maximumPixels });
}

async function pixelsOf(picture: Sharp): Promise<Pixels> {
  const { data, info } = await picture.raw({ depth: 'uchar' }).toBuffer({ resolveWithObject: true });
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.length);
  return { height: info.height, width: info.width, channels: info.channels, bytes };
}

async function refused<Value>(name: string, decode: () => Promise<Value>): Promise<Value> {
  try {
    return await decode();
  } catch (error) {
    const line = firstLine(messageOf(error));
    if (line.includes('exceeds pixel limit')) throw new TooManyPixels(name);
    throw new UserError(`${name}: expected a readable picture, got a damaged one (${line}); replace or remove it`);
  }
}

/** By the first bytes, whatever the file is called: other content must not reach sharp. */
function formatOf(encoded: Uint8Array, name: string): PictureFormat {
  const start = Buffer.from(encoded.subarray(0, startBytes)).toString('latin1');
  const format = knownFormats.find((row) => row.start.test(start) && isReadable(row));
  if (format !== undefined) return format;
  throw new UserError(`${name}: expected a picture (${pictureFormats()}), got other content; convert or remove it`);
}
