/** A task on a few small pictures, for trainings of milliseconds. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll } from 'vitest';
import { silentProgress } from '../../src/data/fetching.js';
import { noTaskOptions, resolveTask, type TaskOptions } from '../../src/data/resolve-task.js';
import { dataRoot } from '../../src/data/root.js';
import { writePictures } from './pictures.mjs';

const options: TaskOptions = { ...noTaskOptions, imageSize: 12, imageChannels: 1 };

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

/** A folder with the pictures of the small task, and the task's name; it goes with the tests of the file. */
export async function smallTaskFolder(name: string): Promise<{ readonly folder: string; readonly task: string }> {
  const folder = mkdtempSync(path.join(tmpdir(), `hgmlp-${name}-`));
  afterAll(() => rmSync(folder, { recursive: true }));
  return { folder, task: await smallTask(folder) };
}

export { writePictures };
