import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { cropPng, encodePng, isWhole } from '../../src/base/pictures.js';
import { pngSize } from '../../src/base/png-size.js';
import { decode } from './decode.js';

const grey = { width: 3, height: 2, channels: 1 } as const;
const greyPixels = Uint8Array.of(0, 1, 2, 253, 254, 255);
const colour = { width: 2, height: 1, channels: 3 } as const;
const colourPixels = Uint8Array.of(255, 0, 10, 20, 30, 40);

describe('a picture file', () => {
  test('holds every byte of a grey and of a coloured picture, in as many channels', async () => {
    expect(await decode(await encodePng(greyPixels, grey))).toEqual({
      ...grey,
      format: 'png',
      pixels: [...greyPixels],
    });
    expect(await decode(await encodePng(colourPixels, colour))).toEqual({
      ...colour,
      format: 'png',
      pixels: [...colourPixels],
    });
  });

  test('has the same bytes each time', async () => {
    const [once, again] = [await encodePng(greyPixels, grey), await encodePng(greyPixels, grey)];
    expect([...again]).toEqual([...once]);
  });

  test('is cut to a part of itself, in the same channels', async () => {
    const part = await cropPng(await encodePng(greyPixels, grey), { left: 1, top: 1, width: 2, height: 1 });
    expect(await decode(part)).toMatchObject({ width: 2, height: 1, channels: 1, pixels: [254, 255] });
    const inColour = await cropPng(await encodePng(colourPixels, colour), { left: 1, top: 0, width: 1, height: 1 });
    expect(await decode(inColour)).toMatchObject({ width: 1, height: 1, channels: 3, pixels: [20, 30, 40] });
  });

  test('is not cut beyond its edge', async () => {
    await expect(
      cropPng(await encodePng(greyPixels, grey), { left: 2, top: 0, width: 2, height: 1 }),
    ).rejects.toThrow();
  });

  test('tells its size, and what is no PNG tells none', async () => {
    const file = await encodePng(greyPixels, grey);
    expect(pngSize(file)).toEqual({ width: 3, height: 2 });
    expect(pngSize(Buffer.from('no picture'))).toBe(null);
    expect(pngSize(file.subarray(0, 23))).toBe(null);
    expect(pngSize(await sharp(file).jpeg().toBuffer())).toBe(null);
  });

  test('is whole where all of it can be decoded', async () => {
    const file = await encodePng(new Uint8Array(3000).fill(7), { width: 100, height: 30, channels: 1 });
    expect(await isWhole(file)).toBe(true);
    expect(await isWhole(file.subarray(0, file.length - 20))).toBe(false);
  });
});
