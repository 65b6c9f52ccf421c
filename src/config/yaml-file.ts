/** Reads a configuration file, and remembers where each of its keys stands. */
import { readFile } from 'node:fs/promises';
import { isMap, isScalar, LineCounter, parseDocument, type Document } from 'yaml';
import { messageOf, UserError } from '../base/errors.js';
import { fileError } from '../base/files.js';

export interface ConfigFile {
  readonly path: string;
  readonly values: ReadonlyMap<string, unknown>;
  /** `configs/x.yaml:12:3`, where a key stands. */
  where(key: string): string;
}

/** The most times one anchor may be repeated, so that a small file cannot fill the memory. */
const maximumAliases = 100;

/** The keys and values of a YAML mapping. Throws a UserError with line and column where it is none. */
export async function readConfigFile(path: string): Promise<ConfigFile> {
  const lines = new LineCounter();
  const document = parseDocument(await readText(path), { lineCounter: lines, prettyErrors: false });
  const at = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return `${path}:${line}:${col}`;
  };
  const [fault] = document.errors;
  if (fault) throw new UserError(`${at(fault.pos[0])}: expected YAML, got a syntax error: ${firstLine(fault.message)}`);
  if (document.contents !== null && !isMap(document.contents)) {
    throw new UserError(`${path}:1:1: expected options as 'key: value' lines, got something else`);
  }
  const offsets = keyOffsets(document);
  return { path, values: valuesOf(document, path), where: (key) => at(offsets.get(key) ?? 0) };
}

async function readText(path: string): Promise<string> {
  let bytes: Buffer;
  try {
    bytes = await readFile(path);
  } catch (error) {
    throw fileError(error, 'read the configuration file', path);
  }
  if (bytes.includes(0)) throw new UserError(`${path}: expected a YAML text file, got a binary file`);
  return bytes.toString('utf8');
}

function keyOffsets(document: Document): Map<string, number> {
  const items = isMap(document.contents) ? document.contents.items : [];
  return new Map(
    items.flatMap(({ key }) => (isScalar(key) ? [[String(key.value), key.range?.[0] ?? 0] as const] : [])),
  );
}

function valuesOf(document: Document, path: string): Map<string, unknown> {
  try {
    const values = document.toJS({ mapAsMap: true, maxAliasCount: maximumAliases }) as Map<unknown, unknown> | null;
    return new Map([...(values ?? [])].map(([key, value]) => [String(key), plain(value)]));
  } catch (error) {
    throw new UserError(`${path}: expected plain YAML, got: ${firstLine(messageOf(error))}`);
  }
}

/** Mappings as objects without a prototype, so that no key means anything to JavaScript. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (!(value instanceof Map)) return value;
  const result = Object.create(null) as Record<string, unknown>;
  for (const [key, item] of value as Map<unknown, unknown>) result[String(key)] = plain(item);
  return result;
}

function firstLine(message: string): string {
  return message.split('\n')[0]!;
}
