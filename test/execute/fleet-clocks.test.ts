import { setTimeout } from 'node:timers/promises';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { resultText, parseResult } from '../../src/execute/fleet/messages.js';
import { jobIdOf, queueName, resultKey } from '../../src/execute/fleet/names.js';
import { watchTraining } from '../../src/execute/fleet/training-time.js';
import type { Train } from '../../src/search/search.js';
import { finishedRun, specOf } from '../run/runs.js';
import { hang, kind, quiet, study, succeed, until, useFleet } from './fleets.js';
import { noRedis } from './redis.js';

const hourMs = 3_600_000;

/** Sets the clock of this machine, which goes on from there. */
function setClock(byMs: number): void {
  const shiftedMs = Date.now() + byMs;
  vi.useFakeTimers({ toFake: ['Date'], shouldAdvanceTime: true });
  vi.setSystemTime(shiftedMs);
}

afterEach(() => {
  vi.useRealTimers();
});

describe.skipIf(noRedis !== null)(
  `a fleet on machines whose clocks are wrong${noRedis === null ? '' : ` (skipped: ${noRedis})`}`,
  () => {
    const { openSearch, startWorker, trainAll, redis } = useFleet();

    test.each([-hourMs, hourMs])('keeps its leases where a clock is set by %d ms', async (byMs) => {
      let trained = 0;
      const slowly: Train = async (pack, options) => {
        trained += 1;
        await setTimeout(2_500);
        return succeed(pack, options);
      };
      await Promise.all([startWorker(slowly, { leaseMs: 800 }), startWorker(slowly, { leaseMs: 800 })]);
      const search = await openSearch();
      const run = trainAll(search, 1);
      await until(() => trained === 1);
      setClock(byMs);
      expect(await run).toEqual([[finishedRun(0)]]);
      expect(trained).toBe(1);
    });

    test('ends an idle worker in its time, whatever its clock is set to', async () => {
      const [set, back] = [
        await startWorker(succeed, { idleExitMs: 2_500 }),
        await startWorker(succeed, { idleExitMs: 500 }),
      ];
      let hasEnded = false;
      void set.ended.then(() => (hasEnded = true));
      setClock(hourMs);
      await setTimeout(1_000);
      expect(hasEnded).toBe(false);
      vi.setSystemTime(Date.now() - 2 * hourMs);
      expect((await back.ended).why).toBe('idle');
      expect((await set.ended).why).toBe('idle');
    });

    test('lets runs go to others at once that a worker three hours ahead has given back', async () => {
      setClock(3 * hourMs);
      const unable = await startWorker(succeed, { unable: () => Promise.resolve('no images here') });
      const search = await openSearch({ patienceMs: 1_000 });
      const run = trainAll(search, 1);
      await until(async () => (await redis().client.keys('*:delayed')).length === 1);
      unable.drain();
      await unable.ended;
      vi.useRealTimers();
      await startWorker(succeed);
      expect((await run)[0]!.map(({ key }) => key)).toEqual([finishedRun(0).key]);
    });

    test('has the result of a worker whose clock stands at 1970, though another one has finished a run since', async () => {
      const search = await openSearch({ patienceMs: 60_000 });
      setClock(-Date.now());
      const early = await startWorker(succeed, { maxRuns: 1 });
      const stop = new AbortController();
      const killed = await openSearch({ study: 'd'.repeat(16) });
      void killed.train([specOf(0)], { ...quiet, signal: stop.signal }).catch(() => undefined);
      await early.ended;
      vi.useRealTimers();
      let trained = 0;
      await startWorker((pack, options) => {
        trained += 1;
        return succeed(pack, options);
      });
      await trainAll(search, 1);
      const again = await openSearch({ study: 'd'.repeat(16) });
      const [run] = await again.train([specOf(0)], quiet);
      expect(run).toMatchObject({ ...finishedRun(0), timing: { durationMs: 1_200 } });
      expect(trained).toBe(1);
      stop.abort();
    });

    test('takes a result whose job Redis has forgotten, as it does with those of a clock that is years behind', async () => {
      const search = await openSearch();
      const run = trainAll(search, 1);
      const [queue, id] = [queueName(kind), jobIdOf(study, [specOf(0)])];
      await until(async () => (await redis().client.exists(`hgmlp:${queue}:${id}`)) === 1);
      const text = resultText({ type: 'runs', runs: [finishedRun(0)], sheets: [null] });
      await redis()
        .client.multi()
        .set(resultKey(queue, id), text)
        .del(`hgmlp:${queue}:${id}`, `hgmlp:${queue}:wait`)
        .exec();
      expect(await run).toEqual([[finishedRun(0)]]);
    });

    test('tells when a run began by the clock of the search', async () => {
      const startedNow: Train = async (pack, options) => {
        const runs = await succeed(pack, options);
        const startedAt = new Date(Date.now() - 5 * hourMs).toISOString();
        return runs.map((run) => ({ ...run, timing: { ...run.timing!, startedAt } }));
      };
      setClock(-5 * hourMs);
      await startWorker(startedNow);
      vi.useRealTimers();
      const search = await openSearch();
      const beganMs = Date.now();
      const [[run]] = (await trainAll(search, 1)) as [[ReturnType<typeof finishedRun>]];
      expect(Math.abs(Date.parse(run.timing!.startedAt) - beganMs)).toBeLessThan(60_000);
    });

    test('counts no time as trained without a worker, and with one that in which it trains', async () => {
      const search = await openSearch();
      const run = trainAll(search, 1);
      await setTimeout(1_500);
      expect(search.trainedMs()).toBe(0);
      const began = performance.now();
      const worker = await startWorker(hang, { leaseMs: 60_000 });
      await setTimeout(3_000);
      expect(search.trainedMs()).toBeGreaterThan(0);
      expect(search.trainedMs()).toBeLessThan(performance.now() - began);
      worker.drain();
      await worker.ended;
      await setTimeout(100);
      const trainedMs = search.trainedMs();
      await setTimeout(500);
      expect(search.trainedMs()).toBe(trainedMs);
      await startWorker(succeed);
      await run;
    });
  },
);

describe('the time in which a fleet trains', () => {
  test('stands while nothing is in hand, no worker is there, or nothing is known of them', async () => {
    const inFlight = new Map([['a', { inHandSinceMs: null as number | null }]]);
    const time = watchTraining(inFlight);
    const passed = async (change: Parameters<typeof time.update>[0]) => {
      time.update(change);
      const before = time.elapsedMs();
      await setTimeout(20);
      return time.elapsedMs() - before;
    };
    expect(await passed({ slots: 2 })).toBe(0);
    inFlight.get('a')!.inHandSinceMs = 1;
    expect(await passed({})).toBeGreaterThan(10);
    expect(await passed({ isAway: true })).toBe(0);
    expect(await passed({ isAway: false })).toBeGreaterThan(10);
    expect(await passed({ isCalm: false })).toBe(0);
    expect(await passed({ isCalm: true, slots: 0 })).toBe(0);
  });
});

describe('a result with a time that cannot be', () => {
  const pack = [specOf(0), specOf(1)];
  const text = resultText({ type: 'runs', runs: [finishedRun(0), finishedRun(1)], sheets: [null, null] });

  test.each<[string, object]>([
    ['negative', { durationMs: -hourMs }],
    ['longer than anybody waits', { durationMs: 1e300 }],
    ['no number', { durationMs: null }],
    ['begun at no time', { startedAt: '+275760-09-13T00:00:00.000Z' }],
  ])('is finished where that is %s, and the time is that of the search', (_, change) => {
    const result = JSON.parse(text) as { runs: { timing: object }[] };
    Object.assign(result.runs[0]!.timing, change);
    const parsed = parseResult(JSON.stringify(result), pack, 3_000);
    const [left, right] = parsed.type === 'runs' ? parsed.runs : [];
    expect(left).toMatchObject({ ...finishedRun(0), timing: { durationMs: 1_500, imagesPerSecond: null } });
    expect(Math.abs(Date.parse(left!.timing!.startedAt) - Date.now())).toBeLessThan(60_000);
    expect(right).toEqual(finishedRun(1));
  });
});
