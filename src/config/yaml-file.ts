/** Reads a configuration file, and remembers where each of its keys and values stands. */
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
import { readRegularFile } from '../base/regular-files.js';
import { shown } from '../base/shown.js';

/** Holds the values of a configuration file by key, and knows where each stands. */
export interface ConfigFile {
  readonly values: ReadonlyMap<string, unknown>;
  /** `configs/x.yaml:12:3`, where a key or its value stands. */
  where(path: KeyPath, part: keyof Spot): string;
}

/** Leads to a value, from the outermost key inwards; numbers count the items of a list from 0. */
export type KeyPath = readonly (string | number)[];

/** The most times one anchor may be repeated, so that a small file cannot fill the memory. */
const maximumAliases = 100;
const largestFileBytes = 1_000_000;

/** Reads the keys and values of a YAML mapping. Throws a UserError with line and column where it is none. */
export async function readConfigFile(path: string): Promise<ConfigFile> {
  return parseConfig(await readText(path), path);
}

/** Does the same with a text that stands in the file, or is to stand there. */
export function parseConfig(text: string, path: string): ConfigFile {
  if (Buffer.byteLength(text) > largestFileBytes) {
    throw new UserError(`${path}: expected a configuration file of at most 1 MB, got a larger one; shorten its lists`);
  }
  const lines = new LineCounter();
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
  const { values, formerOf } = withTodaysKeys(valuesOf(document, at));
  return {
    values,
    where: ([key, ...rest], part) =>
      at(offsetOf(spotOf(document, key === undefined ? [] : [formerOf(key), ...rest])[part])),
  };
}

/** Gives the former names of keys that were called otherwise, as older files have them. */
export const formerKeys = { size: 'count' } as const;

function withTodaysKeys(written: ReadonlyMap<string, unknown>) {
  const renamed = Object.entries<string>(formerKeys).filter(
    ([key, former]) => written.has(former) && !written.has(key),
  );
  const todaysOf = new Map<string, string>(renamed.map(([key, former]) => [former, key]));
  const formerOf = new Map(renamed.map(([key, former]) => [key, former]));
  return {
    values: new Map([...written].map(([key, value]) => [todaysOf.get(key) ?? key, value] as const)),
    formerOf: (key: string | number) => formerOf.get(String(key)) ?? key,
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
  try {
    return await readRegularFile(path, { mostBytes: largestFileBytes, what: 'a configuration file' });
  } catch (error) {
    throw fileError(error, 'read the configuration file', path);
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
