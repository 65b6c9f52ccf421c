/** Takes a job out of Redis once each of its runs is recorded; until then a search that is killed finds it there. */
import { keyOf } from '../../run/key.js';
import type { Run } from '../../run/run.js';
import type { RunSpec } from '../../run/spec.js';
import type { Jobs } from './jobs.js';

/** Keeps jobs that are over in Redis until all their runs are recorded. */
export interface JobKeeper {
  /** Keeps a job that is over. */
  keep(id: string, pack: readonly RunSpec[]): void;
  recorded(run: Run): void;
  /** More work that `done` waits for; what fails of it, because Redis is away, is forgotten there in time. */
  also(work: Promise<unknown>): void;
  done(): Promise<void>;
}

/** Begins with no job; each that is kept goes once its last run is recorded. */
export function keeperOf(jobs: Pick<Jobs, 'remove'>): JobKeeper {
  const jobOf = new Map<string, { readonly id: string; left: number }>();
  const open = new Set<Promise<unknown>>();
  const also = (work: Promise<unknown>) => {
    const done: Promise<unknown> = work.catch(() => undefined).finally(() => open.delete(done));
    open.add(done);
  };
  return {
    keep(id, pack) {
      const job = { id, left: pack.length };
      for (const spec of pack) jobOf.set(keyOf(spec), job);
    },
    recorded({ key }) {
      const job = jobOf.get(key);
      if (job === undefined) return;
      jobOf.delete(key);
      job.left -= 1;
      if (job.left === 0) also(jobs.remove(job.id));
    },
    also,
    async done() {
      while (open.size > 0) await Promise.all(open);
    },
  };
}
