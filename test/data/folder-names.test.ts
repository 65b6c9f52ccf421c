/** What of a folder is data, and what is left out and named. */
import { execFileSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import sharp, { type Sharp } from 'sharp';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { silentProgress, type FetchProgress } from '../../src/data/fetching.js';
import { decodeFolder, openFolder, type DecodedFolder } from '../../src/data/folder.js';
import { pixelsOf } from '../../src/data/images.js';
import { dataRoot, type DataRoot } from '../../src/data/root.js';
import { refusal } from './refusal.js';

let base: string;
let folder: string;
let root: DataRoot;

beforeEach(() => {
  base = mkdtempSync(path.join(tmpdir(), 'hgmlp-names-'));
  folder = path.join(base, 'pictures');
  root = dataRoot(path.join(base, 'data'));
});
afterEach(() => rmSync(base, { recursive: true }));

/** A picture with something to see in it, other for each number. */
const picture = (number = 0): Sharp => {
  const pixels = Uint8Array.from({ length: 8 * 8 * 3 }, (_, place) => (place * 5 + number * 11) & 255);
  return sharp(pixels, { raw: { width: 8, height: 8, channels: 3 } });
};

async function put(name: string, content?: Uint8Array): Promise<void> {
  const file = path.join(folder, name);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(
    file,
    content ??
      (await picture(name.length + name.charCodeAt(name.length - 5))
        .png()
        .toBuffer()),
  );
}

async function putMany(names: string, count = 12): Promise<void> {
  for (let number = 0; number < count; number += 1) {
    await put(names.replace('*', String(number)), await picture(number).png().toBuffer());
  }
}

async function decode(): Promise<DecodedFolder & { notes: string[] }> {
  const notes: string[] = [];
  const progress: FetchProgress = { ...silentProgress, note: (text) => void notes.push(text) };
  const decoded = await decodeFolder(root, folder, { imageSize: 8, channels: 3 }, progress);
  return { ...decoded, notes };
}

async function firstPixel(decoded: DecodedFolder, image: number): Promise<number[]> {
  const { train } = await openFolder(root, decoded, 42);
  const pixels = pixelsOf(train.images, image);
  return [0, 64, 128].map((plane) => pixels[plane]!);
}

describe('the hash of a folder', () => {
  test('is that of the first release, so that results of it are found again', async () => {
    await putMany('*.png', 20);
    expect(await decode()).toMatchObject({ sha256: '14a628fcc3fb', images: 20, classes: 1, notes: [] });
    for (const name of readdirSync(folder)) {
      mkdirSync(path.join(folder, name.length > 5 ? 'b' : 'a'), { recursive: true });
      renameSync(path.join(folder, name), path.join(folder, name.length > 5 ? 'b' : 'a', name));
    }
    expect(await decode()).toMatchObject({ sha256: '1fdb1001da4b', images: 20, classes: 2, notes: [] });
  });

  test.each([
    ['.ipynb_checkpoints/0-checkpoint.png'],
    ['._0.png'],
    ['.DS_Store'],
    ['__MACOSX/x.png'],
    ['@eaDir/0.png/SYNOPHOTO_THUMB_XL.jpg'],
    ['deeper/@eaDir/0.png'],
    ['deeper/.thumbnails/0.png'],
  ])('does not see %s, which a system has left there; that is said', async (name) => {
    await putMany('*.png');
    const { sha256 } = await decode();
    await put(name);
    const left = name.split('/').findIndex((part) => /^(\.|__|@)/.test(part));
    const example = name
      .split('/')
      .slice(0, left + 1)
      .join('/');
    expect(await decode()).toMatchObject({
      ...{ sha256, images: 12, classes: 1 },
      notes: [`${folder}: left out are names of the system: 1 (${example})`],
    });
  });

  test.each(['Thumbs.db', 'desktop.ini', 'deeper/THUMBS.DB'])('does not see %s, without a word', async (name) => {
    await putMany('*.png');
    const { sha256 } = await decode();
    await put(name, Buffer.from('settings'));
    expect(await decode()).toMatchObject({ sha256, images: 12, notes: [] });
  });

  test('is the same for names that Unicode writes in two ways, and so is the order of the pictures', async () => {
    const [composed, decomposed] = ['é', 'é'.normalize('NFD')];
    await putMany('f/*.png', 6);
    await putMany(`${composed}/${composed}*.png`, 6);
    const first = await decode();
    rmSync(path.join(folder, composed), { recursive: true });
    await putMany(`${decomposed}/${decomposed}*.png`, 6);
    const second = await decode();
    expect(second).toEqual(first);
    // After 'f' in either form.
    expect(first.classes).toBe(2);
    expect([...(await openFolder(root, first, 42)).train.images.labels].slice(0, 7)).toEqual([0, 0, 0, 0, 0, 0, 1]);
  });

  test('counts two pictures whose names differ in nothing else, and says so; their folders are one class', async () => {
    await putMany('a*.png');
    await put('é.png');
    await put('é.png'.normalize('NFD'), await picture(99).png().toBuffer());
    if (readdirSync(folder).length === 13) return; // This file system takes them for one.
    expect(await decode()).toMatchObject({
      images: 14,
      notes: [
        expect.stringMatching(/1 pictures have the name of another one, but for how Unicode writes it \(é\.png\)/),
      ],
    });
  });
});

describe('what is in a folder is used or named', () => {
  test('links to folders are classes like others, and links to pictures are pictures', async () => {
    await putMany('a/*.png', 6);
    await putMany('../elsewhere/*.png', 5);
    symlinkSync(path.join(base, 'elsewhere'), path.join(folder, 'b'));
    symlinkSync(path.join(base, 'elsewhere', '0.png'), path.join(folder, 'a', 'link.png'));
    expect(await decode()).toMatchObject({ images: 12, classes: 2, notes: [] });
  });

  test('links back to a folder that they stand in, by whatever way, are left out', async () => {
    await putMany('a/*.png');
    symlinkSync('.', path.join(folder, 'a', 'again'));
    symlinkSync(folder, path.join(folder, 'b'));
    mkdirSync(path.join(base, 'other'));
    symlinkSync(path.join(base, 'other'), path.join(folder, 'c'));
    symlinkSync(path.join(folder, 'a'), path.join(base, 'other', 'round'));
    symlinkSync(path.join(base, 'other'), path.join(folder, 'a', 'trip'));
    const { notes, images } = await decode();
    expect(notes).toEqual([`${folder}: left out are links back to a folder that they stand in: 5 (a/again)`]);
    // Those of `a`, and of `a` by way of `c/round`.
    expect(images).toBe(24);
  });

  test('links that lead nowhere, other files and pipes are left out', async () => {
    await putMany('a/*.png');
    symlinkSync('nothing.png', path.join(folder, 'a', 'dangling.png'));
    symlinkSync('round.png', path.join(folder, 'a', 'round.png'));
    await put('a/labels.csv', Buffer.from('0,1'));
    await put('README', Buffer.from('read me'));
    symlinkSync('/dev/zero', path.join(folder, 'a', 'zero.png'));
    execFileSync('mkfifo', [path.join(folder, 'a', 'pipe.png')]);
    const { images, notes } = await decode();
    expect(images).toBe(12);
    expect(notes).toHaveLength(1);
    expect(notes[0]).toContain('links that lead nowhere: 2 (a/dangling.png)');
    expect(notes[0]).toMatch(/other files: 2 \((README|a\/labels\.csv)\)/);
    expect(notes[0]).toMatch(/pipes and devices: 2 \(a\/(pipe|zero)\.png\)/);
  });

  test.runIf(process.platform === 'linux')('names that are not UTF-8 are left out', async () => {
    await putMany('*.png');
    const bytes = Buffer.concat([Buffer.from(`${folder}/caf`), Buffer.of(0xe9), Buffer.from('.png')]);
    writeFileSync(bytes, await picture().png().toBuffer());
    expect((await decode()).notes).toEqual([`${folder}: left out are names that are not UTF-8: 1 (caf\\xe9.png)`]);
  });

  test('pictures in a format that is not read are named with it, in a folder of such alone too', async () => {
    await putMany('*.png');
    await put('a.BMP', Buffer.from('BM'));
    await put('b.heic', Buffer.from('....ftypheic'));
    expect((await decode()).notes).toEqual([
      `${folder}: left out are BMP pictures, a format that is not read here: 1 (a.BMP); ` +
        'HEIC pictures, a format that is not read here: 1 (b.heic)',
    ]);
    rmSync(folder, { recursive: true });
    for (let number = 0; number < 20; number += 1) await put(`${number}.bmp`, Buffer.from('BM'));
    const progress = silentProgress;
    expect(await refusal(decodeFolder(root, folder, { imageSize: 8, channels: 3 }, progress))).toMatch(
      /expected pictures \(JPEG, .*\), got none but BMP pictures, a format that is not read here: 20 \(\d+\.bmp\); check/,
    );
  });

  test('a picture of more than 1 GiB is left out without being read', async () => {
    await putMany('*.png');
    await put('large.png');
    truncateSync(path.join(folder, 'large.png'), 2 ** 30 + 1);
    expect((await decode()).notes).toEqual([`${folder}: left out are pictures of more than 1 GiB: 1 (large.png)`]);
  });

  test('a class whose pictures are all damaged is none', async () => {
    await putMany('a/*.png', 6);
    await putMany('c/*.png', 6);
    for (let number = 0; number < 3; number += 1) await put(`b/${number}.png`, Buffer.from('no picture'));
    const decoded = await decode();
    expect(decoded).toMatchObject({ images: 12, classes: 2 });
    expect([...(await openFolder(root, decoded, 42)).train.images.labels]).toEqual([
      ...Array<number>(6).fill(0),
      ...Array<number>(6).fill(1),
    ]);
  });
});

describe('the formats of pictures', () => {
  const of = async (kind: 'webp' | 'gif' | 'tiff' | 'avif' | 'jpeg', frames = 1) => {
    const pixels = Buffer.alloc(8 * 8 * frames * 3, 200);
    pixels.fill(40, 8 * 8 * 3);
    const raw = { width: 8, height: 8 * frames, channels: 3, pageHeight: 8 } as const;
    return sharp(pixels, { raw }).toFormat(kind, { quality: 100 }).toBuffer();
  };

  test.each<[string, () => Promise<Uint8Array>]>([
    ['webp', () => of('webp')],
    ['gif', () => of('gif')],
    ['tif', () => of('tiff')],
    ['TIFF', () => of('tiff')],
    ['avif', () => of('avif')],
    ['jfif', () => of('jpeg')],
    ['jpe', () => of('jpeg')],
    // The first of several.
    ['webp', () => of('webp', 3)],
    ['gif', () => of('gif', 3)],
    ['tiff', () => of('tiff', 3)],
    // Browsers keep pictures under names that tell nothing.
    ['png', () => of('webp')],
  ])('that are read hold %s', async (suffix, make) => {
    await putMany('a*.png');
    await put(`0.${suffix}`, await make());
    const decoded = await decode();
    expect(decoded).toMatchObject({ images: 13, notes: [] });
    for (const value of await firstPixel(decoded, 0)) expect(Math.abs(value - 200)).toBeLessThanOrEqual(3);
  });

  test('are told by the first bytes: a text that draws is none, whatever it is called', async () => {
    await putMany('*.png');
    await put('x.png', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'));
    const decoded = await decode();
    expect(decoded).toMatchObject({ images: 12, notes: [expect.stringContaining('left out (x.png)')] });
  });
});

describe('the memory that pictures take', () => {
  test('is bound by their pixels, said of those that have too many', async () => {
    await putMany('*.png');
    // 38 bytes that would be 20,000 x 20,000 pixels.
    const header = Buffer.from('\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x4e\x20\0\0\x4e\x20\x08\x02\0\0\0', 'latin1');
    const checked = Buffer.concat([header, Buffer.alloc(4)]);
    checked.writeUInt32BE(crc(header.subarray(12)), header.length);
    await put('huge.png', Buffer.concat([checked, (await picture().png().toBuffer()).subarray(33)]));
    expect((await decode()).notes).toEqual([
      expect.stringMatching(/1 pictures cannot be decoded and are left out \(huge\.png has too many pixels\)/),
    ]);
  });
});

/** Source: W3C, "PNG (Third Edition)", annex D. */
function crc(bytes: Uint8Array): number {
  let value = 0xffffffff;
  for (const byte of bytes) {
    value ^= byte;
    for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  }
  return ~value >>> 0;
}
