import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, test } from 'vitest';
import { openPool, type Pool } from '../../src/execute/pool.js';
import type { EpochRecord, Run, RunSpec } from '../../src/run/run.js';

const workerScript = fileURLToPath(new URL('./fake-worker.mjs', import.meta.url));
const pools: Pool[] = [];

function open(workers: number): Pool {
  const pool = openPool({ workers, workerScript });
  pools.push(pool);
  return pool;
}

function train(pool: Pool, task: string, { signal = new AbortController().signal, epochs = [] as EpochRecord[] } = {}) {
  const spec = { task } as RunSpec;
  return pool.train(spec, { signal, onEpoch: (record) => epochs.push(record) }) as Promise<Run & { worker: number }>;
}

afterEach(async () => {
  await Promise.all(pools.splice(0).map((pool) => pool.close()));
});

describe('a pool of worker processes', () => {
  test('trains in as many processes as it was given, none of them its own', async () => {
    const pool = open(2);
    const runs = await Promise.all(['succeed', 'succeed', 'succeed', 'succeed'].map((task) => train(pool, task)));
    const processes = new Set(runs.map((run) => run.worker));
    expect(processes.size).toBeLessThanOrEqual(2);
    expect(processes).not.toContain(process.pid);
  });

  test('hands on the epochs of a run', async () => {
    const epochs: EpochRecord[] = [];
    await train(open(1), 'succeed', { epochs });
    expect(epochs).toEqual([{ epoch: 1 }]);
  });

  test.each([
    ['throw', 'no such luck'],
    ['exit', 'the worker process ended with exit code 7'],
    ['kill', 'the worker process was killed (SIGKILL); often the machine ran out of memory'],
  ])('loses only the run of a worker that ends by %s, and says how it ended', async (task, reason) => {
    const pool = open(2);
    const [ended, beside] = await Promise.allSettled([train(pool, task), train(pool, 'succeed')]);
    expect(ended).toMatchObject({ status: 'rejected', reason: { message: reason } });
    expect(beside.status).toBe('fulfilled');
    for (let next = 0; next < 3; next += 1) expect((await train(pool, 'succeed')).state).toBe('finished');
  });

  test('gives up a run at once when the signal is aborted, and closes although a worker hangs', async () => {
    const pool = open(1);
    const controller = new AbortController();
    const hanging = train(pool, 'hang', { signal: controller.signal });
    controller.abort();
    await expect(hanging).rejects.toThrow('stopped');
    await pool.close();
  });
});
