/** Reads what resvg writes: 8-bit RGBA PNG without interlacing. Source: W3C PNG specification, sections 5 and 9. */
import { inflateSync } from 'node:zlib';

export interface Pixels {
  readonly width: number;
  readonly height: number;
  /** The red value, 0 to 255. */
  at(x: number, y: number): number;
}

export function readPng(file: Uint8Array): Pixels {
  const buffer = Buffer.from(file);
  const width = buffer.readUInt32BE(16);
  const height = buffer.readUInt32BE(20);
  const stride = 4 * width;
  const raw = inflateSync(Buffer.concat(chunksOf(buffer, 'IDAT')));
  const pixels = Buffer.alloc(stride * height);
  for (let y = 0; y < height; y += 1) {
    const filter = raw[y * (stride + 1)]!;
    for (let x = 0; x < stride; x += 1) {
      const left = x < 4 ? 0 : pixels[y * stride + x - 4]!;
      const up = y === 0 ? 0 : pixels[(y - 1) * stride + x]!;
      const upLeft = x < 4 || y === 0 ? 0 : pixels[(y - 1) * stride + x - 4]!;
      const predictions = [0, left, up, (left + up) >> 1, paeth(left, up, upLeft)];
      pixels[y * stride + x] = raw[y * (stride + 1) + 1 + x]! + predictions[filter]!;
    }
  }
  return { width, height, at: (x, y) => pixels[y * stride + 4 * x]! };
}

function chunksOf(buffer: Buffer, type: string): Buffer[] {
  const found: Buffer[] = [];
  for (let offset = 8; offset < buffer.length; offset += 12 + buffer.readUInt32BE(offset)) {
    const data = offset + 8;
    if (buffer.toString('latin1', offset + 4, data) !== type) continue;
    found.push(buffer.subarray(data, data + buffer.readUInt32BE(offset)));
  }
  return found;
}

function paeth(left: number, up: number, upLeft: number): number {
  const distances = [left, up, upLeft].map((value) => Math.abs(left + up - upLeft - value));
  return [left, up, upLeft][distances.indexOf(Math.min(...distances))]!;
}
