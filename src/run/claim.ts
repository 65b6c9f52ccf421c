/**
 * The claim of a process on a results folder: a file in it says who writes there, so that two searches do not train the
 * same. Each process makes a file of its own, whole and under a name that nobody else has, and then looks at those of the
 * others: it has the claim once it sees none that excludes its own. Whoever came second has seen the first, so two never
 * have it. A claim whose process has died is taken away, which is safe for many at a time, as its name never comes again.
 */
import { randomBytes } from 'node:crypto';
import { unlinkSync } from 'node:fs';
import { lstat, open, readdir, readFile, rm, stat, type FileHandle } from 'node:fs/promises';
import { uptime } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { clock } from '../base/clock.js';
import { exitCodes, UserError } from '../base/errors.js';
import { fileError, folderLost, isInPlace, nullIfGone, nullIfMissing, replaceFile } from '../base/files.js';
import { isAlive, ownMark, type ProcessMark } from '../base/processes.js';
import { abandonedAmong } from '../base/unfinished.js';
import { isCount, isText, orNull, recordOf } from './check-run.js';

/** Is the right of this process to write into a results folder, as long as it holds. */
export interface Claim {
  /** It is there as long as the claim holds, and its folder is the one that was claimed. */
  readonly file: string;
  /** Aborted soon after the claim is lost. */
  readonly lost: AbortSignal;
  /** Throws a UserError where it is lost: the folder is gone, or another has its name, or another process took over. */
  confirm(): Promise<void>;
  /** Does what processes with claims beside each other must do one after the other. Throws a UserError where none gets to it. */
  alone<Result>(work: () => Promise<Result>): Promise<Result>;
}

/** What a claim's file says. */
interface ClaimRecord extends ProcessMark {
  /** What nobody else may have: the whole folder, a share such as `2/8`, or for a moment its configuration. */
  readonly holds: string;
  /** ISO 8601, UTC. */
  readonly since: string;
  /** The number of the folder in its file system: a copy of the folder holds a copy of the file. */
  readonly folder: string;
}

const whole = 'whole';
const configuration = 'configuration';

const isRecord = recordOf({
  ...{ machine: isText, processId: isCount, scope: orNull(isText), startTicks: orNull(isText) },
  ...{ holds: isText, since: isText, folder: isText },
});

/** Claims are in the order of their names. */
const claimName = /^claim-[\w-]+\.json$/;
const largestBytes = 10_000;

/** How often a claim is written anew, which a process elsewhere sees by the time of its file. */
const refreshEveryMs = 10_000;
/** One that was not is lost. A network file system may show a time that is a minute old. */
const lostAfterMs = 120_000;
/** Claims that exclude each other: the first waits so long for the others to be taken back. */
const givingWayMs = 2000;

/** Says whether a file of this name in a results folder is a claim, or one on its way. */
export function isClaim(name: string): boolean {
  return claimName.test(name.replace(/\.json\.[\w.-]+\.tmp$/, '.json'));
}

/**
 * Does the work while no other process writes into the folder, which must be there. Throws a UserError where another
 * process has a claim, and where ours is lost meanwhile.
 * @param share the share of a folder that several write into, such as `2/8`; null for all of it
 */
export async function whileClaimed<Result>(
  folder: string,
  share: string | null,
  work: (claim: Claim) => Promise<Result>,
): Promise<Result> {
  const entry = await enter(folder, share ?? whole, 1000);
  const lost = new AbortController();
  const confirm = async () => {
    const error = await lossOf(entry);
    if (error === null) return;
    // A copy of the folder holds a copy of it, by which workers would go.
    await remove(entry.file);
    lost.abort(error);
    throw error;
  };
  const alone: Claim['alone'] = async (work) => {
    // Whoever has it all is alone.
    if (share === null) return work();
    const section = await enter(folder, configuration, 60_000);
    return work().finally(section.leave);
  };
  const refresh = async () => {
    // Where the disk refuses, the log will say so.
    await entry.refresh().catch(() => undefined);
    await confirm();
  };
  const refreshing = setInterval(() => void refresh().catch(() => undefined), refreshEveryMs);
  refreshing.unref();
  try {
    return await work({ file: entry.file, lost: lost.signal, confirm, alone });
  } catch (error) {
    // In a folder that is gone nothing works.
    throw (await lossOf(entry).catch(() => null)) ?? error;
  } finally {
    clearInterval(refreshing);
    await entry.leave();
  }
}

/** Throws a UserError where the file of a claim, which another process made, is gone. */
export async function requireClaim(file: string): Promise<void> {
  if ((await lstat(file).catch(nullIfGone)) === null) throw folderLost(path.dirname(file));
}

/** A claim's file of our own. */
interface Entry {
  readonly folder: string;
  readonly file: string;
  readonly record: ClaimRecord;
  /** Open, so that no other file gets its number. */
  readonly handle: FileHandle;
  refresh(): Promise<void>;
  leave(): Promise<void>;
}

/** @param patienceMs how long others are waited for before it throws */
async function enter(folder: string, holds: string, patienceMs: number): Promise<Entry> {
  const deadline = clock.monotonicMs() + patienceMs;
  for (;;) {
    const entry = await put(folder, holds);
    const rival = await firstRival(entry).catch(async (error: unknown) => {
      await entry.leave();
      throw fileError(error, 'write to', folder);
    });
    if (rival === null) return entry;
    await entry.leave();
    if (clock.monotonicMs() >= deadline) throw refusal(folder, rival);
    await sleep(50 + 100 * Math.random());
  }
}

async function put(folder: string, holds: string): Promise<Entry> {
  const since = clock.timeOfDay().toISOString();
  const { ino } = await stat(folder, { bigint: true }).catch((error: unknown) => {
    throw fileError(error, 'write to', folder);
  });
  const record: ClaimRecord = { ...ownMark(), holds, since, folder: String(ino) };
  const text = Buffer.from(`${JSON.stringify(record)}\n`);
  const file = path.join(folder, `claim-${since.replaceAll(/\W/g, '')}-${randomBytes(4).toString('hex')}.json`);
  await replaceFile(file, text);
  removeAtExit(file);
  try {
    const handle = await open(file, 'r+');
    return {
      ...{ folder, file, record, handle },
      async refresh() {
        // Written, not touched: the time is then that of the file system's own clock.
        await handle.write(text, 0, text.length, 0);
        await handle.datasync();
      },
      async leave() {
        await handle.close();
        await remove(file);
      },
    };
  } catch (error) {
    await remove(file);
    throw fileError(error, 'write', file);
  }
}

interface Rival {
  readonly name: string;
  /** Null where the file says nothing that can be read. */
  readonly record: ClaimRecord | null;
}

/** The first claim that excludes ours; null once there is none. Ours stays where it is the first, and others are waited for. */
async function firstRival(entry: Entry): Promise<Rival | null> {
  const deadline = clock.monotonicMs() + givingWayMs;
  for (;;) {
    const [first] = (await rivalsOf(entry)).sort((left, right) => (left.name < right.name ? -1 : 1));
    if (first === undefined) return null;
    if (first.name < path.basename(entry.file) || clock.monotonicMs() >= deadline) return first;
    await sleep(20);
  }
}

/** The claims of living processes that exclude ours. Those of dead ones are taken away. */
async function rivalsOf({ folder, file, record, handle }: Entry): Promise<Rival[]> {
  const { mtimeMs } = await handle.stat();
  const rivals: Rival[] = [];
  const names = await readdir(folder);
  for (const left of await abandonedAmong(folder, names.filter(isClaim))) await rm(left, { force: true });
  for (const name of names.filter((each) => claimName.test(each))) {
    const other = path.join(folder, name);
    if (other === file) continue;
    const found = await read(other);
    if (found === null) continue;
    const isLate = Math.abs(mtimeMs - found.mtimeMs) >= lostAfter(found.record?.machine === record.machine);
    const isKnown = found.record?.folder === record.folder ? isAlive(found.record) : null;
    if (!(isKnown ?? !isLate)) await rm(other, { recursive: true, force: true });
    else if (excludes(record.holds, found.record?.holds ?? whole)) rivals.push({ name, record: found.record });
  }
  return rivals;
}

/** A claim that was not written since this machine has started is its own of before, or would have been by another of its name. */
function lostAfter(sameName: boolean): number {
  return sameName ? Math.min(lostAfterMs, Math.max(3 * refreshEveryMs, 1000 * uptime())) : lostAfterMs;
}

/** Null where it is gone. */
async function read(file: string): Promise<{ readonly record: ClaimRecord | null; readonly mtimeMs: number } | null> {
  const about = await lstat(file).catch(nullIfMissing);
  if (about === null) return null;
  const isText = about.isFile() && about.size <= largestBytes;
  const text = isText ? await readFile(file, 'utf8').catch(nullIfMissing) : '';
  return text === null ? null : { record: recordIn(text), mtimeMs: about.mtimeMs };
}

function recordIn(text: string): ClaimRecord | null {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? (value as ClaimRecord) : null;
  } catch {
    return null;
  }
}

function excludes(left: string, right: string): boolean {
  if (left === configuration || right === configuration) return left === right;
  // Shares of one number of shards have nothing in common.
  return left === right || shardsOf(left) !== shardsOf(right);
}

function shardsOf(holds: string): string | undefined {
  return holds.split('/')[1];
}

function refusal(folder: string, { name, record }: Rival): UserError {
  const who =
    record === null
      ? 'another process (unknown)'
      : `process ${record.processId} on ${record.machine}, which writes there since ${record.since}` +
        (record.holds === whole ? '' : ` (${record.holds === configuration ? record.holds : `shard ${record.holds}`})`);
  return new UserError(
    `${folder}: expected that nothing else writes there, got ${who}; run the same command again once that has ended ` +
      `(at most two minutes after, where it was killed), or choose another folder (the claim is ${name})`,
    exitCodes.stoppedResumable,
  );
}

/** The error where a claim of ours is lost; else null. */
async function lossOf({ folder, file, handle }: Entry): Promise<UserError | null> {
  return (await isInPlace(file, handle)) ? null : folderLost(folder);
}

/** Files that go when the process exits before it has come to take them away. */
const atExit = new Set<string>();

function removeAtExit(file: string): void {
  if (atExit.size === 0) process.on('exit', removeAll);
  // The working folder may be another by then.
  atExit.add(path.resolve(file));
}

/** Where the disk refuses, whoever comes next sees that the process has ended. */
async function remove(file: string): Promise<void> {
  await rm(file, { force: true }).catch(() => undefined);
  atExit.delete(path.resolve(file));
  if (atExit.size === 0) process.off('exit', removeAll);
}

function removeAll(): void {
  for (const file of atExit) {
    try {
      unlinkSync(file);
    } catch {
      // It is gone, or the disk refuses.
    }
  }
}
