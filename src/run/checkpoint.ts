/**
 * The checkpoint of a training: how far a pack of runs is, in one file. With it the training goes on as if it had never
 * stopped. Every random stream of a run is named by its key, a purpose and the epoch, so epoch and step are the position
 * of each of them, and no generator's state need be kept.
 *
 * Layout: the line `hgmlp checkpoint <version>`; the length in bytes of a JSON document, 4 bytes; the document; the
 * arrays that it names, Float32; the SHA-256 of all that, 32 bytes. Numbers are little-endian.
 */
import { createHash } from 'node:crypto';
import { readdir, rm, type FileHandle } from 'node:fs/promises';
import { endianness } from 'node:os';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { messageOf, UserError } from '../base/errors.js';
import { ensureFolderWithin, fileError, replaceFile } from '../base/files.js';
import { openRegularFile, readPart } from '../base/regular-files.js';
import { isCount, isCurve, isNumber, isText, listOf, orNull, recordOf } from './check-run.js';
import type { EpochRecord, Timing } from './run.js';

/** Names the folder of checkpoints inside a results folder. */
export const checkpointsFolder = 'checkpoints';

/** Holds how far one run of a pack is. */
export interface MemberProgress {
  readonly curve: readonly EpochRecord[];
  /** Why it has diverged; null as long as its losses are finite. */
  readonly diverged: string | null;
  /** Of the running epoch: each step's loss times its images. Null where it is not finite, as it may be once diverged. */
  readonly lossSum: number | null;
}

/**
 * Holds how far a pack of runs is, and all that its training needs to go on. Its times are as the file gives them;
 * `knownTime` judges them.
 */
export interface Checkpoint extends Pick<Timing, 'spans'> {
  /** Of the pack's runs, in its order. */
  readonly keys: readonly string[];
  /** Epochs that are done, their validation included. */
  readonly epoch: number;
  /** Steps that are done of the epoch after them. */
  readonly step: number;
  /** One for each run. */
  readonly members: readonly MemberProgress[];
  /** When the first part of the training began; ISO 8601, UTC. */
  readonly startedAt: string;
  /** How long all parts so far have taken. */
  readonly elapsedMs: number;
  /** Images of all members that were trained on, and how long their steps took. */
  readonly images: number;
  readonly trainingMs: number;
  /** What the networks and their optimisers hold, by name. */
  readonly arrays: ReadonlyMap<string, Float32Array>;
}

/** Says why bytes are no checkpoint that may be used, in words that follow the name of a file. */
export interface Unusable {
  readonly problem: string;
}

/** Is the version that checkpoints are written in; older ones are read too. */
export const checkpointVersion = 1;

/** The most that a file may hold: Node.js reads no larger one at once. */
const mostBytes = 2 ** 31 - 1;

/** Of the document: curves of the largest packs. */
const mostDocumentBytes = 2 ** 28;

const lengthBytes = 4;
/** More than the first line and the document's length. */
const openingBytes = 40;
const checksumBytes = 32;
const firstLine = /^hgmlp checkpoint (\d{1,15})\n/;

type Document = Omit<Checkpoint, 'arrays'> & { readonly arrays: readonly ArrayName[] };

interface ArrayName {
  readonly name: string;
  /** Values, of 4 bytes each. */
  readonly length: number;
}

const isDocument = recordOf({
  keys: listOf(isText),
  epoch: isCount,
  step: isCount,
  members: listOf(recordOf({ curve: isCurve, diverged: orNull(isText), lossSum: orNull(isNumber) })),
  images: isCount,
  arrays: listOf(recordOf({ name: isText, length: isCount })),
});

/** Makes the bytes of a checkpoint's file. Throws a RangeError where they would be more than a file may hold. */
export function encodeCheckpoint({ arrays, ...rest }: Checkpoint): Uint8Array {
  const named = [...arrays].map(([name, { length }]): ArrayName => ({ name, length }));
  const text = Buffer.from(JSON.stringify({ ...rest, arrays: named } satisfies Document));
  const opening = Buffer.from(`hgmlp checkpoint ${checkpointVersion}\n`);
  const values = valuesStart(opening.length, text.length);
  const length = values + floatBytes(named) + checksumBytes;
  if (length > mostBytes) throw new RangeError(`a checkpoint of ${length} bytes is larger than ${mostBytes}`);
  const bytes = Buffer.alloc(length);
  bytes.set(opening);
  bytes.writeUInt32LE(text.length, opening.length);
  bytes.set(text, opening.length + lengthBytes);
  let at = values;
  for (const array of arrays.values()) {
    bytes.set(littleEndian(new Uint8Array(array.buffer, array.byteOffset, array.byteLength)), at);
    at += array.byteLength;
  }
  bytes.set(checksumOf(bytes.subarray(0, at)), at);
  return bytes;
}

/**
 * Reads a checkpoint that is whole and unaltered, or says why the bytes may not be used. Never throws; the arrays are
 * copies.
 */
export function decodeCheckpoint(given: Uint8Array): Checkpoint | Unusable {
  const bytes = Buffer.from(given.buffer, given.byteOffset, given.byteLength);
  const opening = parseOpening(bytes);
  if ('problem' in opening) return opening;
  const end = bytes.length - checksumBytes;
  const { textStart, values } = opening;
  if (end < textStart || !checksumOf(bytes.subarray(0, end)).equals(bytes.subarray(end))) return damaged;
  const document = values <= end ? parseDocument(bytes.subarray(textStart, values)) : null;
  if (document === null || values + floatBytes(document.arrays) !== end) return damaged;
  return { ...document, arrays: readArrays(bytes.subarray(values, end), document.arrays) };
}

const damaged: Unusable = { problem: 'damaged or cut off' };

/** Where the document and the values behind it start, by the first bytes of a file. */
function parseOpening(bytes: Buffer): { readonly textStart: number; readonly values: number } | Unusable {
  const opening = firstLine.exec(bytes.toString('latin1', 0, openingBytes));
  if (opening === null) return { problem: 'expected a checkpoint of hgmlp, got something else' };
  const version = Number(opening[1]);
  if (version > checkpointVersion) {
    return { problem: `expected a checkpoint of version ${checkpointVersion} or older, got ${version}; update hgmlp` };
  }
  const textStart = opening[0].length + lengthBytes;
  if (version < 1 || bytes.length < textStart) return damaged;
  return { textStart, values: textStart + bytes.readUInt32LE(opening[0].length) };
}

/** Says whether reading a checkpoint gave a problem in its place. */
export function isUnusable(decoded: Checkpoint | Unusable): decoded is Unusable {
  return 'problem' in decoded;
}

function valuesStart(openingBytes: number, textBytes: number): number {
  return openingBytes + lengthBytes + textBytes;
}

function floatBytes(arrays: readonly ArrayName[]): number {
  return arrays.reduce((sum, { length }) => sum + length * Float32Array.BYTES_PER_ELEMENT, 0);
}

function parseDocument(bytes: Buffer): Document | null {
  try {
    const value: unknown = JSON.parse(bytes.toString());
    if (!isDocument(value)) return null;
    const document = value as Document;
    const names = new Set(document.arrays.map(({ name }) => name));
    const fits = document.members.length === document.keys.length && names.size === document.arrays.length;
    return fits ? document : null;
  } catch {
    return null;
  }
}

function readArrays(bytes: Buffer, named: readonly ArrayName[]): Map<string, Float32Array> {
  const arrays = new Map<string, Float32Array>();
  let at = 0;
  for (const { name, length } of named) {
    const array = new Float32Array(length);
    new Uint8Array(array.buffer).set(littleEndian(bytes.subarray(at, at + array.byteLength)));
    arrays.set(name, array);
    at += array.byteLength;
  }
  return arrays;
}

/** The bytes of floats from this machine's order in the file's, or back. */
function littleEndian(bytes: Uint8Array): Uint8Array {
  return endianness() === 'LE' ? bytes : Buffer.from(bytes).swap32();
}

function checksumOf(bytes: Uint8Array): Buffer {
  return createHash('sha256').update(bytes).digest();
}

/** Writes the checkpoint into the folder, whole or not at all. Throws a UserError where the disk refuses. */
export async function saveCheckpoint(folder: string, checkpoint: Checkpoint): Promise<void> {
  const bytes = encodeCheckpoint(checkpoint);
  await ensureFolderWithin(folder);
  await replaceFile(checkpointFile(folder, checkpoint.keys), bytes);
}

/** Reads the checkpoint of the pack with these keys; null where there is none. Never throws. */
export async function readCheckpoint(folder: string, keys: readonly string[]): Promise<Checkpoint | Unusable | null> {
  const file = checkpointFile(folder, keys);
  try {
    const handle = await openRegularFile(file);
    try {
      const { size } = await handle.stat();
      // A large file that is no checkpoint of these runs is not read in vain.
      const head = await readDocument(handle, size);
      if ('problem' in head) return head;
      if (head.bytes !== size) return damaged;
      const isOfOthers = { problem: 'expected the checkpoint of these runs, got that of others' };
      if (!isDeepStrictEqual(head.document.keys, keys)) return isOfOthers;
      return decodeCheckpoint(await readPart(handle, 0, size));
    } finally {
      await handle.close();
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    if (error instanceof UserError) return { problem: 'expected a file, got something else' };
    return { problem: messageOf(fileError(error, 'read', file)) };
  }
}

/** The document alone, as the arrays may be large, and how many bytes the file of such arrays has. */
async function readDocument(
  handle: FileHandle,
  size: number,
): Promise<{ readonly document: Document; readonly bytes: number } | Unusable> {
  if (size > mostBytes) return { problem: `expected at most ${mostBytes} bytes, got ${size}` };
  const opening = parseOpening(await readPart(handle, 0, Math.min(openingBytes, size)));
  if ('problem' in opening) return opening;
  const { textStart, values } = opening;
  if (values > size || values - textStart > mostDocumentBytes) return damaged;
  const document = parseDocument(await readPart(handle, textStart, values - textStart));
  return document === null ? damaged : { document, bytes: values + floatBytes(document.arrays) + checksumBytes };
}

/**
 * Gives the path at which the folder keeps the checkpoint of the pack with these keys: under their hash, so that no
 * text of a file can lead elsewhere.
 */
export function checkpointFile(folder: string, keys: readonly string[]): string {
  const hash = createHash('sha256').update(JSON.stringify(keys)).digest('hex').slice(0, 24);
  return path.join(folder, `${hash}.checkpoint`);
}

/**
 * Takes away the checkpoint of the pack with these keys, and what a kill in mid-write has left of it. Where the disk
 * refuses, it stays: nothing asks for it again.
 */
export async function removeCheckpoint(folder: string, keys: readonly string[]): Promise<void> {
  const own = path.basename(checkpointFile(folder, keys));
  for (const name of await namesIn(folder)) {
    const isPart = name.startsWith(`${own}.`) && name.endsWith('.tmp');
    if (name === own || isPart) await rm(path.join(folder, name), { force: true }).catch(() => undefined);
  }
}

/**
 * Takes away the checkpoints that no training will ask for again: those of packs with a run that is over. What cannot be
 * read stays, for the training that it belongs to will say so.
 */
export async function removeOverCheckpoints(folder: string, isOver: (key: string) => boolean): Promise<void> {
  for (const name of await namesIn(folder)) {
    const keys = (await documentIn(folder, name))?.keys ?? [];
    if (keys.some(isOver)) await removeCheckpoint(folder, keys);
  }
}

/** Describes a training that was stopped, and may go on. */
export type StoppedTraining = Pick<Checkpoint, 'keys' | 'startedAt' | 'elapsedMs' | 'spans'>;

/** Describes a stopped training and how far it is. */
export type KeptTraining = StoppedTraining & Pick<Checkpoint, 'step' | 'members'>;

/** Lists the trainings that the folder has checkpoints of. Never throws; what cannot be read is left out. */
export async function stoppedTrainings(folder: string): Promise<KeptTraining[]> {
  const documents: Document[] = [];
  // One after the other, as each may be large.
  for (const name of await namesIn(folder)) {
    const document = await documentIn(folder, name);
    if (document !== null) documents.push(document);
  }
  return documents;
}

async function namesIn(folder: string): Promise<string[]> {
  return readdir(folder).catch(() => []);
}

/** The document of a file; null where it is no checkpoint under its own name. */
async function documentIn(folder: string, name: string): Promise<Document | null> {
  if (!name.endsWith('.checkpoint')) return null;
  try {
    const handle = await openRegularFile(path.join(folder, name));
    try {
      const head = await readDocument(handle, (await handle.stat()).size);
      // The name is the keys' hash, which stands in for the checksum of the whole.
      const isOwn = 'document' in head && path.basename(checkpointFile(folder, head.document.keys)) === name;
      return isOwn ? head.document : null;
    } finally {
      await handle.close();
    }
  } catch {
    return null;
  }
}
