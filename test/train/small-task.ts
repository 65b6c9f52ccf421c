/** A task on a few small pictures, for trainings of milliseconds. */
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import sharp from 'sharp';
import { silentProgress } from '../../src/data/fetching.js';
import { resolveTask, type TaskOptions } from '../../src/data/resolve-task.js';
import { dataRoot } from '../../src/data/root.js';

const options: TaskOptions = { noiseLevel: null, scale: null, imageSize: 12, imageChannels: 1, splitSeed: null };

/** Its name; 48 images of 144 values to train on, 6 to validate and 6 to test. The folder is its data folder. */
export async function smallTask(folder: string, kind: 'denoising' | 'super-resolution' = 'denoising'): Promise<string> {
  const pictures = await writePictures(folder);
  const task = await resolveTask(`folder:${pictures}/${kind}`, {
    root: dataRoot(folder),
    progress: silentProgress,
    options,
  });
  return task.name;
}

/** The same task on a command line, in a folder where `writePictures` was. */
export const smallTaskOptions: readonly string[] = [
  ...['--task', 'folder:pictures/denoising', '--data-folder', 'data'],
  ...['--image-size', String(options.imageSize), '--image-channels', String(options.imageChannels)],
];

/** Leaves the pictures in a new folder inside of this one, and returns which. */
export async function writePictures(folder: string): Promise<string> {
  const pictures = path.join(folder, 'pictures');
  mkdirSync(pictures, { recursive: true });
  for (let picture = 0; picture < 60; picture += 1) {
    const pixels = Uint8Array.from({ length: 144 }, (_, pixel) => (picture * 37 + pixel * (1 + (picture % 7))) % 256);
    const image = sharp(pixels, { raw: { width: 12, height: 12, channels: 1 } });
    await image.png().toFile(path.join(pictures, `${picture}.png`));
  }
  return pictures;
}
