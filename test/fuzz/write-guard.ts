/**
 * Keeps what is fed from writing outside of one folder: every function of node:fs that changes a disk looks first where.
 * A write elsewhere is refused, so that it does no harm, and told.
 */
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import path from 'node:path';

export interface WriteGuard {
  /** What is written while it runs stays inside the folder. Throws where anything was to be written elsewhere. */
  watch<Value>(folder: string, does: () => Promise<Value>): Promise<Value>;
  /** Gives node:fs back. */
  close(): void;
}

type Call = (...values: unknown[]) => unknown;
type Calls = Record<string, Call>;

/** The places that a call would change, by the function's name without `Sync`. */
const changed: Readonly<Record<string, (...values: unknown[]) => unknown[]>> = {
  ...Object.fromEntries(
    ['writeFile', 'appendFile', 'mkdir', 'mkdtemp', 'rm', 'rmdir', 'unlink', 'truncate'].map((name) => [name, first]),
  ),
  ...Object.fromEntries(['chmod', 'chown', 'lchown', 'utimes', 'lutimes'].map((name) => [name, first])),
  ...Object.fromEntries(['symlink', 'link', 'copyFile', 'cp'].map((name) => [name, second])),
  rename: (from, to) => [from, to],
  open: (file, flags) => (opensForWriting(flags) ? [file] : []),
  createWriteStream: first,
};

function first(place: unknown): unknown[] {
  return [place];
}

function second(_: unknown, place: unknown): unknown[] {
  return [place];
}

function opensForWriting(flags: unknown): boolean {
  if (typeof flags === 'number') {
    const { O_WRONLY, O_RDWR, O_CREAT, O_TRUNC, O_APPEND } = fs.constants;
    return (flags & (O_WRONLY | O_RDWR | O_CREAT | O_TRUNC | O_APPEND)) !== 0;
  }
  return typeof flags === 'string' && !/^rs?$/.test(flags);
}

export function openWriteGuard(): WriteGuard {
  let allowed: string | null = null;
  const outside: string[] = [];
  const { realpathSync } = fs;
  const check = (name: string, places: readonly unknown[]) => {
    if (allowed === null) return;
    for (const place of places) {
      // A number is a file that is open already.
      if (typeof place === 'number' || isInside(allowed, realPlace(pathOf(place), realpathSync))) continue;
      outside.push(`${name} ${pathOf(place)}`);
      throw new Error(`a write outside of ${allowed}: ${name} ${pathOf(place)}`);
    }
  };
  const restore = [guarded(fs as unknown as Calls, check), guarded(fs.promises as unknown as Calls, check)];
  syncBuiltinESMExports();
  return {
    async watch(folder, does) {
      allowed = realPlace(folder, realpathSync);
      outside.length = 0;
      try {
        return await does();
      } finally {
        allowed = null;
        // Also where what was fed took the refusal for something else.
        if (outside.length > 0) throw new Error(`a write outside of ${folder}: ${outside.join(', ')}`);
      }
    },
    close() {
      for (const step of restore) step();
      syncBuiltinESMExports();
    },
  };
}

/** Puts a check before each function; gives what takes it away again. */
function guarded(calls: Calls, check: (name: string, places: readonly unknown[]) => void): () => void {
  const names = Object.keys(changed).flatMap((name) => [name, `${name}Sync`]);
  const originals = names.flatMap((name) => (calls[name] === undefined ? [] : [[name, calls[name]] as const]));
  for (const [name, original] of originals) {
    const places = changed[name.replace(/Sync$/, '')]!;
    const isPromised = calls === (fs.promises as unknown as Calls);
    calls[name] = function (this: unknown, ...values: unknown[]) {
      try {
        check(name, places(...values));
      } catch (error) {
        if (isPromised) return Promise.reject(asError(error));
        throw error;
      }
      return original.apply(this, values);
    };
  }
  return () => {
    for (const [name, original] of originals) calls[name] = original;
  };
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}

function pathOf(place: unknown): string {
  return path.resolve(place instanceof URL ? place.pathname : String(place));
}

/** Where a path leads once links are followed, whether or not its end is there. */
function realPlace(place: string, realpathSync: (place: string) => string): string {
  try {
    return realpathSync(place);
  } catch {
    const parent = path.dirname(place);
    return parent === place ? place : path.join(realPlace(parent, realpathSync), path.basename(place));
  }
}

function isInside(folder: string, place: string): boolean {
  return place === folder || place.startsWith(folder + path.sep);
}
