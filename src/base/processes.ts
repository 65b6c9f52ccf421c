/** Processes: of this machine, or named in a file by one that may run elsewhere. */
import { hostname } from 'node:os';
import { linkText, readText } from './system-text.js';

/** Says whether a process of that number exists, whoever owns it. */
export function isProcessAlive(processId: number): boolean {
  try {
    return process.kill(processId, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Describes a process, as another one finds it again. */
export interface ProcessMark {
  readonly machine: string;
  readonly processId: number;
  /** The kernel's start and the container: what a number of a process holds for. Null where the system does not say. */
  readonly scope: string | null;
  /** In clock ticks since the kernel's start, so that a later process of the same number is another. Null where unknown. */
  readonly startTicks: string | null;
}

/** Marks this process, so that another one can tell whether it still runs. */
export function ownMark(): ProcessMark {
  const processId = process.pid;
  return { machine: hostname(), processId, scope: ownScope(), startTicks: statOf(processId)?.startTicks ?? null };
}

/**
 * Says whether the process exists; null where that cannot be told from here: on another machine, or in another
 * container.
 */
export function isAlive({ machine, processId, scope, startTicks }: ProcessMark): boolean | null {
  if (scope !== ownScope() || (scope === null && (machine !== hostname() || process.platform === 'linux'))) return null;
  if (!isProcessAlive(processId)) return false;
  const stat = statOf(processId);
  if (stat === null || startTicks === null) return null;
  return !stat.hasEnded && stat.startTicks === startTicks;
}

/**
 * Gives the number of this process's container among those of the running kernel, where Linux tells it: processes of
 * two containers may have the same number, and their machines the same name. See pid_namespaces(7).
 */
export function pidNamespace(): string | null {
  // `pid:[4026531836]`
  return linkText('/proc/self/ns/pid')?.replaceAll(/\D/g, '') ?? null;
}

function ownScope(): string | null {
  const boot = readText('/proc/sys/kernel/random/boot_id')?.trim() ?? null;
  const namespace = pidNamespace();
  return boot === null || namespace === null ? null : `${boot} ${namespace}`;
}

/** See proc_pid_stat(5): the name of the program, in parentheses, may hold anything. */
function statOf(processId: number): { readonly startTicks: string; readonly hasEnded: boolean } | null {
  const stat = readText(`/proc/${processId}/stat`);
  if (stat === null) return null;
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [state, startTicks] = [fields[0], fields[19]];
  // A process that has ended keeps its number until its parent has asked how.
  return startTicks === undefined ? null : { startTicks, hasEnded: state === 'Z' || state === 'X' };
}
