// @ts-check
/** Runs the real `hgmlp search` on a small study of pictures, with or without the injected file layer. */
import { spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { encodePng } from '../../dist/base/pictures.js';
import { silentProgress } from '../../dist/data/fetching.js';
import { pixelsOf } from '../../dist/data/images.js';
import { openMnist } from '../../dist/data/mnist.js';
import { noTaskOptions, resolveTask } from '../../dist/data/resolve-task.js';

const program = fileURLToPath(new URL('../../bin/hgmlp.js', import.meta.url));
const layer = new URL('./file-layer.mjs', import.meta.url).href;
const fastClock = new URL('./fast-clock.mjs', import.meta.url).href;
const fakeWorker = fileURLToPath(new URL('./fake-worker.mjs', import.meta.url));

/** Longer than any search here takes, on however slow a machine. */
const patienceMs = 180_000;

/**
 * @typedef {object} Study
 * @property {readonly string[]} command without the folder
 * @property {number} runs
 * @property {boolean} fake whether its worker is the fake one
 * @property {boolean} layered whether the file layer stands below it, also where there is no fault
 *
 * @typedef {object} Place where a schedule happens
 * @property {string} disk the folder that stands for the disk, and holds nothing but the results
 * @property {string} results
 * @property {string} journal what the fake workers were asked to train, a key a line
 * @property {string} trace the calls of the last attempt
 *
 * @typedef {object} Ended how a search ended
 * @property {number | null} code
 * @property {NodeJS.Signals | null} signal
 * @property {string} stderr
 * @property {boolean} hung whether it had to be ended
 */

/**
 * Studies of the same pictures: one for the fake worker, one that is trained by two workers, and a small one whose
 * trainings save checkpoints on the disk under test.
 * @param {string} folder gets the pictures
 * @returns {Promise<{ faked: Study, trained: Study, saved: Study }>}
 */
export async function makeStudies(folder) {
  const pictures = path.join(folder, 'digits');
  const root = { folder: path.join(folder, 'data'), given: true };
  await mkdir(pictures, { recursive: true });
  const images = await digits(400);
  for (const [index, pixels] of images.entries()) {
    const png = await encodePng(pixels, { width: 28, height: 28, channels: 1 });
    await writeFile(path.join(pictures, `${index}.png`), png);
  }
  const options = { ...noTaskOptions, imageSize: 28, imageChannels: 1 };
  const task = await resolveTask(`folder:${pictures}/denoising`, { root, progress: silentProgress, options });
  const common = ['search', '--task', task.name, '--data-folder', root.folder, '--budget', '20k..40k'];
  const faked = [...common, '--candidates', '1', '--learning-rates', '1e-3,3e-3', '--epochs', '2', '--workers', '1'];
  const trained = [...common, '--candidates', '1', '--learning-rates', '3e-3', '--replicates', '3', '--epochs', '40'];
  const saved = [...common, '--candidates', '1', '--learning-rates', '3e-3', '--epochs', '4', '--workers', '1'];
  return {
    faked: { command: faked, runs: 4, fake: true, layered: true },
    trained: { command: [...trained, '--workers', '2'], runs: 6, fake: false, layered: false },
    saved: { command: saved, runs: 2, fake: false, layered: true },
  };
}

/** The first training images of MNIST, `[28, 28]` bytes each. */
async function digits(/** @type {number} */ count) {
  const { train } = await openMnist();
  return Array.from({ length: count }, (_, image) => pixelsOf(train.images, image));
}

/** @param {string} folder an empty one, which is made */
export async function makePlace(folder) {
  const disk = path.join(folder, 'disk');
  await rm(folder, { recursive: true, force: true });
  await mkdir(disk, { recursive: true });
  const place = { disk, results: path.join(disk, 'study'), journal: path.join(folder, 'journal') };
  await writeFile(place.journal, '');
  return { ...place, trace: path.join(folder, 'trace') };
}

/**
 * Starts the search, with the file layer below it where its study has that.
 * @param {Study} study
 * @param {Place} place
 * @param {import('./file-layer.mjs').Fault | null} [fault]
 */
export function startSearch(study, place, fault = null) {
  const plan = { ...place, stash: `${place.trace}-stash`, role: 'search', fakeWorker: study.fake ? fakeWorker : null };
  rmSync(`${place.trace}-struck`, { force: true });
  const layered = { NODE_OPTIONS: `--import=${layer}`, HGMLP_TORTURE: JSON.stringify({ ...plan, fault }) };
  const preloaded = study.layered ? layered : { NODE_OPTIONS: `--import=${fastClock}` };
  const child = spawn(process.execPath, [program, ...study.command, '--out', place.results], {
    env: { ...process.env, NO_COLOR: '1', HGMLP_ENGINE: 'onnx-cpu', ...preloaded },
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let stderr = '';
  let hung = false;
  child.stderr.on('data', (data) => (stderr += data));
  const patience = setTimeout(() => {
    hung = true;
    killGroup(child, 'SIGKILL');
  }, patienceMs);
  /** @type {Promise<Ended>} */
  const ended = new Promise((resolve) => {
    child.once('exit', (code, signal) => {
      clearTimeout(patience);
      // A worker of a killed search ends by itself; what it still does until then is not to meet the next attempt.
      if (study.layered) killGroup(child, 'SIGKILL');
      child.once('close', () => resolve({ code, signal, stderr, hung }));
    });
  });
  return { child, ended };
}

/**
 * Signals a search and its workers.
 * @param {import('node:child_process').ChildProcess} child
 * @param {NodeJS.Signals} signal
 */
export function killGroup(child, signal) {
  try {
    process.kill(-(/** @type {number} */ (child.pid)), signal);
  } catch {
    // All of them are gone.
  }
}

/**
 * The calls of the last attempt in this place, each process's in its order, and those that went elsewhere.
 * @param {Place} place
 */
export async function callsOf(place) {
  const lines = (await readFile(place.trace, 'utf8').catch(() => '')).split('\n');
  const ofRole = (/** @type {string} */ role) =>
    lines.filter((line) => line.startsWith(`${role} `)).map((line) => line.slice(role.length + 1));
  const [search, worker] = [ofRole('search'), ofRole('worker')];
  const isStray = (/** @type {string} */ line) => line.startsWith('stray ');
  return {
    /** `write study/runs.csv` */
    calls: search.filter((line) => !isStray(line)),
    workerCalls: worker.filter((line) => !isStray(line)),
    strays: [...search, ...worker].filter(isStray),
  };
}
