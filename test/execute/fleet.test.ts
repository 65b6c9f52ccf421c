import { describe, expect, test } from 'vitest';
import { OutOfMemory } from '../../src/base/errors.js';
import { jobIdOf, queueName, resultKey } from '../../src/execute/fleet/names.js';
import type { EpochRecord } from '../../src/run/run.js';
import type { Train } from '../../src/search/search.js';
import { finishedRun, specOf } from '../run/runs.js';
import { hang, kind, png, quiet, study, succeed, until, useFleet } from './fleets.js';
import { noRedis } from './redis.js';

describe.skipIf(noRedis !== null)(`a fleet${noRedis === null ? '' : ` (skipped: ${noRedis})`}`, () => {
  const { redis, said, openSearch, startWorker, trainAll, leftInRedis } = useFleet();

  test('trains elsewhere and hands on epochs, sheets and runs; once they are recorded, Redis forgets them', async () => {
    await startWorker(succeed);
    const search = await openSearch();
    const epochs: [number, EpochRecord][] = [];
    const sheets: [number, Uint8Array][] = [];
    const pack = [specOf(0), specOf(1)];
    const runs = await search.train(pack, {
      ...quiet,
      onEpoch: (place, epoch) => epochs.push([place, epoch]),
      onSheet: (...sheet) => sheets.push(sheet),
    });
    expect(runs).toEqual([finishedRun(0), finishedRun(1)]);
    expect(epochs.map(([place, { epoch }]) => [place, epoch])).toEqual([
      [0, 1],
      [1, 1],
    ]);
    expect(sheets.map(([place, bytes]) => [place, Buffer.from(bytes).equals(png)])).toEqual([
      [0, true],
      [1, true],
    ]);
    search.recorded(runs[0]!);
    expect(await redis().client.exists(resultKey(queueName(kind), jobIdOf(study, pack)))).toBe(1);
    search.recorded(runs[1]!);
    await until(async () => (await leftInRedis()).length === 0);
  });

  test('tries a run that fails again, and gives up after three times with the reason', async () => {
    let tries = 0;
    await startWorker((pack, options) => {
      tries += 1;
      if (pack[0]!.recipe.replicate === 0 || tries < 2) return Promise.reject(new Error('no such\u001b[2J luck'));
      return succeed(pack, options);
    });
    const search = await openSearch();
    expect(await search.train([specOf(1)], quiet)).toEqual([finishedRun(1)]);
    expect(tries).toBe(2);
    await expect(search.train([specOf(0)], quiet)).rejects.toThrow('no such [2J luck');
    expect(tries).toBe(5);
  });

  test('says of a pack that found no memory just that, at once, so that the search may split it', async () => {
    let tries = 0;
    await startWorker((pack, options) => {
      tries += 1;
      return pack.length > 1 ? Promise.reject(new OutOfMemory('no memory')) : succeed(pack, options);
    });
    const search = await openSearch();
    await expect(search.train([specOf(0), specOf(1)], quiet)).rejects.toThrow(OutOfMemory);
    expect(await search.train([specOf(0)], quiet)).toEqual([finishedRun(0)]);
    expect(tries).toBe(2);
  });

  test('gives what a draining worker has in hand to another one, and takes no more', async () => {
    const taken: string[] = [];
    const leaving = await startWorker(hang, { onEvent: (event) => event.type === 'taken' && taken.push(event.job) });
    const search = await openSearch();
    const runs = trainAll(search, 4);
    await until(() => taken.length === 2);
    leaving.drain();
    expect(await leaving.ended).toEqual({ why: 'drained', runs: 0, givenBack: 2 });
    await startWorker(succeed);
    expect((await runs).flat()).toEqual([0, 1, 2, 3].map(finishedRun));
    expect(taken.length).toBe(2);
  });

  test('has a worker end after so many runs, to the run', async () => {
    const worker = await startWorker(succeed, { maxRuns: 3, slots: 4 });
    const search = await openSearch();
    const runs = trainAll(search, 8);
    expect(await worker.ended).toEqual({ why: 'enough runs', runs: 3, givenBack: 0 });
    await startWorker(succeed);
    expect((await runs).length).toBe(8);
  });

  test('has a worker end once there was nothing to do for so long', async () => {
    const worker = await startWorker(succeed, { idleExitMs: 300 });
    expect(await worker.ended).toEqual({ why: 'idle', runs: 0, givenBack: 0 });
  });

  test('leaves runs to workers that have their data, and says what one lacks', async () => {
    await startWorker(succeed, { unable: () => Promise.resolve('no images here') });
    const search = await openSearch();
    const run = search.train([specOf(0)], quiet);
    await until(() => said.includes('a worker gives runs back: no images here'));
    await startWorker(succeed);
    expect(await run).toEqual([finishedRun(0)]);
  });

  test('leaves searches of another version alone, and both sides say so', async () => {
    await startWorker(() => Promise.reject(new Error('not mine')), { kind: { ...kind, version: '1.2.2' } });
    const search = await openSearch();
    const run = search.train([specOf(0)], quiet);
    await until(() =>
      said.some((text) => /^no worker of hgmlp 1\.2\.3 on onnx-cpu listens .* hgmlp 1\.2\.2/.test(text)),
    );
    await until(() => said.some((text) => /^searches of hgmlp 1\.2\.3 on onnx-cpu are left to workers/.test(text)));
    await startWorker(succeed);
    expect(await run).toEqual([finishedRun(0)]);
  });

  test('has a search that is started again find what workers have finished, and puts nothing twice', async () => {
    const killed = await openSearch();
    const stop = new AbortController();
    let trained = 0;
    const counted: Train = (pack, options) => {
      trained += 1;
      return succeed(pack, options);
    };
    await startWorker(counted, { maxRuns: 2 });
    await Promise.all([killed.train([specOf(0)], quiet), killed.train([specOf(1)], quiet)]);
    const waiting = killed.train([specOf(2)], { ...quiet, signal: stop.signal });

    const again = await openSearch();
    await startWorker(counted);
    expect(await trainAll(again, 3)).toEqual([0, 1, 2].map((replicate) => [finishedRun(replicate)]));
    expect(trained).toBe(3);
    stop.abort();
    await waiting.catch(() => undefined);
  });

  test('takes out of the queue what no worker has begun when a search is stopped', async () => {
    const search = await openSearch();
    const stop = new AbortController();
    const run = search.train([specOf(0)], { ...quiet, signal: stop.signal });
    await until(async () => (await leftInRedis()).length > 0);
    stop.abort();
    await expect(run).rejects.toThrow('stopped');
    await until(async () => (await leftInRedis()).length === 0);
  });

  test('puts into the queue again what Redis has lost', async () => {
    const search = await openSearch();
    const runs = trainAll(search, 3);
    await until(async () => (await leftInRedis()).length >= 3);
    await redis().client.flushall();
    await startWorker(succeed);
    expect((await runs).flat()).toEqual([0, 1, 2].map(finishedRun));
  });

  test('keeps two studies apart that ask for the same runs', async () => {
    await startWorker(succeed);
    const [left, right] = [await openSearch(), await openSearch({ study: 'f'.repeat(16) })];
    const [runs] = await Promise.all([trainAll(left, 5), trainAll(right, 5)]);
    for (const [run] of runs) left.recorded(run!);
    await left.close();
    expect((await leftInRedis()).filter((key) => key.includes(study))).toEqual([]);
    expect((await leftInRedis()).filter((key) => key.includes('f'.repeat(16))).length).toBe(10);
  });
});
