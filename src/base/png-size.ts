/** The size of a PNG file from its first bytes, without decoding any of it. Source: W3C, "PNG (Third Edition)", 5.2 and 11.2.1. */

/** Gives the width and the height in pixels. */
export interface PictureSize {
  readonly width: number;
  readonly height: number;
}

const start = Buffer.from('\x89PNG\r\n\x1a\n\0\0\0\rIHDR', 'latin1');
const headerBytes = start.length + 8;

/** Gives width and height in pixels, as the header says them; null where the bytes are no PNG file. */
export function pngSize(file: Uint8Array): PictureSize | null {
  if (file.length < headerBytes || start.compare(file, 0, start.length) !== 0) return null;
  const view = new DataView(file.buffer, file.byteOffset + start.length, 8);
  return { width: view.getUint32(0), height: view.getUint32(4) };
}
