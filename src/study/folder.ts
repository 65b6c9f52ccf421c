/** The results folder of a study: found, checked, cleared. */
import { readdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { UserError } from '../base/errors.js';
import { ensureWritableFolder, fileError, refuseLink } from '../base/files.js';
import { abandonedAmong } from '../base/unfinished.js';
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
import { isClaim, whileClaimed, type Claim } from '../run/claim.js';
import { isSamplesFile, samplesFolder } from '../run/sample-sheet.js';
import type { Port } from './port.js';

/** What hgmlp writes into a results folder beside samples, and so what `--fresh` removes. */
const ownNames = [
  ...[storedConfigFile, 'log', checkpointsFolder, samplesFolder, 'runs.csv', decisionsFile, studyIdFile],
  ...['frontier.csv', 'frontier.svg', 'frontier.png', 'frontier.html'],
  ...['trend.svg', 'trend.png'],
  ...['reproduction.csv', 'reproduction.md', 'reproduction.svg', 'reproduction.png'],
];

/** Names the hidden folder, inside a results folder or beside the place of one, of what is to be put there. */
export const stagingName = '.hgmlp-unfinished';

/** Tells whether a name in a results folder is ours, or of what a kill in mid-write left behind. */
export const isOwn = (name: string) =>
  isClaim(name) ||
  isSamplesFile(name.replace(/(\.png)\..*\.tmp$/, '$1')) ||
  [...ownNames, stagingName].some((own) => name === own || isUnfinished(name, own));

const isUnfinished = (name: string, own: string) => name.startsWith(`${own}.`) && name.endsWith('.tmp');

/** What systems, editors and batch systems leave in a folder that is empty to whoever looks: it stays, whatever happens. */
const bystanders = [
  ...['.DS_Store', '.directory', '.gitignore', '.gitkeep', 'desktop.ini', 'lost+found', 'Thumbs.db'],
  // Of macOS on other file systems, of NFS for files that were removed while they were open, and of Slurm.
  ...[/^\._/, /^\.nfs/, /^slurm-.*\.out$/],
];

/** Tells whether a name is of a file that every folder may have; such files are neither results nor in their way. */
export const isBystander = (name: string) =>
  bystanders.some((bystander) => (typeof bystander === 'string' ? name === bystander : bystander.test(name)));

/** Tells whether a name is neither ours nor one that every folder may have. */
export const isForeign = (name: string) => !isOwn(name) && !isBystander(name);

/** Names the folder in which results folders stand by default, within the working folder. */
export const resultsRoot = 'results';

/**
 * Gives the command that a report names as its source: it is the same wherever the folder stands and however a search
 * was resumed.
 */
export function reproducingCommand(config: StoredConfig): string {
  if (config.importedFrom !== undefined) return config.importedFrom.command;
  // Only a reproduction has a time to keep to.
  if (config.maxTime === undefined) return `hgmlp search --config ${storedConfigFile}`;
  const flags = decidingKeys.flatMap((key) => {
    const value = config[key] as string | number | undefined;
    return value === undefined || value === options[key].default ? [] : `${options[key].flag.split(' ')[0]} ${value}`;
  });
  return ['hgmlp reproduce', config.task, ...flags, '--max-time', config.maxTime].join(' ');
}

/** What decides the runs of a reproduction, beside its task and its time. */
const decidingKeys = ['replicates', 'epochs', 'seed', 'engine'] as const;

/** Gives the folder of a study that was given none. */
export function defaultFolder(studyName: string): string {
  return path.join(resultsRoot, studyName);
}

/**
 * Does the work in a results folder that nobody else writes into meanwhile; it is made if it is missing. Throws a UserError
 * where it holds other files, cannot be written, or another process writes there.
 * @param share what of a shared folder this process writes, such as `2/8`; null for all of it
 */
export async function inResultsFolder<Result>(
  folder: string,
  share: string | null,
  work: (claim: Claim) => Promise<Result>,
): Promise<Result> {
  await ensureWritableFolder(folder);
  // Nothing is written among files that are not ours, not even a claim.
  if ((await readStoredConfig(folder)) === null) await refuseForeignFolder(folder);
  return whileClaimed(folder, share, work);
}

/** Does the work while nobody else writes into those of the folders that stand already. Throws a UserError as whileClaimed does. */
export async function inStandingFolders<Result>(
  folders: readonly string[],
  work: () => Promise<Result>,
): Promise<Result> {
  const [first, ...rest] = folders;
  if (first === undefined) return work();
  if ((await stat(first).catch(() => null)) === null) return inStandingFolders(rest, work);
  return whileClaimed(first, null, async ({ confirm }) => {
    const result = await inStandingFolders(rest, work);
    await confirm();
    return result;
  });
}

/** Says which study a results folder is made ready for, and who may be asked. */
export interface FolderOpening {
  readonly folder: string;
  readonly config: StoredConfig;
  readonly fresh: boolean;
  /** Do not ask. */
  readonly yes: boolean;
  readonly port: Port;
  /** On the folder; without one it is the caller's to see that nobody else writes there. */
  readonly claim?: Claim;
}

/**
 * Makes the folder ready for the study: a new one, or one that holds the same study. Throws a UserError where it holds
 * another study or other files, or cannot be written.
 */
export async function openResultsFolder(opening: FolderOpening): Promise<void> {
  const { folder, config, fresh, yes, port, claim } = opening;
  await ensureWritableFolder(folder);
  if (fresh) await clear(folder, { yes, port });
  const goOn = async () => {
    await requireSameStudy(folder, config);
    await tidy(folder);
    await writeStoredConfig(folder, config);
  };
  // Others with a share of the folder write the configuration too.
  await (claim === undefined ? goOn() : claim.alone(goOn));
}

/** Throws a UserError where the folder holds another study or other files. */
export async function requireSameStudy(folder: string, config: StoredConfig): Promise<void> {
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
}

/**
 * Takes away what killed processes were writing. Throws a UserError where a link stands in the place of a folder that is
 * to be written into.
 */
export async function tidy(folder: string): Promise<void> {
  const inside = ['log', samplesFolder, checkpointsFolder].map((name) => path.join(folder, name));
  for (const each of inside) await refuseLink(each);
  await removeAbandoned(folder, isOwn);
  for (const each of inside) await removeAbandoned(each, () => true);
}

/** Others may be writing into a shared folder meanwhile: theirs stays. */
async function removeAbandoned(folder: string, isOurs: (name: string) => boolean): Promise<void> {
  for (const file of await abandonedAmong(folder, (await namesIn(folder)).filter(isOurs))) {
    await rm(file, { recursive: true, force: true }).catch((error: unknown) => {
      throw fileError(error, 'remove', file);
    });
  }
}

async function clear(folder: string, permission: Permission): Promise<void> {
  await permitClearing(folder, permission);
  for (const name of (await namesIn(folder)).filter((name) => isOwn(name) && !isClaim(name))) {
    const file = path.join(folder, name);
    // A link goes, and what it leads to stays.
    await rm(file, { recursive: true }).catch((error: unknown) => {
      throw fileError(error, 'remove', file);
    });
  }
}

/** Asks before the results of a folder are thrown away, where there are any. Throws a UserError where they are to stay. */
export async function permitClearing(folder: string, permission: Permission): Promise<void> {
  if (!(await namesIn(folder)).some(isResult)) return;
  const kept = `${folder} was left as it is; run without --fresh to resume, or choose another folder with --out`;
  await permitThrowingAway(folder, permission, kept);
}

/** Tells whether a name is of something that somebody might miss: not of what a killed process left behind. */
export function isResult(name: string): boolean {
  return ownNames.includes(name) || isSamplesFile(name);
}

/** Says how leave is got to remove results: it was given beforehand, or the port asks for it. */
export interface Permission {
  /** Do not ask. */
  readonly yes: boolean;
  readonly port: Pick<Port, 'interactive' | 'confirm'>;
}

/**
 * Throws a UserError unless the user lets the results go: with `--yes`, or by an answer where somebody can be asked.
 * @param folders in words
 * @param kept what is said where the answer is no
 */
export async function permitThrowingAway(folders: string, { yes, port }: Permission, kept: string): Promise<void> {
  if (yes) return;
  if (!port.interactive) {
    throw new UserError(
      `--fresh: expected --yes where nobody can be asked, got none and results in ${folders}; add --yes to remove them`,
    );
  }
  if (!(await port.confirm(`Remove the results in ${folders}?`))) throw new UserError(kept);
}

async function refuseForeignFolder(folder: string): Promise<void> {
  const first = (await namesIn(folder)).find(isForeign);
  if (first === undefined) return;
  throw new UserError(
    `${folder}: expected an empty folder or one with results, got other files (${first}); choose another with --out`,
  );
}

/** Gives the folder that was named. Throws a UserError where it holds no results. */
export async function requireResultsFolder(named: string): Promise<string> {
  if ((await readStoredConfig(named)) !== null) return named;
  throw new UserError(
    `${named}: expected a results folder, got none with a ${storedConfigFile}; 'hgmlp search' makes one`,
  );
}

/**
 * Gives the folder that was named, or else, and says so, the study in results/ that was written last. Throws a UserError
 * where there is none.
 */
export async function findResultsFolder(named: string | undefined, { say }: Pick<Port, 'say'>): Promise<string> {
  if (named !== undefined) return requireResultsFolder(named);
  const written = await Promise.all(
    (await namesIn(resultsRoot)).map((name) => lastWritten(path.join(resultsRoot, name))),
  );
  const [latest] = written.flat().sort((left, right) => right.timeMs - left.timeMs);
  if (latest) {
    say(`the latest results: ${latest.folder}`);
    return latest.folder;
  }
  throw new UserError(
    `expected a results folder in ${resultsRoot}/, got none; name one, or make one with 'hgmlp search'`,
  );
}

/** Lists the names in a folder; none where it is missing. `action` is what an error says could not be done. */
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
