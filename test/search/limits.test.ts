import { describe, expect, test } from 'vitest';
import type { Run } from '../../src/run/run.js';
import type { RunSpec } from '../../src/run/spec.js';
import { shareOfLimits, trainedMs, watchLimits, type Limits } from '../../src/search/limits.js';
import { runSearchLoop, type SearchEvent } from '../../src/search/search.js';
import { endedRun, finishedRun, logOf, pause, replicateOf, searched, slowestFirst, specs } from './searches.js';
import type { TrainAlone } from './searches.js';

const none: Limits = { timeMs: null, runs: null, failures: null };
const noonMs = Date.parse('2026-01-01T12:00:00.000Z');

/** A run that started so many milliseconds after noon. */
function timed(spec: RunSpec, afterMs: number, durationMs: number): Run {
  const startedAt = new Date(noonMs + afterMs).toISOString();
  return { ...finishedRun(spec), timing: { startedAt, durationMs, imagesPerSecond: null } };
}

/** The same spec with another network, which trains in another pack. */
function otherArch(spec: RunSpec, depth: number): RunSpec {
  return { ...spec, arch: { ...spec.arch, depth } };
}

describe('The share of a shard', () => {
  test.each([1, 2, 3, 7, 8, 100])(
    'makes with those of the others exactly the limit on runs, with %d shards.',
    (count) => {
      for (const runs of [1, 3, 8, 99]) {
        const shares = Array.from({ length: count }, (_, index) => {
          return shareOfLimits({ ...none, runs }, { number: index + 1, count }).runs!;
        });
        expect(shares.reduce((sum, share) => sum + share)).toBe(runs);
        expect(Math.max(...shares) - Math.min(...shares)).toBeLessThanOrEqual(1);
      }
    },
  );

  test('has at least one failure and the whole time, and what is not limited stays so.', () => {
    const share = (limits: Limits, number: number) => shareOfLimits(limits, { number, count: 3 });
    const limits = { timeMs: 5000, runs: 2, failures: 2 };
    expect([1, 2, 3].map((number) => share(limits, number))).toEqual([
      { timeMs: 5000, runs: 1, failures: 1 },
      { timeMs: 5000, runs: 1, failures: 1 },
      { timeMs: 5000, runs: 0, failures: 1 },
    ]);
    expect(share({ ...none, failures: 7 }, 1)).toEqual({ ...none, failures: 3 });
    expect(shareOfLimits(limits, null)).toEqual(limits);
  });
});

describe('The time that runs were in training', () => {
  test('counts once what workers did side by side, and not what lies between two restarts.', () => {
    const runs = [
      timed(otherArch(specs[0]!, 1), 0, 1000),
      timed(otherArch(specs[0]!, 2), 400, 1000),
      timed(otherArch(specs[0]!, 3), 500, 100),
      timed(otherArch(specs[0]!, 4), 90_000, 50),
    ];
    expect(trainedMs({ runs })).toBe(1450);
    expect(trainedMs({ runs: runs.toReversed() })).toBe(1450);
  });

  test('is of a pack the sum of what its runs have of it.', () => {
    const pack = specs.slice(0, 4).map((spec) => timed(spec, 0, 250));
    expect(trainedMs({ runs: pack })).toBe(1000);
    expect(trainedMs({ runs: [...pack, timed(otherArch(specs[0]!, 2), 900, 300)] })).toBe(1200);
  });

  test('counts what was stopped, as far as it went.', () => {
    const stopped = [{ keys: ['a'], startedAt: new Date(noonMs + 500).toISOString(), elapsedMs: 2000 }];
    expect(trainedMs({ runs: [timed(specs[0]!, 0, 1000)], stopped })).toBe(2500);
    expect(trainedMs({ runs: [], stopped })).toBe(2000);
  });

  test('is none where nothing is known of it.', () => {
    expect(trainedMs({ runs: [] })).toBe(0);
    expect(trainedMs({ runs: [{ ...finishedRun(specs[0]!), timing: null }] })).toBe(0);
  });
});

describe('A watch over limits', () => {
  const finished = (run: Run): SearchEvent => ({ type: 'finished', run });

  test('counts what the log holds and what has started, whatever comes of it.', () => {
    const watch = watchLimits(
      { ...none, runs: 4 },
      { runs: [finishedRun(specs[0]!), endedRun(specs[1]!, 'diverged')] },
    );
    expect([2, 3, 4].map((index) => watch.admits(specs[index]!))).toEqual([true, true, false]);
    expect(watch.reached()).toBe('runs');
  });

  test('counts a failed run that is trained again once.', () => {
    const watch = watchLimits({ ...none, runs: 2 }, { runs: [endedRun(specs[0]!, 'failed')] });
    expect([0, 1, 2].map((index) => watch.admits(specs[index]!))).toEqual([true, true, false]);
  });

  test('counts as failures the runs that are failed ones now.', () => {
    const watch = watchLimits({ ...none, failures: 2 }, { runs: [endedRun(specs[0]!, 'failed')] });
    watch.onEvent(finished(endedRun(specs[0]!, 'failed')));
    expect(watch.admits(specs[1]!)).toBe(true);
    watch.onEvent(finished(finishedRun(specs[0]!)));
    watch.onEvent(finished(endedRun(specs[1]!, 'failed')));
    expect(watch.admits(specs[2]!)).toBe(true);
    watch.onEvent(finished(endedRun(specs[2]!, 'failed')));
    expect(watch.admits(specs[3]!)).toBe(false);
    expect(watch.reached()).toBe('failures');
  });

  test('lets nothing start any more once something might not, though a failed run has then come right.', () => {
    const watch = watchLimits({ ...none, failures: 1 }, { runs: [endedRun(specs[0]!, 'failed')] });
    expect(watch.admits(specs[0]!)).toBe(false);
    watch.onEvent(finished(finishedRun(specs[0]!)));
    expect(watch.admits(specs[1]!)).toBe(false);
  });

  test('gives the time that the log leaves, from when it begins to watch.', () => {
    let nowMs = noonMs + 60_000;
    const watch = watchLimits({ ...none, timeMs: 3000 }, { runs: [timed(specs[0]!, 0, 1000)] }, () => nowMs);
    expect(watch.deadlineMs).toBe(noonMs + 62_000);
    nowMs += 1999;
    expect([watch.admits(specs[1]!), watch.reached()]).toEqual([true, null]);
    nowMs += 1;
    expect([watch.reached(), watch.admits(specs[2]!)]).toEqual(['timeMs', false]);
  });

  test('of nothing lets everything start.', () => {
    const watch = watchLimits(none, { runs: [] });
    expect(specs.every(watch.admits)).toBe(true);
    expect([watch.reached(), watch.deadlineMs]).toEqual([null, null]);
  });
});

describe('A search with limits', () => {
  function limited(limits: Partial<Limits>, log: readonly Run[], options: Parameters<typeof searched>[0] = {}) {
    const watch = watchLimits({ ...none, ...limits }, { runs: log });
    const { admits, onEvent } = watch;
    return searched({ known: logOf(...log), admits, onEvent, ...options });
  }

  test.each([1, 2, 5, 20])(
    'starts exactly as many runs as it may over restarts, with %d at a time.',
    async (concurrency) => {
      const first = await limited({ runs: 3 }, [], { concurrency });
      expect(first.trained.toSorted()).toEqual([0, 1, 2]);
      expect(first.result.runs.map(replicateOf)).toEqual([0, 1, 2]);
      expect(first.result.stopped).toBe(true);
      const again = await limited({ runs: 3 }, first.recorded, { concurrency });
      expect(again.trained).toEqual([]);
      expect(again.result).toEqual(first.result);
      const more = await limited({ runs: 5 }, first.recorded, { concurrency });
      expect(more.trained.toSorted()).toEqual([3, 4]);
      const rest = await limited({ runs: 6 }, [...first.recorded, ...more.recorded], { concurrency });
      expect(rest.trained).toEqual([5]);
      expect(rest.result.stopped).toBe(false);
      expect(rest.result).toEqual((await searched({})).result);
    },
  );

  test('keeps them though it was killed: what had ended counts, what was in flight does not.', async () => {
    const killed = new AbortController();
    const logged: Run[] = [];
    const hanging: TrainAlone = async (spec, options) => {
      if (spec.recipe.replicate === 1) await pause(60_000, options.signal);
      return finishedRun(spec);
    };
    await limited({ runs: 4 }, [], {
      train: hanging,
      concurrency: 2,
      signal: killed.signal,
      record(run) {
        logged.push(run);
        if (logged.length === 2) killed.abort();
        return Promise.resolve();
      },
    });
    expect(logged.map(replicateOf)).toEqual([0, 2]);
    const resumed = await limited({ runs: 4 }, logged, { concurrency: 2 });
    expect(resumed.trained.toSorted()).toEqual([1, 3]);
    expect(resumed.result.runs.map(replicateOf)).toEqual([0, 1, 2, 3]);
  });

  test('cuts a pack to what is left, and gives what the log holds of the rest of the plan.', async () => {
    const known = [finishedRun(specs[4]!), endedRun(specs[5]!, 'failed')];
    const watch = watchLimits({ ...none, runs: 5 }, { runs: known });
    const packs: number[][] = [];
    const { runs, stopped } = await runSearchLoop({
      specs,
      known: logOf(...known),
      train: (pack) => {
        packs.push(pack.map(({ recipe }) => recipe.replicate));
        return Promise.resolve(pack.map(finishedRun));
      },
      record: () => Promise.resolve(),
      concurrency: 1,
      packSize: 6,
      admits: watch.admits,
      signal: new AbortController().signal,
    });
    expect(packs).toEqual([[0, 1, 2]]);
    expect(runs.map((run) => [replicateOf(run), run.state])).toEqual([
      [0, 'finished'],
      [1, 'finished'],
      [2, 'finished'],
      [4, 'finished'],
      [5, 'failed'],
    ]);
    expect(stopped).toBe(true);
  });

  test('starts no further run once enough have failed; those in flight end, and a restart trains nothing.', async () => {
    const unlucky: TrainAlone = async (spec, options) => {
      if ([1, 2].includes(spec.recipe.replicate)) throw new Error('no such luck');
      return slowestFirst(spec, options);
    };
    const first = await limited({ failures: 2 }, [], { train: unlucky, concurrency: 2 });
    expect(first.trained).toEqual([0, 1, 2]);
    expect(first.result.runs.map(({ state }) => state)).toEqual(['finished', 'failed', 'failed']);
    const again = await limited({ failures: 2 }, first.recorded);
    expect(again.trained).toEqual([]);
    expect(again.result.runs).toEqual(first.result.runs);
    const mended = [...first.recorded, finishedRun(specs[1]!), finishedRun(specs[2]!)];
    expect((await limited({ failures: 2 }, [...logOf(...mended).values()])).trained).toEqual([3, 4, 5]);
  });

  test('reports all that the log holds also where the time was up before it began.', async () => {
    const known = [finishedRun(specs[2]!), finishedRun(specs[5]!)];
    const { result, trained } = await limited({ timeMs: 1 }, known, { signal: AbortSignal.abort() });
    expect(trained).toEqual([]);
    expect(result.runs.map(replicateOf)).toEqual([2, 5]);
    expect(result.stopped).toBe(true);
  });
});

test('Runs of a pack that fails have each their share of its time.', async () => {
  const recorded: Run[] = [];
  const startedMs = Date.now();
  await runSearchLoop({
    specs: specs.slice(0, 2),
    known: new Map(),
    async train(_, { signal }) {
      await pause(40, signal);
      throw new Error('no such luck');
    },
    record: (run) => Promise.resolve(void recorded.push(run)),
    concurrency: 1,
    packSize: 2,
    signal: new AbortController().signal,
  });
  const tookMs = Date.now() - startedMs;
  const durationsMs = recorded.map(({ timing }) => timing!.durationMs);
  expect(durationsMs.length).toBe(2);
  expect(durationsMs[0]! + durationsMs[1]!).toBeLessThanOrEqual(tookMs + 2);
  expect(Math.min(...durationsMs)).toBeGreaterThan(0);
});
