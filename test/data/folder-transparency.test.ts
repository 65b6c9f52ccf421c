/** What a transparent pixel is, and what the decoded copies of the first release are to later ones. */
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import sharp, { type Sharp } from 'sharp';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { decodeSquare } from '../../src/base/pictures.js';
import { silentProgress, type FetchProgress } from '../../src/data/fetching.js';
import { readContents } from '../../src/data/folder-contents.js';
import { copyFolder, decodeFolder, openFolder } from '../../src/data/folder.js';
import { dataRoot, type DataRoot } from '../../src/data/root.js';

/** Red where it is opaque; where it is not, a green that nobody is to see. The left half is transparent. */
function halfTransparent(size: number, alpha = 0): Sharp {
  const pixels = Uint8Array.from({ length: size * size * 4 }, (_, place) => {
    const isLeft = ((place >> 2) % size) * 2 < size;
    return (isLeft ? [0, 255, 0, alpha] : [255, 0, 0, 255])[place & 3]!;
  });
  return sharp(pixels, { raw: { width: size, height: size, channels: 4 } });
}

const square = async (picture: Sharp | Uint8Array, channels: 1 | 3 = 3, size = 32) => {
  const encoded = picture instanceof Uint8Array ? picture : await picture.png().toBuffer();
  const { bytes, transparent } = await decodeSquare(encoded, 'x', { size, channels });
  const at = (x: number, y: number) => [...bytes.subarray((y * size + x) * channels, (y * size + x + 1) * channels)];
  return { at, bytes, transparent };
};

describe('a transparent pixel', () => {
  test.each([32, 64, 16, 100])('is white, whatever the size of the picture: %i', async (size) => {
    const { at, transparent } = await square(halfTransparent(size));
    expect(transparent).toBe(true);
    expect([at(1, 16), at(30, 16)]).toEqual([
      [255, 255, 255],
      [255, 0, 0],
    ]);
  });

  test.each([32, 64])('that is half so is half white: %i', async (size) => {
    const [red, green, blue] = (await square(halfTransparent(size, 128))).at(1, 16);
    for (const [value, expected] of [
      [red, 127],
      [green, 255],
      [blue, 127],
    ] as const)
      expect(Math.abs(value! - expected)).toBeLessThan(2);
  });

  const kinds: [string, (size: number) => Promise<Uint8Array>][] = [
    ['of a palette', (size) => halfTransparent(size).png({ palette: true }).toBuffer()],
    ['of 16 bits', (size) => halfTransparent(size).toColourspace('rgb16').png().toBuffer()],
    ['of a grey picture', (size) => halfTransparent(size).toColourspace('b-w').png().toBuffer()],
    ['of a grey picture of 16 bits', (size) => halfTransparent(size).toColourspace('grey16').png().toBuffer()],
    ['of a WebP file', (size) => halfTransparent(size).webp({ lossless: true, exact: true }).toBuffer()],
    ['of a lossy WebP file', (size) => halfTransparent(size).webp({ quality: 90 }).toBuffer()],
    ['of a GIF file', (size) => halfTransparent(size).gif().toBuffer()],
    ['of a TIFF file', (size) => halfTransparent(size).tiff({ compression: 'lzw' }).toBuffer()],
    ['of an AVIF file', (size) => halfTransparent(size).avif({ quality: 90 }).toBuffer()],
  ];
  test.each(kinds)('%s is white at either size, in colours and in grey', async (_, make) => {
    for (const size of [32, 128]) {
      for (const channels of [1, 3] as const) {
        const { at } = await square(await make(size), channels);
        for (const value of at(2, 16)) expect(value).toBeGreaterThan(250);
      }
    }
  });

  test('is white in a picture that its EXIF orientation turns', async () => {
    const { at } = await square(await halfTransparent(64).withMetadata({ orientation: 6 }).png().toBuffer());
    expect([at(16, 1), at(16, 30)]).toEqual([
      [255, 255, 255],
      [255, 0, 0],
    ]);
  });
});

describe('an opaque picture', () => {
  const noise = (channels: 1 | 2 | 3 | 4, size: number) => {
    const pixels = Uint8Array.from({ length: size * size * channels }, (_, place) => {
      const isAlpha = channels % 2 === 0 && place % channels === channels - 1;
      return isAlpha ? 255 : (place * 2654435761) >>> 24;
    });
    return sharp(pixels, { raw: { width: size, height: size, channels } });
  };

  test.each<[string, (size: number) => Promise<Uint8Array>]>([
    ['in colours', (size) => noise(3, size).png().toBuffer()],
    ['with an alpha channel', (size) => noise(4, size).png().toBuffer()],
    ['in grey', (size) => noise(1, size).toColourspace('b-w').png().toBuffer()],
    ['of 16 bits with an alpha channel', (size) => noise(4, size).toColourspace('rgb16').png().toBuffer()],
    ['as JPEG', (size) => noise(3, size).jpeg().toBuffer()],
    ['as JPEG in printing colours', (size) => noise(3, size).toColourspace('cmyk').jpeg().toBuffer()],
  ])('%s has the very pixels of the first release', async (_, make) => {
    for (const size of [32, 45, 200]) {
      for (const channels of [1, 3] as const) {
        const encoded = await make(size);
        // As it was written there.
        const { data } = await sharp(encoded, { failOn: 'error' })
          .autoOrient()
          .resize(32, 32, { fit: 'cover', position: 'centre', kernel: 'lanczos3' })
          .toColourspace(channels === 1 ? 'b-w' : 'srgb')
          .removeAlpha()
          .raw({ depth: 'uchar' })
          .toBuffer({ resolveWithObject: true });
        const { bytes, transparent } = await square(encoded, channels);
        expect([transparent, Buffer.compare(bytes, data)]).toEqual([false, 0]);
      }
    }
  });
});

describe('the decoded copy of a folder', () => {
  let base: string;
  let folder: string;
  let root: DataRoot;
  const settings = { imageSize: 8, channels: 3 } as const;
  const decode = async () => {
    const notes: string[] = [];
    const progress: FetchProgress = { ...silentProgress, note: (text) => void notes.push(text) };
    return { ...(await decodeFolder(root, folder, settings, progress)), notes };
  };
  const putMany = async (make: (number: number) => Sharp) => {
    for (let number = 0; number < 12; number += 1) {
      writeFileSync(path.join(folder, `${number}.png`), await make(number).png().toBuffer());
    }
  };
  const coloured = (number: number) =>
    sharp(
      Uint8Array.from({ length: 192 }, (_, place) => (place * number) & 255),
      {
        raw: { width: 8, height: 8, channels: 3 },
      },
    );
  /** What the first release left: without a word on how it decoded. */
  const asFirstRelease = (sha256: string) => {
    const file = path.join(copyFolder(root, { ...settings, sha256 }), 'about.json');
    const { decoding, ...about } = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
    expect(decoding).toBeDefined();
    writeFileSync(file, JSON.stringify(about));
  };

  beforeEach(() => {
    base = mkdtempSync(path.join(tmpdir(), 'hgmlp-copies-'));
    folder = path.join(base, 'pictures');
    root = dataRoot(path.join(base, 'data'));
    mkdirSync(folder);
  });
  afterEach(() => rmSync(base, { recursive: true }));

  test('of opaque pictures goes by the same name as in the first release, and results of that open it', async () => {
    await putMany(coloured);
    const decoded = await decode();
    asFirstRelease(decoded.sha256);
    const dataset = await openFolder(root, decoded, 42);
    expect(await decode()).toEqual(decoded);
    expect(readdirSync(path.join(root.folder, 'folder'))).toHaveLength(1);
    expect(await openFolder(root, decoded, 42)).toEqual(dataset);
  });

  test('of transparent pictures goes by another name, and leaves that of the first release to its results', async () => {
    await putMany(coloured);
    writeFileSync(path.join(folder, '0.png'), await halfTransparent(8).png().toBuffer());
    const transparent = await decode();
    const { sha256 } = await readContents(folder, silentProgress);
    expect(transparent.sha256).not.toBe(sha256);
    const first = { ...transparent, sha256 };
    cpSync(copyFolder(root, transparent), copyFolder(root, first), { recursive: true });
    asFirstRelease(sha256);
    const record = () => readFileSync(path.join(copyFolder(root, first), 'about.json'), 'utf8');
    const before = record();
    expect(await decode()).toEqual(transparent);
    rmSync(copyFolder(root, transparent), { recursive: true });
    expect(await decode()).toEqual(transparent);
    expect(record()).toBe(before);
    expect(await openFolder(root, first, 42)).toBeDefined();
  });

  test('is made anew where that is asked for, which mends a damaged one', async () => {
    await putMany(coloured);
    const decoded = await decode();
    writeFileSync(path.join(copyFolder(root, decoded), 'all-labels.idx'), 'text');
    await expect(openFolder(root, decoded, 42)).rejects.toThrow(/remove that folder and decode anew: hgmlp data fetch/);
    expect(await decode()).toEqual(decoded);
    await expect(openFolder(root, decoded, 42)).rejects.toThrow();
    await decodeFolder(root, folder, { ...settings, fresh: true }, silentProgress);
    expect(await openFolder(root, decoded, 42)).toBeDefined();
  });

  test('says where there is nothing to learn: pictures of one colour each, or all the same', async () => {
    await putMany((number) =>
      sharp({ create: { width: 20, height: 20, channels: 3, background: { r: number * 9, g: 40, b: 200 } } }),
    );
    expect((await decode()).notes).toEqual([
      `${folder}: all 12 pictures are of one colour each: a network learns nothing from them; check the files`,
    ]);
    // Again where the copy is there already.
    expect((await decode()).notes).toHaveLength(1);
    await putMany(() => coloured(7));
    expect((await decode()).notes).toEqual([
      `${folder}: all 12 pictures have the same pixels: a network learns nothing from them; check the files`,
    ]);
    await putMany(coloured);
    expect((await decode()).notes).toEqual([]);
  });

  test.each([
    ['no JSON', 'text'],
    ['something else', '{"images": "12"}'],
  ])('whose record is %s is refused in one line', async (_, text) => {
    await putMany(coloured);
    const decoded = await decode();
    writeFileSync(path.join(copyFolder(root, decoded), 'about.json'), text);
    await expect(decode()).rejects.toThrow(
      /about\.json: expected the record of a decoded copy, got something else; remove/,
    );
  });
});
