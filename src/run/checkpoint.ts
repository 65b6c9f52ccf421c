/**
 * The checkpoint of a training: how far a pack of runs is, in one file. With it the training goes on as if it had never
 * stopped. Every random stream of a run is named by its key, a purpose and the epoch, so epoch and step are the position
 * of each of them, and no generator's state need be kept.
 *
 * Layout: the line `hgmlp checkpoint <version>`; the length in bytes of a JSON document, 4 bytes; the document; the
 * arrays that it names, Float32; the SHA-256 of all that, 32 bytes. Numbers are little-endian.
 */
import { createHash } from 'node:crypto';
import { open, readdir, readFile, rm, stat, type FileHandle } from 'node:fs/promises';
import { endianness } from 'node:os';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { messageOf } from '../base/errors.js';
import { ensureFolderWithin, fileError, requireRegularFile, replaceFile } from '../base/files.js';
import { isCount, isCurve, isNumber, isText, listOf, orNull, recordOf } from './check-run.js';
import type { EpochRecord } from './run.js';

/** Inside a results folder. */
export const checkpointsFolder = 'checkpoints';

export interface MemberProgress {
  readonly curve: readonly EpochRecord[];
  /** Why it has diverged; null as long as its losses are finite. */
  readonly diverged: string | null;
  /** Of the running epoch: each step's loss times its images. Null where it is not finite, as it may be once diverged. */
  readonly lossSum: number | null;
}

export interface Checkpoint {
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

/** Why bytes are no checkpoint that may be used, in words that follow the name of a file. */
export interface Unusable {
  readonly problem: string;
}

export const checkpointVersion = 1;

/** The most that a file may hold: Node.js reads no larger one at once. */
const mostBytes = 2 ** 31 - 1;

const lengthBytes = 4;
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
  startedAt: isText,
  elapsedMs: isNumber,
  images: isCount,
  trainingMs: isNumber,
  arrays: listOf(recordOf({ name: isText, length: isCount })),
});

/** The bytes of a checkpoint's file. Throws a RangeError where they would be more than a file may hold. */
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

/** What the bytes hold, whole and unaltered, or why they may not be used. Never throws; the arrays are copies. */
export function decodeCheckpoint(given: Uint8Array): Checkpoint | Unusable {
  const bytes = Buffer.from(given.buffer, given.byteOffset, given.byteLength);
  const opening = firstLine.exec(bytes.toString('latin1', 0, 40));
  if (opening === null) return { problem: 'expected a checkpoint of hgmlp, got something else' };
  const version = Number(opening[1]);
  if (version > checkpointVersion) {
    return { problem: `expected a checkpoint of version ${checkpointVersion} or older, got ${version}; update hgmlp` };
  }
  const damaged = { problem: 'damaged or cut off' };
  const end = bytes.length - checksumBytes;
  const textStart = opening[0].length + lengthBytes;
  if (version < 1 || end < textStart) return damaged;
  if (!checksumOf(bytes.subarray(0, end)).equals(bytes.subarray(end))) return damaged;
  const values = valuesStart(opening[0].length, bytes.readUInt32LE(opening[0].length));
  const document = values <= end ? parseDocument(bytes.subarray(textStart, values)) : null;
  if (document === null || values + floatBytes(document.arrays) !== end) return damaged;
  return { ...document, arrays: readArrays(bytes.subarray(values, end), document.arrays) };
}

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

/** The checkpoint of the pack with these keys; null where there is none. Never throws. */
export async function readCheckpoint(folder: string, keys: readonly string[]): Promise<Checkpoint | Unusable | null> {
  const file = checkpointFile(folder, keys);
  try {
    const found = await stat(file);
    if (!found.isFile()) return { problem: 'expected a file, got something else' };
    if (found.size > mostBytes) return { problem: `expected at most ${mostBytes} bytes, got ${found.size}` };
    const decoded = decodeCheckpoint(await readFile(file));
    if (isUnusable(decoded) || isDeepStrictEqual(decoded.keys, keys)) return decoded;
    return { problem: 'expected the checkpoint of these runs, got that of others' };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    return { problem: messageOf(fileError(error, 'read', file)) };
  }
}

/** Where the folder keeps the checkpoint of the pack with these keys: under their hash, so no text of a file leads here. */
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

/** A training that was stopped, and may go on. */
export type StoppedTraining = Pick<Checkpoint, 'keys' | 'startedAt' | 'elapsedMs'>;

/** Those that the folder has checkpoints of. Never throws; what cannot be read is left out. */
export async function stoppedTrainings(folder: string): Promise<StoppedTraining[]> {
  const documents = await Promise.all((await namesIn(folder)).map((name) => documentIn(folder, name)));
  return documents.filter((document) => document !== null);
}

async function namesIn(folder: string): Promise<string[]> {
  return readdir(folder).catch(() => []);
}

/** The document alone, as the arrays may be large; null where the file is no checkpoint under its own name. */
async function documentIn(folder: string, name: string): Promise<Document | null> {
  if (!name.endsWith('.checkpoint')) return null;
  try {
    await requireRegularFile(path.join(folder, name));
    const handle = await open(path.join(folder, name));
    try {
      const start = await readPart(handle, 0, 40);
      const [line] = firstLine.exec(start.toString('latin1'))!;
      const text = await readPart(handle, line.length + lengthBytes, start.readUInt32LE(line.length));
      const document = parseDocument(text)!;
      // The name is the keys' hash, which stands in for the checksum of the whole.
      return path.basename(checkpointFile(folder, document.keys)) === name ? document : null;
    } finally {
      await handle.close();
    }
  } catch {
    return null;
  }
}

async function readPart(handle: FileHandle, position: number, length: number): Promise<Buffer> {
  const { size } = await handle.stat();
  const buffer = Buffer.alloc(Math.min(length, size - position));
  await handle.read(buffer, 0, buffer.length, position);
  return buffer;
}
