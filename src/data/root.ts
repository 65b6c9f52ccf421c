/** The folder with the data sets: the one that was given, or else the user's cache folder. */
import path from 'node:path';
import { UserError } from '../base/errors.js';
import { homeFolder } from '../base/home.js';
import { shellLine } from '../base/shell-line.js';

/** Says in which folder the data sets are. */
export interface DataRoot {
  /** Throws a UserError where none was given and this user has no cache folder. */
  readonly folder: string;
  /** Somebody named it: `--data-folder` or `HGMLP_DATA`. */
  readonly given: boolean;
}

/**
 * Gives the root: the folder that was given, else `~/.cache/hgmlp` on Linux, which is looked up when it is asked for.
 */
export function dataRoot(given?: string | null): DataRoot {
  if (given !== undefined && given !== null) return { folder: given, given: true };
  return {
    get folder() {
      return cacheFolder();
    },
    given: false,
  };
}

/** Gives the folder of a data set in the root. */
export function datasetFolder(root: DataRoot, name: string): string {
  return path.join(root.folder, name);
}

/** Writes the command that makes a data set ready in this root, as a shell reads it. */
export function fetchCommand(root: DataRoot, ...words: readonly string[]): string {
  const place = root.given ? ['--data-folder', root.folder] : [];
  return shellLine(['hgmlp', 'data', 'fetch', ...words, ...place]);
}

/**
 * Where the system keeps what can be had again. Relative paths are passed over, as the source demands. Own code, because
 * env-paths looks the home folder up when it is loaded, and throws then where there is none.
 * Source: freedesktop.org, "XDG Base Directory Specification"; Apple, "File System Programming Guide".
 */
function cacheFolder(): string {
  const { XDG_CACHE_HOME, LOCALAPPDATA } = process.env;
  if (process.platform === 'win32')
    return path.join(absolute(LOCALAPPDATA) ?? inHome('AppData', 'Local'), 'hgmlp', 'Cache');
  if (process.platform === 'darwin') return inHome('Library', 'Caches', 'hgmlp');
  return path.join(absolute(XDG_CACHE_HOME) ?? inHome('.cache'), 'hgmlp');
}

function absolute(folder: string | undefined): string | null {
  return folder !== undefined && path.isAbsolute(folder) ? folder : null;
}

function inHome(...parts: readonly string[]): string {
  const home = homeFolder();
  if (home !== null) return path.join(home, ...parts);
  throw new UserError(
    'data sets: expected a folder to keep them in, got a user without a home folder; name one with --data-folder or HGMLP_DATA',
  );
}
