/** The folder with the data sets: the one that was given, or else the user's cache folder by XDG's rules. */
import path from 'node:path';
import envPaths from 'env-paths';

export interface DataRoot {
  readonly folder: string;
  /** Somebody named it: `--data-folder` or `HGMLP_DATA`. */
  readonly given: boolean;
}

/** `~/.cache/hgmlp` on Linux, where none was given. */
export function dataRoot(given?: string | null): DataRoot {
  if (given !== undefined && given !== null) return { folder: given, given: true };
  return { folder: envPaths('hgmlp', { suffix: '' }).cache, given: false };
}

/** Where a data set stands in the root. */
export function datasetFolder(root: DataRoot, name: string): string {
  return path.join(root.folder, name);
}
