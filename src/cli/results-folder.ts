/** The results folder of a study: found, checked, cleared. */
import { readdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { shapes } from '../arch/arch.js';
import { UserError } from '../base/errors.js';
import { ensureWritableFolder, fileError } from '../base/files.js';
import { isAbandoned } from '../base/unfinished.js';
import {
  forbiddenChanges,
  readStoredConfig,
  storedConfigFile,
  writeStoredConfig,
  type StoredConfig,
} from '../config/stored.js';
import { options } from '../config/options.js';
import { studyIdFile } from '../execute/fleet/study-id.js';
import { decisionsFile } from '../report/decisions.js';
import { checkpointsFolder } from '../run/checkpoint.js';
import { samplesFile, samplesFolder } from '../run/sample-sheet.js';
import type { Terminal } from './terminal.js';

/** All that hgmlp writes into a results folder, and so all that `--fresh` removes. */
const ownNames = [
  ...[storedConfigFile, 'log', checkpointsFolder, samplesFolder, 'runs.csv', decisionsFile, studyIdFile],
  ...['frontier.csv', 'frontier.svg', 'frontier.png', 'frontier.html', ...shapes.map(samplesFile)],
  ...['trend.svg', 'trend.png'],
  ...['reproduction.csv', 'reproduction.md', 'reproduction.svg', 'reproduction.png'],
];

/** Ours, or the unfinished copy of ours that a kill in mid-write left behind. */
export const isOwn = (name: string) =>
  ownNames.some((own) => name === own || (name.startsWith(`${own}.`) && name.endsWith('.tmp')));

export const resultsRoot = 'results';

/** What a report names as its source: it is the same wherever the folder stands and however a search was resumed. */
export function reproducingCommand(config: StoredConfig): string {
  if (config.importedFrom !== undefined) return config.importedFrom.command;
  // Only a reproduction has a time to keep to.
  if (config.maxTime === undefined) return `hgmlp search --config ${storedConfigFile}`;
  const flags = reproductionKeys.flatMap((key) => {
    const value = config[key] as string | number | undefined;
    return value === undefined || value === options[key].default ? [] : `${options[key].flag.split(' ')[0]} ${value}`;
  });
  return ['hgmlp reproduce', config.task, ...flags, '--max-time', config.maxTime].join(' ');
}

/** What decides the runs of a reproduction, beside its task and its time. */
const reproductionKeys = ['replicates', 'epochs', 'seed', 'engine'] as const;

/** Where a study goes that was given no folder. */
export function defaultFolder(studyName: string): string {
  return path.join(resultsRoot, studyName);
}

export interface Opening {
  readonly folder: string;
  readonly config: StoredConfig;
  readonly fresh: boolean;
  /** Do not ask. */
  readonly yes: boolean;
  readonly terminal: Terminal;
}

/**
 * Makes the folder ready for the study: a new one, or one that holds the same study. Throws a UserError where it holds
 * another study or other files, or cannot be written.
 */
export async function openResultsFolder({ folder, config, fresh, yes, terminal }: Opening): Promise<void> {
  await ensureWritableFolder(folder);
  if (fresh) await clear(folder, { yes, terminal });
  const stored = await readStoredConfig(folder);
  if (stored === null) await refuseForeignFolder(folder);
  if (stored?.importedFrom) {
    throw new UserError(
      `${folder} holds runs imported from ${stored.importedFrom.file}, which a search cannot add to; ` +
        'choose another folder with --out, or start over with --fresh',
    );
  }
  const changes = stored === null ? [] : forbiddenChanges(stored, config);
  if (changes.length > 0) {
    throw new UserError(
      `${folder} holds another study (${changes.join('; ')}); choose another folder with --out, or start over with --fresh`,
    );
  }
  await removeAbandoned(folder, isOwn);
  for (const inside of [samplesFolder, checkpointsFolder]) await removeAbandoned(path.join(folder, inside), () => true);
  await writeStoredConfig(folder, config);
}

/** Removes what a killed process was writing. Others may be writing into a shared folder meanwhile: theirs stays. */
async function removeAbandoned(folder: string, isOurs: (name: string) => boolean): Promise<void> {
  for (const name of await namesIn(folder)) {
    const file = path.join(folder, name);
    if (!name.endsWith('.tmp') || !isOurs(name) || !(await isAbandoned(file))) continue;
    await rm(file, { force: true }).catch((error: unknown) => {
      throw fileError(error, 'remove', file);
    });
  }
}

async function clear(folder: string, { yes, terminal }: Pick<Opening, 'yes' | 'terminal'>): Promise<void> {
  const own = (await readdir(folder)).filter(isOwn);
  if (own.length === 0) return;
  if (!yes && terminal.interactive && !(await terminal.confirm(`Throw away the results in ${folder}?`))) {
    throw new UserError(
      `${folder} was left as it is; run without --fresh to resume, or choose another folder with --out`,
    );
  }
  for (const name of own) await rm(path.join(folder, name), { recursive: true });
}

async function refuseForeignFolder(folder: string): Promise<void> {
  const first = (await readdir(folder)).find((name) => !isOwn(name));
  if (first === undefined) return;
  throw new UserError(
    `${folder}: expected an empty folder or one with results, got other files (${first}); choose another with --out`,
  );
}

/** The folder that was named, or else the study in results/ that was written last. Throws a UserError if there is none. */
export async function findResultsFolder(named: string | undefined): Promise<string> {
  if (named !== undefined) {
    if ((await readStoredConfig(named)) !== null) return named;
    throw new UserError(
      `${named}: expected a results folder, got none with a ${storedConfigFile}; 'hgmlp search' makes one`,
    );
  }
  const written = await Promise.all(
    (await namesIn(resultsRoot)).map((name) => lastWritten(path.join(resultsRoot, name))),
  );
  const [latest] = written.flat().sort((left, right) => right.timeMs - left.timeMs);
  if (latest) return latest.folder;
  throw new UserError(
    `expected a results folder in ${resultsRoot}/, got none; name one, or make one with 'hgmlp search'`,
  );
}

/** The names in a folder; none where it is missing. `action` is what an error says could not be done. */
export async function namesIn(folder: string, action = 'read'): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw fileError(error, action, folder);
  }
}

async function lastWritten(folder: string): Promise<{ folder: string; timeMs: number }[]> {
  try {
    const { mtimeMs } = await stat(path.join(folder, storedConfigFile));
    return [{ folder, timeMs: mtimeMs }];
  } catch {
    return [];
  }
}
