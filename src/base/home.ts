/** The user's home folder, looked up where it is asked for: in a container with an unknown user there may be none. */
import { homedir, userInfo } from 'node:os';
import path from 'node:path';
import { UserError } from './errors.js';

/**
 * Gives the user's home folder, from the environment, else from the system's list of users; null where neither names an
 * absolute path.
 */
export function homeFolder(): string | null {
  return [homedir, () => userInfo().homedir].map(absoluteOf).find((folder) => folder !== null) ?? null;
}

/** A relative one would change with the working folder. A user without an entry in the list makes the system throw. */
function absoluteOf(lookUp: () => string): string | null {
  try {
    const folder = lookUp();
    return path.isAbsolute(folder) ? folder : null;
  } catch {
    return null;
  }
}

/**
 * Puts the home folder in place of a `~` that is the first part of a path, for where no shell has put it there, as in
 * `--out=~/x`, `folder:~/x` and a file. `./~` is a folder of that name, and so is `~name`. Throws a UserError where the
 * home folder is not known.
 */
export function withHome(file: string): string {
  if (!/^~($|[/\\])/.test(file)) return file;
  const home = homeFolder();
  if (home !== null) return home + file.slice(1);
  throw new UserError(`${file}: expected a home folder for ~, got none for this user; write the path out, or set HOME`);
}
