/** A folder of pictures as a data set: decoded once, known by its content, read without the folder. */
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import sharp from 'sharp';
import { numpyRandomState, permutation } from '../../src/base/random.js';
import { silentProgress, type FetchProgress } from '../../src/data/fetching.js';
import { pixelsOf, type Dataset } from '../../src/data/images.js';
import { noTaskOptions, resolveTask, type TaskOptions } from '../../src/data/resolve-task.js';
import { dataRoot, type DataRoot } from '../../src/data/root.js';
import { openTask } from '../../src/data/task-data.js';
import { findTask } from '../../src/data/tasks.js';
import { refusal } from './refusal.js';

let base: string;
let pictures: string;
let root: DataRoot;

beforeEach(async () => {
  base = mkdtempSync(path.join(tmpdir(), 'hgmlp-folder-'));
  pictures = path.join(base, 'my photos?');
  root = dataRoot(path.join(base, 'data'));
  for (const name of ['cats', 'dogs']) mkdirSync(path.join(pictures, name), { recursive: true });
  for (let picture = 0; picture < 12; picture += 1) {
    const red = picture * 20;
    await writePicture(path.join(pictures, picture % 3 === 0 ? 'dogs' : 'cats', `${picture}.png`), red);
  }
});
afterEach(() => rmSync(base, { recursive: true }));

describe('a folder of pictures', () => {
  test('becomes a task whose name says all, and that is opened without the folder', async () => {
    const task = await resolve('denoising');
    expect(task.name).toMatch(/^folder:my-photos-\/denoising\?images=12&channels=3&image-size=32&sha256=[0-9a-f]{12}$/);
    expect([task.trainingImages, task.dimensions]).toEqual([9, { input: 3072, output: 3072 }]);
    rmSync(pictures, { recursive: true });
    expect(findTask(task.name)).toMatchObject({ name: task.name });
    const data = await openTask(task.name, { folder: root.folder });
    const sizes = (['validation', 'test'] as const).map((set) => data.evaluationBatches(set)[0]!.size);
    expect([data.trainingImages, ...sizes]).toEqual([9, 1, 2]);
    // The command line takes the full name as well.
    expect((await resolveTask(task.name, { root, progress: silentProgress })).name).toBe(task.name);
  });

  test('is labelled by its subfolders and split by the seed', async () => {
    const task = await resolve('generative-classification');
    expect(task.name).toMatch(/&classes=2$/);
    const dataset = await openedBy(task.name);
    // By path: cats/1, cats/10, cats/11, cats/2 …, then dogs.
    expect([...dataset.train.images.labels]).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1]);
    expect(pixelsOf(dataset.train.images, 1)[0]).toBe(200);
    const order = [...permutation(numpyRandomState(42), 12)];
    expect([dataset.train, dataset.validation, dataset.test].flatMap(({ rows }) => [...rows])).toEqual(order);
    const other = await resolve('denoising', { splitSeed: 7 });
    expect(other.name).toMatch(/&split-seed=7$/);
    expect([...(await openedBy(other.name)).train.rows]).toEqual([...permutation(numpyRandomState(7), 12)].slice(0, 9));
  });

  test('is decoded once: its content decides, not where it stands', async () => {
    const { name } = await resolve('denoising');
    const steps: string[] = [];
    const progress: FetchProgress = { ...silentProgress, step: (what) => void steps.push(what) };
    renameSync(pictures, path.join(base, 'elsewhere'));
    const moved = await resolveTask(`folder:${path.join(base, 'elsewhere')}/denoising`, { root, progress });
    expect(steps).toEqual(['reading pictures']);
    expect(moved.name.split('sha256=')[1]).toBe(name.split('sha256=')[1]);
    await writePicture(path.join(base, 'elsewhere', 'cats', '1.png'), 21);
    const changed = await resolveTask(`folder:${path.join(base, 'elsewhere')}/denoising`, { root, progress });
    expect(changed.name).not.toBe(moved.name);
  });

  test('is cropped in the middle, turned upright and made grey as asked', async () => {
    // Wide, with a white half on the left, to be turned by a quarter: white is above then.
    const half = Buffer.alloc(40 * 20 * 3, 0);
    for (let row = 0; row < 20; row += 1) half.fill(255, row * 120, row * 120 + 60);
    const turned = await sharp(half, { raw: { width: 40, height: 20, channels: 3 } })
      .jpeg({ quality: 100 })
      .withMetadata({ orientation: 6 })
      .toBuffer();
    const folder = path.join(base, 'turned');
    mkdirSync(folder);
    for (let copy = 0; copy < 10; copy += 1) writeFileSync(path.join(folder, `${copy}.JPG`), turned);
    const task = await resolveTask(`folder:${folder}/super-resolution?scale=4`, {
      root,
      progress: silentProgress,
      options: { ...noTaskOptions, imageSize: 16, imageChannels: 1 },
    });
    expect(task.name).toMatch(/\?images=10&channels=1&image-size=16&sha256=\w{12}&scale=4$/);
    const { train } = await openedBy(task.name);
    const pixels = pixelsOf(train.images, 0);
    expect(pixels.length).toBe(256);
    // Of 20 x 40 the middle 20 x 20 is kept: its upper half is white.
    expect([pixels[16 * 3 + 8]! > 250, pixels[16 * 12 + 8]! < 5]).toEqual([true, true]);
  });

  test('takes pictures of 16 bits, of a palette, grey ones and ones with an alpha channel', async () => {
    const folder = path.join(base, 'kinds');
    mkdirSync(folder);
    const grey = sharp({ create: { width: 8, height: 8, channels: 3, background: { r: 128, g: 128, b: 128 } } });
    const kinds = [
      await grey.clone().toColourspace('rgb16').png().toBuffer(),
      await grey.clone().png({ palette: true }).toBuffer(),
      await grey.clone().toColourspace('b-w').png().toBuffer(),
      await grey.clone().toColourspace('grey16').png().toBuffer(),
      await grey.clone().ensureAlpha(1).png().toBuffer(),
      await grey.clone().toColourspace('cmyk').jpeg({ quality: 100 }).toBuffer(),
    ];
    for (let copy = 0; copy < 12; copy += 1) writeFileSync(path.join(folder, `${copy}.png`), kinds[copy % 6]!);
    const task = await resolveTask(`folder:${folder}/denoising`, { root, progress: silentProgress });
    const { train } = await openedBy(task.name);
    expect(train.images.labels.length).toBe(12);
    for (let image = 0; image < 12; image += 1) {
      // Printing colours know fewer greys.
      for (const value of pixelsOf(train.images, image)) expect(Math.abs(value - 128)).toBeLessThanOrEqual(16);
    }
  });

  test('leaves out what cannot be decoded and what lies outside its classes, and names it', async () => {
    const notes: string[] = [];
    writeFileSync(path.join(pictures, 'cats', 'broken.png'), 'no picture');
    copyFileSync(path.join(pictures, 'cats', '1.png'), path.join(pictures, 'loose.png'));
    writeFileSync(path.join(pictures, 'cats', 'notes.txt'), 'text');
    const progress: FetchProgress = { ...silentProgress, note: (text) => void notes.push(text) };
    const task = await resolveTask(`folder:${pictures}/denoising`, { root, progress });
    expect(task.name).toContain('images=12&');
    expect(notes).toEqual([
      expect.stringMatching(/left out are other files: 1 \(cats\/notes\.txt\)$/),
      expect.stringContaining('1 pictures outside its class folders are left out'),
      expect.stringMatching(/1 pictures cannot be decoded and are left out \(cats\/broken\.png\); 12 are used$/),
      // As writePicture makes them.
      expect.stringMatching(/all 12 pictures are of one colour each/),
    ]);
  });

  test('with too few usable pictures is refused and leaves nothing', async () => {
    const folder = path.join(base, 'few');
    mkdirSync(folder);
    for (let picture = 0; picture < 9; picture += 1) await writePicture(path.join(folder, `${picture}.png`), picture);
    writeFileSync(path.join(folder, 'x.png'), 'no picture');
    expect(await refusal(resolveTask(`folder:${folder}/denoising`, { root, progress: silentProgress }))).toMatch(
      /expected at least 10 pictures \(JPEG, PNG, .*\), got 9, and 1 damaged ones \(x\.png\)/,
    );
    expect(readdirSync(path.join(root.folder, 'folder'))).toEqual([]);
  });

  test.each<[string, string, RegExp]>([
    ['that is not there', 'none/denoising', /cannot read .*none: no such file or folder/],
    ['without a picture', 'data-empty/denoising', /expected pictures \(JPEG, PNG, .*\), got none; check/],
    ['with an unknown kind', 'my photos?/denoize', /did you mean 'folder:.*my photos\?\/denoising'\?/],
    ['with a size that is none', 'my photos?/denoising?image-size=5', /image-size a whole number from 6 to 1024/],
    ['with a scale that does not divide', 'my photos?/super-resolution?scale=5', /divides the height .* 32 and 32/],
  ])('%s is refused', async (_, name, expected) => {
    mkdirSync(path.join(base, 'data-empty'));
    const resolved = resolveTask(`folder:${path.join(base, name)}`, { root, progress: silentProgress });
    expect(await refusal(resolved)).toMatch(expected);
  });

  test('with one class has no classes to tell apart', async () => {
    rmSync(path.join(pictures, 'dogs'), { recursive: true });
    for (let picture = 20; picture < 25; picture += 1) {
      await writePicture(path.join(pictures, 'cats', `${picture}.png`), picture);
    }
    for (const kind of ['generative-classification', 'classification']) {
      expect(await refusal(resolve(kind))).toMatch(/expected at least two classes, got one/);
    }
  });

  test('whose name says another number of classes than it has is refused', async () => {
    const { name } = await resolve('classification');
    expect(name).toMatch(/^folder:my-photos-\/classification\?images=12&.*&classes=2$/);
    await openTask(name, { folder: root.folder });
    const opened = openTask(name.replace('classes=2', 'classes=3'), { folder: root.folder });
    expect(await refusal(opened)).toMatch(/expected images of 3 classes to train on, got 2; name the folder itself/);
  });

  test('whose decoded copy was damaged or removed is refused with what to do', async () => {
    const { name } = await resolve('denoising');
    const copy = path.join(root.folder, 'folder', readdirSync(path.join(root.folder, 'folder'))[0]!);
    writeFileSync(path.join(copy, 'all-labels.idx'), 'text');
    expect(await refusal(openTask(name, { folder: root.folder }))).toMatch(/expected sha256 .*remove that folder/);
    rmSync(copy, { recursive: true });
    expect(await refusal(openTask(name, { folder: root.folder }))).toMatch(
      /name the folder itself on the command line: hgmlp data fetch 'folder:<path>' --image-size 32 --image-channels 3 --data-folder \/\S+$/,
    );
  });
});

describe('settings of a task on the command line', () => {
  const named = (name: string, options: Partial<TaskOptions>) =>
    resolveTask(name, { root, progress: silentProgress, options: { ...noTaskOptions, ...options } });

  test('join its name', async () => {
    expect((await named('mnist/denoising', { noiseLevel: 0.1 })).name).toBe('mnist/denoising?noise-level=0.1');
    expect((await named('mnist/denoising', { noiseLevel: 0.25 })).name).toBe('mnist/denoising');
    expect((await named('mnist/super-resolution?scale=4', { scale: 4 })).name).toBe('mnist/super-resolution?scale=4');
  });

  test.each<[string, string, Partial<TaskOptions>, RegExp]>([
    ['that say something else than the name', 'mnist/super-resolution?scale=4', { scale: 7 }, /--scale: .* 4, got 7/],
    ['of another kind', 'mnist/denoising', { scale: 4 }, /expected only noise-level, got scale/],
    ['of another data set', 'mnist/denoising', { imageSize: 16 }, /expected only noise-level, got image-size/],
  ])('%s are refused', async (_, name, options, expected) => {
    expect(await refusal(named(name, options))).toMatch(expected);
  });
});

test('a class that only validation or test has is refused', async () => {
  const { name } = await resolve('generative-classification');
  const dataset = await openedBy(name);
  const rows = Uint32Array.from(dataset.train.images.labels.keys()).filter(
    (row) => dataset.train.images.labels[row] === 0,
  );
  const lopsided: Dataset = { ...dataset, train: { ...dataset.train, rows } };
  const everything = { ...dataset.train, rows: Uint32Array.from(dataset.train.images.labels.keys()) };
  const opened = openTask(name, { dataset: { ...lopsided, test: everything } });
  expect(await refusal(opened)).toMatch(/got none of class 1; add images of it, or choose another --split-seed/);
});

function resolve(kind: string, options: Partial<TaskOptions> = {}) {
  const settings = { root, progress: silentProgress, options: { ...noTaskOptions, ...options } };
  return resolveTask(`folder:${pictures}/${kind}`, settings);
}

async function openedBy(name: string): Promise<Dataset> {
  return (await findTask(name).source!.open(root)) as Dataset;
}

async function writePicture(file: string, red: number): Promise<void> {
  const background = { r: red, g: 40, b: 200 };
  await sharp({ create: { width: 48, height: 36, channels: 3, background } })
    .png()
    .toFile(file);
}
