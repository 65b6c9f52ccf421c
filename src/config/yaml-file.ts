/** Reads a configuration file, and remembers where each of its keys and values stands. */
import { constants, open, type FileHandle } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';
import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  visit,
  type Alias,
  type Document,
  type Node,
  type Pair,
  type YAMLError,
} from 'yaml';
import { messageOf, UserError } from '../base/errors.js';
import { fileError } from '../base/files.js';
import { shown } from '../base/shown.js';

export interface ConfigFile {
  readonly values: ReadonlyMap<string, unknown>;
  /** `configs/x.yaml:12:3`, where a key or its value stands. */
  where(path: KeyPath, part: keyof Spot): string;
}

/** From the outermost key inwards; numbers count the items of a list from 0. */
export type KeyPath = readonly (string | number)[];

/** The most times one anchor may be repeated, so that a small file cannot fill the memory. */
const maximumAliases = 100;
const largestFileBytes = 1_000_000;

/** The keys and values of a YAML mapping. Throws a UserError with line and column where it is none. */
export async function readConfigFile(path: string): Promise<ConfigFile> {
  const lines = new LineCounter();
  const text = await readText(path);
  // The parser compares every two keys of a mapping, which takes it a minute for a file of keys alone.
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: false });
  const at = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return `${path}:${line}:${col}`;
  };
  const [fault] = [...document.errors, ...document.warnings];
  if (fault) throw new UserError(`${at(fault.pos[0])}: expected YAML, got a syntax error: ${readable(fault)}`);
  if (document.contents !== null && !isMap(document.contents)) {
    throw new UserError(`${path}:1:1: expected options as 'key: value' lines, got something else`);
  }
  refuseKeys(document, at);
  return {
    values: valuesOf(document, at),
    where: (keyPath, part) => at(offsetOf(spotOf(document, keyPath)[part])),
  };
}

async function readText(path: string): Promise<string> {
  const bytes = await readBytes(path);
  try {
    if (!bytes.includes(0)) return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    // Not UTF-8: refused below, as a zero byte is.
  }
  throw new UserError(`${path}: expected a YAML text file, got a binary file`);
}

async function readBytes(path: string): Promise<Buffer> {
  const bytes = await readOpened(path).catch((error: unknown) => {
    throw fileError(error, 'read the configuration file', path);
  });
  if (bytes.length <= largestFileBytes) return bytes;
  throw new UserError(`${path}: expected a configuration file of at most 1 MB, got a larger one; check the path`);
}

async function readOpened(path: string): Promise<Buffer> {
  // A pipe without a writer would be waited for while it is opened, where nothing can end the wait.
  const file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    const isPipe = (await file.stat()).isFIFO();
    return await readAll(file, { isPipe, path });
  } finally {
    await file.close();
  }
}

/** `--config <(…)` is a pipe, whose writer may take a while; a device may have no end. In milliseconds. */
const longestSilenceMs = 10_000;
const pauseMs = 10;

/** Up to a byte more than there may be. */
async function readAll(file: FileHandle, { isPipe, path }: { isPipe: boolean; path: string }): Promise<Buffer> {
  const bytes = Buffer.alloc(largestFileBytes + 1);
  let length = 0;
  let silentSince = performance.now();
  while (length < bytes.length) {
    const read = await readSome(file, bytes, length);
    // Before the first byte its writer may not have come yet.
    const isAtEnd = read === 0 && (length > 0 || !isPipe);
    if (isAtEnd) break;
    if (read) {
      length += read;
      silentSince = performance.now();
    } else if (performance.now() - silentSince > longestSilenceMs) {
      throw new UserError(`${path}: expected YAML text, got nothing for ${longestSilenceMs / 1000} s; write it to a file`);
    } else await setTimeout(pauseMs);
  }
  return bytes.subarray(0, length);
}

/** Bytes; 0 at the end, and null where there are none yet. */
async function readSome(file: FileHandle, bytes: Buffer, offset: number): Promise<number | null> {
  try {
    return (await file.read(bytes, offset)).bytesRead;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EAGAIN') return null;
    throw error;
  }
}

/** Throws a UserError for a key that stands twice in a mapping, or is more than a word. */
function refuseKeys(document: Document, at: (offset: number) => string): void {
  visit(document, {
    Map(_, { items }) {
      const known = new Set<unknown>();
      for (const { key } of items as Pair<Node | null>[]) {
        if (!isScalar(key)) throw new UserError(`${at(offsetOf(key))}: expected a word as key, got something else`);
        if (known.has(key.value)) {
          throw new UserError(`${at(offsetOf(key))}: expected each key once, got ${shown(key.value)} twice`);
        }
        known.add(key.value);
      }
    },
  });
}

function valuesOf(document: Document, at: (offset: number) => string): Map<string, unknown> {
  try {
    const values = document.toJS({ mapAsMap: true, maxAliasCount: maximumAliases }) as Map<unknown, unknown> | null;
    return new Map([...(values ?? [])].map(([key, value]) => [String(key), plain(value)]));
  } catch (error) {
    // Once a file is parsed only its aliases can fail: one without an anchor, one inside its own anchor, too many.
    const place = at(offsetOf(suspectAlias(document)));
    throw new UserError(`${place}: expected plain YAML, got: ${readable(error)}; write the values out`, undefined, {
      cause: error,
    });
  }
}

/** The first alias without an anchor, or else the first one. */
function suspectAlias(document: Document): Alias | undefined {
  const aliases: Alias[] = [];
  visit(document, { Alias: (_, alias) => void aliases.push(alias) });
  return aliases.find((alias) => alias.resolve(document) === undefined) ?? aliases[0];
}

/** The parser's words, where they help somebody who writes YAML. */
function readable(error: unknown): string {
  if ((error as Partial<YAMLError>).code === 'MULTIPLE_DOCS') return 'the file holds several documents, expected one';
  const [line] = messageOf(error).split('\n');
  return line!.includes('call stack') ? 'values are nested too deeply' : line!;
}

/** Mappings as objects without a prototype, so that no key means anything to JavaScript. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (!(value instanceof Map)) return value;
  const result = Object.create(null) as Record<string, unknown>;
  for (const [key, item] of value as Map<unknown, unknown>) result[String(key)] = plain(item);
  return result;
}

interface Spot {
  readonly key: Node | null;
  readonly value: Node | null;
}

/** The nodes at the end of a path, or as far along it as the file goes. */
function spotOf(document: Document, path: KeyPath): Spot {
  let spot: Spot = { key: null, value: document.contents };
  for (const step of path) {
    const node = isAlias(spot.value) ? spot.value.resolve(document) : spot.value;
    const next = childOf(node, step);
    if (next === undefined) break;
    spot = next;
  }
  return spot;
}

function childOf(node: Node | null | undefined, step: string | number): Spot | undefined {
  if (isSeq<Node>(node)) {
    const item = node.items[Number(step)];
    return item && { key: item, value: item };
  }
  if (!isMap<Node, Node | null>(node)) return undefined;
  const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === step);
  return pair && { key: pair.key, value: pair.value ?? pair.key };
}

function offsetOf(node: Node | null | undefined): number {
  return node?.range?.[0] ?? 0;
}
