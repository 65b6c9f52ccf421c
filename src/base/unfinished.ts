/**
 * Files and folders on their way: written beside their place under a name that says who writes them, then renamed into it.
 * What a killed process left behind is told from what a living one still writes.
 */
import { randomUUID } from 'node:crypto';
import { lstat } from 'node:fs/promises';
import { hostname } from 'node:os';
import path from 'node:path';
import { isProcessAlive, pidNamespace } from './processes.js';

/** A process on another machine that has not touched what it writes for so long is taken for dead. */
const abandonedAfterMs = 24 * 3_600_000;

const ending = /\.(?<machine>[\w-]+)\.(?<processId>\d+)\.[\w-]+\.tmp$/;

/** Makes a name beside the target: its name, then the machine and the process that write it. */
export function unfinishedName(target: string): string {
  return `${target}.${machine()}.${process.pid}.${randomUUID()}.tmp`;
}

/**
 * Says whether the process that wrote an unfinished file or folder has ended. Its name ends with `.tmp`; older releases
 * named no writer.
 */
export async function isAbandoned(unfinished: string): Promise<boolean> {
  const { machine: writers, processId } = ending.exec(unfinished)?.groups ?? {};
  // Older releases did not tell containers apart.
  if (writers === machine() || writers === plain(hostname())) return !isProcessAlive(Number(processId));
  const about = await lstat(unfinished).catch(() => null);
  // eslint-disable-next-line no-restricted-properties -- what a file says of its last change is a time of day, too
  return about !== null && Date.now() - about.mtimeMs > abandonedAfterMs;
}

/** Finds among the names in the folder those that processes which are gone have left unfinished; gives their paths. */
export async function abandonedAmong(folder: string, names: readonly string[]): Promise<string[]> {
  const abandoned: string[] = [];
  for (const name of names.filter((name) => name.endsWith('.tmp'))) {
    if (await isAbandoned(path.join(folder, name))) abandoned.push(path.join(folder, name));
  }
  return abandoned;
}

/** Another container is another machine, also where it has the same name. */
function machine(): string {
  return plain([hostname(), pidNamespace()].filter((part) => part !== null).join('-'));
}

/** Dots separate the parts of a name. */
function plain(name: string): string {
  return name.replaceAll(/[^\w-]/g, '-');
}
