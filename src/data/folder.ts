/**
 * A folder with the user's own PNG and JPEG pictures as a data set: scanned and decoded once into the root, known from
 * then on by the hash of its content. Subfolders are the classes, as in torchvision's ImageFolder.
 */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { UserError } from '../base/errors.js';
import { writeFileAtomically } from '../base/files.js';
import { decodeSquare } from '../base/pictures.js';
import { readContents, type FolderContents, type FolderPicture } from './folder-contents.js';
import { hashFile } from './checked-file.js';
import type { FetchProgress } from './fetching.js';
import { fileOf, openPairWriter, readPair, type PairWriter } from './idx-folder.js';
import { planesOf, type Dataset, type ImageShape, type SplitCounts } from './images.js';
import { datasetFolder, type DataRoot } from './root.js';
import { splitAll } from './split.js';
import { fillFolder } from './staging.js';

/** How the pictures of a folder become images. */
export interface FolderSettings {
  /** Pixels on each side. */
  readonly imageSize: number;
  readonly channels: 1 | 3;
}

/** A folder that was read: enough to find its decoded copy again, without the folder. */
export interface DecodedFolder extends FolderSettings {
  /** Those that could be decoded. */
  readonly images: number;
  readonly classes: number;
  /** The first 12 hexadecimal digits of the SHA-256 of all paths and bytes. */
  readonly sha256: string;
}

/** What stands beside the decoded images. */
interface About {
  readonly images: number;
  readonly classes: readonly string[];
  readonly unreadable: readonly string[];
  readonly sha256: Readonly<Record<'images' | 'labels', string>>;
}

const pairName = 'all';
const aboutFile = 'about.json';
const fewestImages = 10;
/** Decoded at a time, so that every core has work and the memory holds few pictures. */
const batchOfPictures = 16;
const shownPictures = 3;

/**
 * Reads the folder, and decodes it where its decoded copy is not there yet. Pictures that cannot be decoded are left out
 * and named. Throws a UserError for a folder that cannot be read or has fewer than 10 usable pictures.
 */
export async function decodeFolder(
  root: DataRoot,
  folder: string,
  settings: FolderSettings,
  progress: FetchProgress,
): Promise<DecodedFolder> {
  const contents = await readContents(folder, progress);
  const { sha256 } = contents;
  const target = copyFolder(root, { ...settings, sha256 });
  let about = await readAbout(target);
  if (about === null) {
    await fillFolder(
      target,
      (staged) => decodeInto(staged, contents, settings, progress),
      () => isThere(target),
    );
    about = (await readAbout(target))!;
  }
  if (about.unreadable.length > 0) progress.note(unreadableNote(folder, about));
  return { ...settings, images: about.images, classes: about.classes.length, sha256 };
}

/** Training, validation and test images of a decoded copy: 80, 10 and 10 % in the order of the seed. */
export async function openFolder(root: DataRoot, decoded: DecodedFolder, seed: number): Promise<Dataset> {
  const target = copyFolder(root, decoded);
  const about = await readAbout(target);
  if (about === null) {
    throw new UserError(
      `${target}: expected the decoded pictures of a folder, got none; name the folder itself on the command line: ` +
        '--task folder:<path>/denoising',
    );
  }
  if (about.images !== decoded.images) {
    throw new UserError(`${target}: expected ${decoded.images} images, got ${about.images}; remove it and decode anew`);
  }
  const pair = { name: pairName, count: about.images, sha256: about.sha256 };
  const remedy = 'remove that folder, then name the folder with the pictures on the command line again';
  const images = await readPair(target, pair, shapeOf(decoded), remedy);
  return splitAll(images, folderCounts(decoded.images), seed);
}

export function folderCounts(images: number): SplitCounts {
  const train = Math.floor(0.8 * images);
  const validation = Math.floor(0.1 * images);
  return { train, validation, test: images - train - validation };
}

/** Where decoded copies of folders stand in the root. */
export function copyFolder(root: DataRoot, { sha256, imageSize, channels }: Omit<DecodedFolder, 'images' | 'classes'>) {
  return path.join(datasetFolder(root, 'folder'), `${sha256}-${imageSize}-${channels}`);
}

function shapeOf({ imageSize, channels }: FolderSettings): ImageShape {
  return { height: imageSize, width: imageSize, channels };
}

async function isThere(target: string): Promise<boolean> {
  return (await readAbout(target)) !== null;
}

async function readAbout(target: string): Promise<About | null> {
  const file = path.join(target, aboutFile);
  const text = await readFile(file, 'utf8').catch(() => null);
  if (text === null) return null;
  try {
    return JSON.parse(text) as About;
  } catch {
    throw new UserError(`${file}: expected JSON, got something else; remove the folder ${target} and try again`);
  }
}

async function decodeInto(
  staged: string,
  { pictures, classes }: FolderContents,
  settings: FolderSettings,
  progress: FetchProgress,
): Promise<void> {
  progress.step('decoding pictures', { amount: pictures.length, unit: 'images' });
  const writer = await openPairWriter(staged, pairName, shapeOf(settings));
  const unreadable: string[] = [];
  try {
    for (let start = 0; start < pictures.length; start += batchOfPictures) {
      const batch = pictures.slice(start, start + batchOfPictures);
      unreadable.push(...(await decodeBatch(writer, batch, settings)));
      progress.advance(batch.length);
    }
    const images = pictures.length - unreadable.length;
    if (images < fewestImages) throw new UserError(tooFew(images, unreadable));
    await writer.finish();
    const [pixels, labels] = await Promise.all(
      (['images', 'labels'] as const).map((part) => hashFile(fileOf(staged, pairName, part))),
    );
    const about: About = { images, classes, unreadable, sha256: { images: pixels!, labels: labels! } };
    await writeFileAtomically(path.join(staged, aboutFile), `${JSON.stringify(about, null, 2)}\n`);
  } finally {
    await writer.close();
  }
}

/** Gives the pictures that could not be decoded. */
async function decodeBatch(
  writer: PairWriter,
  batch: readonly FolderPicture[],
  { imageSize, channels }: FolderSettings,
): Promise<string[]> {
  const decoded = await Promise.all(
    batch.map(async ({ file, relative }) => {
      const encoded = await readFile(file);
      return decodeSquare(encoded, relative, { size: imageSize, channels }).catch(nullForUserError);
    }),
  );
  const unreadable: string[] = [];
  for (const [index, pixels] of decoded.entries()) {
    const { relative, label } = batch[index]!;
    if (pixels === null) unreadable.push(relative);
    else await writer.add(planesOf(pixels.bytes, channels, imageSize * imageSize), [label]);
  }
  return unreadable;
}

function nullForUserError(error: unknown): null {
  if (error instanceof UserError) return null;
  throw error;
}

function unreadableNote(folder: string, { unreadable, images }: About): string {
  return `${folder}: ${unreadable.length} pictures cannot be decoded and are left out (${shown(unreadable)}); ${images} are used`;
}

function tooFew(images: number, unreadable: readonly string[]): string {
  const damaged = unreadable.length === 0 ? '' : `, and ${unreadable.length} damaged ones (${shown(unreadable)})`;
  return `folder: expected at least ${fewestImages} PNG or JPEG pictures, got ${images}${damaged}; add some or check the path`;
}

function shown(names: readonly string[]): string {
  const more = names.length > shownPictures ? ` and ${names.length - shownPictures} more` : '';
  return `${names.slice(0, shownPictures).join(', ')}${more}`;
}
