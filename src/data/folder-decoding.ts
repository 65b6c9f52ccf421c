/** Decodes the pictures of a folder, a handful at a time. */
import { UserError } from '../base/errors.js';
import { itemAt, valueAt, zipped } from '../base/items.js';
import { decodedBytes, decodeSquare, pictureFormats, TooManyPixels, type Square } from '../base/pictures.js';
import { readRegularFile } from '../base/regular-files.js';
import { hashFile } from './checked-file.js';
import type { FetchProgress } from './fetching.js';
import type { FolderContents, FolderPicture } from './folder-contents.js';
import { pairName, imageShapeOf, writeAbout, type Decoded, type FolderSettings } from './folder-copy.js';
import { mostPictureBytes } from './folder-names.js';
import { fileOf, openPairWriter } from './idx-folder.js';
import { planesOf } from './images.js';

const fewestImages = 10;
/** Decoded at a time, so that every core has work. */
const mostAtOnce = 16;
/** What those take of the memory together, where it is more than one of them. */
const mostBytesAtOnce = 2 ** 30;
const shownPictures = 3;

/** Writes the pictures into a folder, and beside them their record. Throws a UserError where fewer than 10 can be decoded. */
export async function decodeInto(
  staged: string,
  { pictures, classes }: FolderContents,
  settings: FolderSettings,
  progress: FetchProgress,
): Promise<Decoded> {
  progress.step('decoding pictures', { amount: pictures.length, unit: 'images' });
  const writer = await openPairWriter(staged, pairName, imageShapeOf(settings));
  const tally = openTally();
  try {
    for (const group of groupsOf(pictures, ({ bytes }) => bytes)) {
      const decoded = await decodeAll(group, settings);
      for (const [{ relative, label }, square] of zipped(group, decoded)) {
        tally.add(square, relative, label);
        if (typeof square === 'string') continue;
        await writer.add(planesOf(square.bytes, settings.channels, settings.imageSize ** 2), [label]);
      }
      progress.advance(group.length);
    }
    const { unreadable, labels } = tally;
    const images = pictures.length - unreadable.length;
    if (images < fewestImages) throw new UserError(tooFew(images, unreadable));
    // A class of which no picture can be decoded is none.
    const found = [...labels].sort((one, other) => one - other);
    const places = new Map(found.map((label, place) => [label, place]));
    await writer.finish((label) => valueAt(places, label));
    const hashes = { images: await hashOf(staged, 'images'), labels: await hashOf(staged, 'labels') };
    const named = found.map((label) => itemAt(classes, label));
    const about = { images, classes: named, unreadable, sha256: hashes, decoding: tally.decoding() };
    await writeAbout(staged, about);
    return about;
  } finally {
    await writer.close();
  }
}

function hashOf(staged: string, part: 'images' | 'labels'): Promise<string> {
  return hashFile(fileOf(staged, pairName, part));
}

/** Why a picture was not decoded, in words that follow its name; empty where it is damaged. */
type Reason = '' | ' has too many pixels';

/** In their order. */
async function decodeAll(pictures: readonly FolderPicture[], settings: FolderSettings): Promise<(Square | Reason)[]> {
  const encoded = await Promise.all(
    pictures.map(async ({ file, relative }) => {
      const bytes = await readRegularFile(file, { mostBytes: mostPictureBytes });
      return { bytes, relative, memory: await decodedBytes(bytes, relative).catch(reasonOf) };
    }),
  );
  const squares: (Square | Reason)[] = [];
  for (const group of groupsOf(encoded, ({ memory }) => (typeof memory === 'number' ? memory : 0))) {
    squares.push(...(await Promise.all(group.map((picture) => decodeOne(picture, settings)))));
  }
  return squares;
}

async function decodeOne(
  { bytes, relative, memory }: { bytes: Uint8Array; relative: string; memory: number | Reason },
  { imageSize, channels }: FolderSettings,
): Promise<Square | Reason> {
  if (typeof memory === 'string') return memory;
  return decodeSquare(bytes, relative, { size: imageSize, channels }).catch(reasonOf);
}

function reasonOf(error: unknown): Reason {
  if (error instanceof TooManyPixels) return ' has too many pixels';
  if (error instanceof UserError) return '';
  throw error;
}

/** Cuts a list into groups of few and of little weight, in bytes; what weighs more is alone. */
function* groupsOf<Item>(items: readonly Item[], weightOf: (item: Item) => number): Generator<Item[]> {
  let group: Item[] = [];
  let weight = 0;
  for (const item of items) {
    const more = weightOf(item);
    if (group.length > 0 && (group.length === mostAtOnce || weight + more > mostBytesAtOnce)) {
      yield group;
      group = [];
      weight = 0;
    }
    group.push(item);
    weight += more;
  }
  if (group.length > 0) yield group;
}

/** What can be said of all pictures together. */
function openTally() {
  const unreadable: string[] = [];
  const labels = new Set<number>();
  let first: Square | null = null;
  const seen = { asFirst: true, constant: 0, allEqual: true };
  return {
    unreadable,
    /** Of pictures that could be decoded. */
    labels,
    add(square: Square | Reason, relative: string, label: number): void {
      if (typeof square === 'string') return void unreadable.push(relative + square);
      labels.add(label);
      first ??= square;
      seen.allEqual &&= Buffer.compare(first.bytes, square.bytes) === 0;
      seen.constant += Number(isConstant(square));
      seen.asFirst &&= !square.transparent && (square.format === 'PNG' || square.format === 'JPEG');
    },
    decoding: () => ({ ...seen }),
  };
}

function isConstant({ bytes, channels }: Square): boolean {
  return bytes.every((byte, place) => byte === bytes[place % channels]);
}

function tooFew(images: number, unreadable: readonly string[]): string {
  const damaged = unreadable.length === 0 ? '' : `, and ${unreadable.length} damaged ones (${firstNames(unreadable)})`;
  return `folder: expected at least ${fewestImages} pictures (${pictureFormats()}), got ${images}${damaged}; add some or check the path`;
}

/** Lists the first few of many names, and how many more there are. */
export function firstNames(names: readonly string[]): string {
  const more = names.length > shownPictures ? ` and ${names.length - shownPictures} more` : '';
  return `${names.slice(0, shownPictures).join(', ')}${more}`;
}
