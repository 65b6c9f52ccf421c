import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, test } from 'vitest';
import { OutOfMemory, Refusal, Stopped } from '../../src/base/errors.js';
import { openPool, type Environment, type Pool, type PoolOptions } from '../../src/execute/pool.js';
import type { EpochRecord, Run } from '../../src/run/run.js';
import type { RunSpec } from '../../src/run/spec.js';
import { compileSource } from '../compiled.js';

const workerScript = fileURLToPath(new URL('./fake-worker.mjs', import.meta.url));
const pools: Pool[] = [];

function open(
  workers: number,
  environments: readonly Environment[] = Array.from({ length: workers }, () => ({})),
  options: Partial<PoolOptions> = {},
): Pool {
  const pool = openPool({ environments, workerScript, ...options });
  pools.push(pool);
  return pool;
}

async function train(
  pool: Pool,
  task: string,
  { signal = new AbortController().signal, epochs = [] as EpochRecord[], sheets = [] as Uint8Array[] } = {},
) {
  const listener = {
    onEpoch: (_: number, record: EpochRecord) => epochs.push(record),
    onSheet: (_: number, png: Uint8Array) => sheets.push(png),
  };
  const [run] = await pool.train([{ task } as RunSpec], { signal, ...listener });
  return run as Run & { worker: number; device?: string };
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

  test('hands on the sample sheet of a run, byte by byte, before the run itself', async () => {
    const sheets: Uint8Array[] = [];
    const run = await train(open(1), 'sheet', { sheets });
    expect(run.state).toBe('finished');
    expect(sheets.map((png) => [...png])).toEqual([[137, 80, 78, 71, 0, 255]]);
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

  test.each([
    ['run out of memory', 'no memory'],
    ['kill', 'the worker process was killed (SIGKILL); often the machine ran out of memory'],
    ['abort', 'the worker process ended by SIGABRT; often native code ran out of memory'],
  ])('says that less at a time may fit of a worker that ends by %s, and uses it no more', async (task, reason) => {
    const pool = open(1);
    const { worker } = await train(pool, 'succeed');
    const refused = train(pool, task);
    await expect(refused).rejects.toBeInstanceOf(OutOfMemory);
    await expect(refused).rejects.toThrow(reason);
    expect((await train(pool, 'succeed')).worker).not.toBe(worker);
  });

  test('goes on with the runs that wait when the only worker dies', async () => {
    const pool = open(1);
    const ended = await Promise.allSettled(['kill', 'succeed', 'exit', 'succeed'].map((task) => train(pool, task)));
    expect(ended.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'rejected', 'fulfilled']);
  });

  test('finishes six runs in two workers, two at a time', async () => {
    const pool = open(2);
    const runs = await Promise.all(Array.from({ length: 6 }, () => train(pool, 'succeed')));
    expect(runs.map(({ state }) => state)).toEqual(Array.from({ length: 6 }, () => 'finished'));
    expect(new Set(runs.map(({ worker }) => worker)).size).toBe(2);
  });

  test('gives each worker the device of its place, and keeps it there when the worker is replaced', async () => {
    const pool = open(2, [{ CUDA_VISIBLE_DEVICES: '1' }, { CUDA_VISIBLE_DEVICES: 'GPU-7f' }]);
    const devices = async () =>
      (await Promise.all([train(pool, 'succeed'), train(pool, 'succeed')])).map((run) => run.device);
    expect((await devices()).toSorted()).toEqual(['1', 'GPU-7f']);
    await Promise.allSettled([train(pool, 'exit'), train(pool, 'kill')]);
    expect((await devices()).toSorted()).toEqual(['1', 'GPU-7f']);
    await Promise.allSettled([train(pool, 'exit')]);
    expect((await devices()).toSorted()).toEqual(['1', 'GPU-7f']);
  });

  test('replaces a worker that died idle, at no cost to the next run', async () => {
    const pool = open(1);
    const { worker } = await train(pool, 'succeed');
    process.kill(worker, 'SIGKILL');
    await untilGone(worker);
    expect((await train(pool, 'succeed')).worker).not.toBe(worker);
  });

  test('closes although a worker died idle', async () => {
    const pool = open(1);
    const { worker } = await train(pool, 'succeed');
    process.kill(worker, 'SIGKILL');
    await untilGone(worker);
    await pool.close();
  });

  test('hands a worker its folders, and hands on what the user should know', async () => {
    const notes: string[] = [];
    const onNote = (text: string) => notes.push(text);
    await train(open(1, [{}], { checkpoints: 'a', dataFolder: 'b', onNote }), 'note');
    expect(notes).toEqual(['saves to a, data from b']);
  });

  test('says of a checkpoint that cannot be written what the disk says, with its exit code', async () => {
    const refused = train(open(1), 'refuse');
    await expect(refused).rejects.toBeInstanceOf(Refusal);
    await expect(refused).rejects.toMatchObject({ message: 'the disk is full', exitCode: 75 });
  });

  test('has the worker of an aborted run save and give up, and keeps it', async () => {
    const pool = open(1, [{}], { checkpoints: 'checkpoints', savingMs: 600_000 });
    const { worker, ended, abort } = await startEndless(pool, 'save');
    abort();
    await expect(ended).rejects.toBeInstanceOf(Stopped);
    await expect(ended).rejects.toMatchObject({ cause: { message: 'saved' } });
    expect((await train(pool, 'succeed')).worker).toBe(worker);
  });

  test('says of the worker of an aborted run that it could not save', async () => {
    const pool = open(1, [{}], { checkpoints: 'checkpoints', savingMs: 600_000 });
    const { ended, abort } = await startEndless(pool, 'save to a full disk');
    abort();
    await expect(ended).rejects.toBeInstanceOf(Refusal);
  });

  test.each(['hang', 'spin'])(
    'ends the worker of an aborted run that can only %s and so does not save in time',
    async (task) => {
      const pool = open(1, [{}], { checkpoints: 'checkpoints', savingMs: 1 });
      const { worker, ended, abort } = await startEndless(pool, task);
      abort();
      await expect(ended).rejects.toBeInstanceOf(Stopped);
      await untilGone(worker);
      expect((await train(pool, 'succeed')).state).toBe('finished');
    },
  );

  test.each(['hang', 'spin'])(
    'ends the worker of an aborted run at once where there is nothing to save to, also one that can only %s',
    async (task) => {
      const pool = open(1);
      const { worker, ended, abort } = await startEndless(pool, task);
      abort();
      await expect(ended).rejects.toThrow('stopped');
      await untilGone(worker);
      expect((await train(pool, 'succeed')).state).toBe('finished');
    },
  );

  test('starts nothing for a signal that is aborted already', async () => {
    await expect(train(open(1), 'succeed', { signal: AbortSignal.abort() })).rejects.toThrow('stopped');
  });

  test('ends its workers when it is closed, and starts no more', async () => {
    const pool = open(1);
    const { worker, ended } = await startEndless(pool, 'hang');
    const waiting = train(pool, 'succeed');
    const refused = [expect(ended).rejects.toThrow('stopped'), expect(waiting).rejects.toThrow('stopped')];
    await pool.close();
    await Promise.all([...refused, untilGone(worker)]);
  });

  test.skipIf(process.platform === 'win32')('leaves no worker behind when its process is killed', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'hgmlp-pool-'));
    await compileSource(folder, 'execute/pool');
    await writeFile(
      path.join(folder, 'parent.js'),
      `import { openPool } from './execute/pool.js';
       const pool = openPool({ environments: [{}, {}], workerScript: ${JSON.stringify(workerScript)} });
       const onEpoch = (_, { epoch: worker }) => console.log(worker);
       for (let run = 0; run < 2; run += 1) void pool.train([{ task: 'hang' }], { signal: new AbortController().signal, onEpoch });`,
    );
    const parent = spawn(process.execPath, [path.join(folder, 'parent.js')], { stdio: ['ignore', 'pipe', 'inherit'] });
    const workers: number[] = [];
    for await (const line of createInterface({ input: parent.stdout })) {
      workers.push(Number(line));
      if (workers.length === 2) parent.kill('SIGKILL');
    }
    expect(workers.length).toBe(2);
    await Promise.all(workers.map(untilGone));
    await rm(folder, { recursive: true });
  });
});

/** A run that never ends, once its worker has begun it. */
async function startEndless(pool: Pool, task: string) {
  const controller = new AbortController();
  let begun: (worker: number) => void;
  const worker = new Promise<number>((resolve) => (begun = resolve));
  const onEpoch = (_: number, { epoch }: EpochRecord) => begun(epoch);
  const ended = pool.train([{ task } as RunSpec], { signal: controller.signal, onEpoch, onSheet: () => undefined });
  // Looked at later than it may be rejected.
  ended.catch(() => undefined);
  return { worker: await worker, ended, abort: () => controller.abort() };
}

/** Resolves once there is no process of that number; a test of a process that stays runs into its time limit. */
async function untilGone(worker: number): Promise<void> {
  for (;;) {
    try {
      process.kill(worker, 0);
    } catch {
      return;
    }
    await setTimeout(10);
  }
}
