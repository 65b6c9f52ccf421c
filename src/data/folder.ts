/**
 * A folder with the user's own pictures as a data set: scanned and decoded once into the root, known from then on by the
 * hash of its content. Subfolders are the classes, as in torchvision's ImageFolder.
 */
import { createHash } from 'node:crypto';
import path from 'node:path';
import { UserError } from '../base/errors.js';
import { readContents, shortHash, type FolderContents } from './folder-contents.js';
import { pairName, readAbout, imageShapeOf, type About, type Decoded, type FolderSettings } from './folder-copy.js';
import { decodeInto, firstNames } from './folder-decoding.js';
import type { FetchProgress } from './fetching.js';
import { readPair } from './idx-folder.js';
import type { Dataset, SplitCounts } from './images.js';
import { datasetFolder, fetchCommand, type DataRoot } from './root.js';
import { splitAll } from './split.js';
import { fillFolder } from './staging.js';

/** Describes a folder that was read: enough to find its decoded copy again, without the folder. */
export interface DecodedFolder extends FolderSettings {
  /** Those that could be decoded. */
  readonly images: number;
  readonly classes: number;
  /** The first 12 hexadecimal digits of a SHA-256 that stands for all paths and bytes, and for how they were decoded. */
  readonly sha256: string;
}

/** Says how to decode the pictures of a folder. */
export interface DecodeOptions extends FolderSettings {
  /** Decode although a copy is there already. */
  readonly fresh?: boolean;
}

/**
 * Reads the folder, and decodes it where its decoded copy is not there yet. Pictures that cannot be decoded are left out
 * and named. Throws a UserError for a folder that cannot be read or has fewer than 10 usable pictures.
 */
export async function decodeFolder(
  root: DataRoot,
  folder: string,
  { fresh = false, imageSize, channels }: DecodeOptions,
  progress: FetchProgress,
): Promise<DecodedFolder> {
  const settings = { imageSize, channels };
  const contents = await readContents(folder, progress);
  const copy =
    (fresh ? null : await findCopy(root, contents, settings)) ??
    (await makeCopy(root, contents, settings, { fresh, progress }));
  for (const note of notesOn(copy.about)) progress.note(`${folder}: ${note}`);
  const { images, classes } = copy.about;
  return { ...settings, images, classes: classes.length, sha256: copy.sha256 };
}

interface Copy {
  readonly about: Decoded;
  /** As it stands in the task's name. */
  readonly sha256: string;
}

/** A copy that the first release made says not how: it stays for the results that name it, but is not looked for. */
async function findCopy(root: DataRoot, { sha256 }: FolderContents, settings: FolderSettings): Promise<Copy | null> {
  for (const name of [sha256, decodedOtherwise(sha256)]) {
    const about = await readAbout(copyFolder(root, { ...settings, sha256: name }));
    if (about !== null && isDecoded(about)) return { about, sha256: name };
  }
  return null;
}

async function makeCopy(
  root: DataRoot,
  contents: FolderContents,
  settings: FolderSettings,
  { fresh, progress }: { fresh: boolean; progress: FetchProgress },
): Promise<Copy> {
  const placeOf = (sha256: string) => copyFolder(root, { ...settings, sha256 });
  let made: Copy | null = null;
  const fill = async (staged: string) => {
    const about = await decodeInto(staged, contents, settings, progress);
    made = { about, sha256: nameOf(contents, about) };
    return placeOf(made.sha256);
  };
  const isThere = async () => !fresh && (await findCopy(root, contents, settings)) !== null;
  await fillFolder(placeOf(contents.sha256), fill, isThere);
  return made!;
}

/** The same name must not stand for other pixels than in the first release. */
function nameOf({ sha256 }: FolderContents, { decoding }: Decoded): string {
  return decoding.asFirst ? sha256 : decodedOtherwise(sha256);
}

function decodedOtherwise(sha256: string): string {
  return shortHash(createHash('sha256').update(`${sha256}, transparent pixels on white`).digest('hex'));
}

function isDecoded(about: About): about is Decoded {
  return about.decoding !== undefined;
}

/**
 * Opens a decoded copy as training, validation and test images: 80, 10 and 10 % in the order of the seed. Throws a
 * UserError where there is none, or it is damaged.
 */
export async function openFolder(root: DataRoot, decoded: DecodedFolder, seed: number): Promise<Dataset> {
  const target = copyFolder(root, decoded);
  const { imageSize, channels, images } = decoded;
  const settings = ['--image-size', String(imageSize), '--image-channels', String(channels)];
  const fetch = fetchCommand(root, 'folder:<path>', ...settings);
  const about = await readAbout(target);
  if (about === null) {
    throw new UserError(
      `${target}: expected the decoded pictures of a folder, got none; name the folder itself on the command line: ${fetch}`,
    );
  }
  if (about.images !== images) {
    throw new UserError(
      `${target}: expected ${images} images, got ${about.images}; remove it and decode anew: ${fetch}`,
    );
  }
  const pair = { name: pairName, count: images, sha256: about.sha256 };
  const all = await readPair(target, pair, imageShapeOf(decoded), `remove that folder and decode anew: ${fetch}`);
  return splitAll(all, folderCounts(images), seed);
}

/** Divides images into training, validation and test: 80, 10 and 10 %, rounded down for the first two. */
export function folderCounts(images: number): SplitCounts {
  const train = Math.floor(0.8 * images);
  const validation = Math.floor(0.1 * images);
  return { train, validation, test: images - train - validation };
}

/** Gives the folder in the root that holds the decoded copy. */
export function copyFolder(root: DataRoot, { sha256, imageSize, channels }: Omit<DecodedFolder, 'images' | 'classes'>) {
  return path.join(datasetFolder(root, 'folder'), `${sha256}-${imageSize}-${channels}`);
}

/** What is worth knowing of the pictures, in words. */
function notesOn({ unreadable, images, decoding }: Decoded): string[] {
  const notes: string[] = [];
  if (unreadable.length > 0) {
    notes.push(
      `${unreadable.length} pictures cannot be decoded and are left out (${firstNames(unreadable)}); ${images} are used`,
    );
  }
  const advice = 'a network learns nothing from them; check the files';
  if (decoding.allEqual) notes.push(`all ${images} pictures have the same pixels: ${advice}`);
  else if (decoding.constant === images) notes.push(`all ${images} pictures are of one colour each: ${advice}`);
  return notes;
}
