/**
 * What the control groups of Linux leave to this process: batch systems and containers bound processors, memory and the
 * number of processes with them. Both versions may be in use side by side, and a group is bound by all those above it.
 * Sources: cgroups(7), proc(5), Documentation/admin-guide/cgroup-v1 and cgroup-v2.rst of the kernel.
 */
import path from 'node:path';
import { readText, type ReadText } from './system-text.js';

/** Says how many cores this process may keep busy on average, such as 1.5; Infinity where nothing limits them. */
export function allowedCores(read: ReadText = readText): number {
  const quotas = groupsOf('cpu', read).map(({ version, folder }) => {
    const [quota, period] =
      version === 2
        ? wordsOf(read(`${folder}/cpu.max`))
        : [read(`${folder}/cpu.cfs_quota_us`), read(`${folder}/cpu.cfs_period_us`)];
    // `max` and -1 bound nothing.
    return positive(Number(quota ?? NaN) / Number(period ?? NaN));
  });
  return Math.min(...quotas);
}

/** Says how many bytes of memory this process and those beside it may use; Infinity where nothing limits them. */
export function allowedMemoryBytes(read: ReadText = readText): number {
  const limits = groupsOf('memory', read).map(({ version, folder }) =>
    positive(Number(read(`${folder}/${version === 2 ? 'memory.max' : 'memory.limit_in_bytes'}`) ?? NaN)),
  );
  return Math.min(...limits);
}

/** Says how many more processes and threads may be started; Infinity where nothing limits them. */
export function processesLeft(read: ReadText = readText): number {
  const left = groupsOf('pids', read).map(({ folder }) => {
    const most = positive(Number(read(`${folder}/pids.max`) ?? NaN));
    return most - Number(read(`${folder}/pids.current`) ?? 0);
  });
  return Math.min(...left);
}

function positive(value: number): number {
  return value > 0 ? value : Infinity;
}

interface Group {
  readonly version: 1 | 2;
  readonly folder: string;
}

/** The groups of a controller that this process is in: its own, and those above it as far as they can be seen. */
function groupsOf(controller: string, read: ReadText): Group[] {
  const mounts = mountsOf(read);
  return linesOf(read('/proc/self/cgroup')).flatMap((line) => {
    const [, controllers, place] = /^\d+:([^:]*):(.*)$/.exec(line) ?? [];
    if (controllers === undefined || place === undefined) return [];
    const version = controllers === '' ? 2 : 1;
    if (version === 1 && !controllers.split(',').includes(controller)) return [];
    return mounts
      .filter((mount) => mount.version === version && (version === 2 || mount.controllers.includes(controller)))
      .flatMap((mount) => foldersOf(place, mount).map((folder): Group => ({ version, folder })));
  });
}

interface Mount {
  readonly version: 1 | 2;
  readonly controllers: readonly string[];
  /** The group that stands at the top of it. */
  readonly root: string;
  readonly folder: string;
}

function mountsOf(read: ReadText): Mount[] {
  return linesOf(read('/proc/self/mountinfo')).flatMap((line) => {
    const [before = '', after = ''] = line.split(' - ');
    const [, , , root, folder] = before.split(' ').map(unescaped);
    const [type, , options = ''] = after.split(' ');
    if (!(type === 'cgroup' || type === 'cgroup2') || root === undefined || folder === undefined) return [];
    return [{ version: type === 'cgroup2' ? 2 : 1, controllers: options.split(','), root, folder }];
  });
}

/** From the group of the process up to the top of the mount; a place outside of what is mounted counts as its top. */
function foldersOf(place: string, { root, folder }: Mount): string[] {
  const relative = path.posix.relative(root, place);
  const steps = relative === '' || relative.startsWith('..') ? [] : relative.split('/');
  return [...steps.keys(), steps.length].map((length) => path.posix.join(folder, ...steps.slice(0, length)));
}

/** mountinfo writes blanks and the like in octal digits. */
function unescaped(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(parseInt(digits, 8)));
}

function wordsOf(text: string | null): string[] {
  return (text ?? '').trim().split(/\s+/);
}

function linesOf(text: string | null): string[] {
  return (text ?? '').split('\n');
}
