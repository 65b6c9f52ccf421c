/** Whether another worker process may be started, where one has died although nothing was wrong with its work. */
import { readdirSync, readFileSync } from 'node:fs';
import { processesLeft } from '../base/control-groups.js';
import { softLimit } from '../base/machine-limits.js';

/** Of Node.js and the libraries in it, before it begins to train: its main thread, helpers of V8, libuv and the runtime. */
const threadsOfWorker = 24;

/** Tells how many more processes and threads may be started, where that is too few for a worker; else null. */
export function lackOfProcesses(): number | null {
  const left = Math.min(processesLeft(), ofUserLeft());
  return left < threadsOfWorker ? Math.max(0, left) : null;
}

/** By the limit of this user (`ulimit -u`), which counts all threads of his, and does not hold for root. */
function ofUserLeft(): number {
  const most = softLimit('Max processes');
  const user = process.getuid?.();
  if (most === null || user === undefined || user === 0) return Infinity;
  return most - threadsOf(user);
}

function threadsOf(user: number): number {
  let threads = 0;
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const status = readFileSync(`/proc/${name}/status`, 'utf8');
      const [, owner] = /^Uid:\t(\d+)/m.exec(status) ?? [];
      if (Number(owner) === user) threads += Number(/^Threads:\t(\d+)/m.exec(status)?.[1] ?? 1);
    } catch {
      // It has ended meanwhile.
    }
  }
  return threads;
}
