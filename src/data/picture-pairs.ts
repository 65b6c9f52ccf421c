/** Pairs that are made of pictures: flips, noise, and the pictures that stand for classes. */
import { UserError } from '../base/errors.js';
import { itemAt } from '../base/items.js';
import type { Recipe } from '../run/spec.js';
import { pixelsOf, prototypeRows, type Dataset, type ImageSet } from './images.js';
import type { PairMaker, TaskPairs } from './task-pairs.js';
import { noiseStateOf, openWorkbench, type Flip, type PictureWork, type Workbench } from './workbench.js';

/** Says how a task makes pairs of pictures. */
export interface PicturePairs extends PictureWork {
  /** The name of the task, which its evaluation noise follows from. */
  readonly name: string;
  /** What of their classes is needed: the picture that stands for each, their labels, or nothing. */
  readonly needs: 'prototypes' | 'labels' | null;
}

const unflipped: Flip = { mirrorColumns: false, mirrorRows: false };
const mirrored: Flip = { mirrorColumns: true, mirrorRows: false };
const upsideDown: Flip = { mirrorColumns: false, mirrorRows: true };
const bothWays: Flip = { mirrorColumns: true, mirrorRows: true };
const flipsOf: Readonly<Record<Recipe['flips'], readonly Flip[]>> = {
  1: [unflipped],
  2: [unflipped, bothWays],
  4: [unflipped, mirrored, upsideDown, bothWays],
};

/** Opens the pairs of pictures. Throws a UserError where a class that is needed has none to train on. */
export async function openPicturePairs(pairs: PicturePairs, dataset: Dataset): Promise<TaskPairs> {
  const { name, needs } = pairs;
  const prototypes = needs === null ? [] : prototypesOf(name, dataset);
  if (needs === 'labels') requireLabels(name, prototypes.length, pairs.dimensions.output);
  const shape = dataset.train.images.shape;
  const workbench = await openWorkbench(pairs, shape, needs === 'prototypes' ? prototypes : []);
  const { train, validation, test } = dataset;
  return {
    counts: { train: train.rows.length, validation: validation.rows.length, test: test.rows.length },
    meaning: { targets: [], classes: null, scales: null },
    training: ({ runKey, epoch, flips }) =>
      makerOf(workbench, train, flipsOf[flips], noiseStateOf(runKey, 'training noise', epoch)),
    evaluation: (set) => makerOf(workbench, dataset[set], flipsOf[1], noiseStateOf('evaluation noise', name, set)),
  };
}

/** The name of a task on a folder may say another number of classes than its copy has. */
function requireLabels(name: string, got: number, expected: number): void {
  if (got === expected) return;
  throw new UserError(
    `${name}: expected images of ${expected} classes to train on, got ${got}; name the folder itself on the command line, ` +
      'or choose another --split-seed',
  );
}

function makerOf(workbench: Workbench, set: ImageSet, flips: readonly Flip[], noiseState: Uint32Array): PairMaker {
  return {
    fill: (batch, items) => workbench.fill(batch, { set, flips }, items, noiseState),
    skip: (size) => workbench.skip(size, noiseState),
  };
}

/** One image for each class, by its label, scaled to [0, 1]. Throws a UserError where a class has none to train on. */
function prototypesOf(name: string, { train, validation, test }: Dataset): Float32Array[] {
  const prototypes: Float32Array[] = [];
  for (const row of prototypeRows(train)) {
    const label = itemAt(train.images.labels, row);
    prototypes[label] = Float32Array.from(pixelsOf(train.images, row), (byte) => byte / 255);
  }
  for (const { images, rows } of [validation, test]) {
    const row = rows.find((candidate) => prototypes[images.labels[candidate]!] === undefined);
    if (row === undefined) continue;
    throw new UserError(
      `${name}: expected images of every class to train on, got none of class ${images.labels[row]}; add images of it, ` +
        'or choose another --split-seed',
    );
  }
  return prototypes;
}
