/**
 * How the program was started, so that every command that we print can be typed as it stands: who came by npx has no
 * `hgmlp` on the PATH. Texts everywhere say `hgmlp search …`; what is shown goes through here.
 */
import { realpathSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { shellLine } from '../../base/shell-line.js';
import { commandNames } from '../../config/options.js';

/** Describes how a process was started. */
export interface Start {
  /** The file that Node.js was given, as an absolute path; undefined where there was none. */
  readonly script: string | undefined;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly workingFolder: string;
}

const program = fileURLToPath(new URL('../../../bin/hgmlp.js', import.meta.url));

/** Gives what starts the program again where it was started: `hgmlp`, `npx hgmlp` or `node bin/hgmlp.js`. */
export function typedProgram({ script, environment, workingFolder }: Start = ofThisProcess()): string {
  if (script === undefined || realPath(script) !== realPath(program)) return 'hgmlp';
  // npx, and the scripts of a package.json, put folders on the PATH that the user's shell does not have.
  const isByNpm = environment['npm_command'] !== undefined || environment['npm_lifecycle_event'] !== undefined;
  if (isByNpm && script.split(path.sep).includes('node_modules')) return 'npx hgmlp';
  if (isOnPath(environment)) return 'hgmlp';
  const relative = path.relative(workingFolder, script);
  return shellLine(['node', relative.length < script.length ? relative : script]);
}

let known: string | null = null;

/** Gives the text with each `hgmlp` before the name of a command as it is typed here. */
export function asTyped(text: string, typed?: string): string {
  return text.replace(beforeCommand, () => typed ?? (known ??= typedProgram()));
}

const firstWords = [...new Set(commandNames.map((name) => name.split(' ')[0]!))];
/** Not in a path, nor in what somebody else has named. */
const beforeCommand = new RegExp(`(?<![\\w./@-])hgmlp(?= (?:${firstWords.join('|')}|help)\\b)`, 'g');

function ofThisProcess(): Start {
  return { script: process.argv[1], environment: process.env, workingFolder: workingFolder() };
}

/** It may be gone. */
function workingFolder(): string {
  try {
    return process.cwd();
  } catch {
    return path.parse(program).root;
  }
}

function isOnPath(environment: Start['environment']): boolean {
  const folders = (environment['PATH'] ?? environment['Path'] ?? '').split(path.delimiter);
  // What npm puts there on Windows is a script of its own.
  return folders.some((folder) =>
    process.platform === 'win32'
      ? realPath(path.join(folder, 'hgmlp.cmd')) !== null
      : realPath(path.join(folder, 'hgmlp')) === realPath(program),
  );
}

function realPath(file: string): string | null {
  try {
    return realpathSync(file);
  } catch {
    return null;
  }
}
