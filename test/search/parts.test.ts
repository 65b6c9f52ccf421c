/** Trainings in parts, and plans that wait for what is under way. */
import { describe, expect, test } from 'vitest';
import { holdsPart, type Run } from '../../src/run/run.js';
import type { RunSpec } from '../../src/run/spec.js';
import { runSearchLoop, type Planned, type SearchLoopOptions } from '../../src/search/search.js';
import { endedRun, epoch, finishedRun, logOf, pause, specs as sample } from './searches.js';

const specs = sample.map((spec): RunSpec => ({ ...spec, recipe: { ...spec.recipe, epochs: 9 } }));
const curve = (epochs: number) => Array.from({ length: epochs }, (_, index) => epoch(index + 1));
const stopped = (spec: RunSpec, epochs: number): Run => ({ ...endedRun(spec, 'stopped'), curve: curve(epochs) });
const finished = (spec: RunSpec): Run => ({ ...finishedRun(spec), curve: curve(9) });

/** The search by a plan that sees the runs as they come in, and what it trained. */
async function searched(
  plan: (runs: ReadonlyMap<string, Run>) => Iterable<Planned>,
  options: Partial<Omit<SearchLoopOptions, 'train'>> & {
    readonly train?: (spec: RunSpec, untilEpoch: number) => Run;
  } = {},
) {
  const runs = new Map(options.known);
  const trained: string[] = [];
  const { train = (spec, untilEpoch) => (untilEpoch < 9 ? stopped(spec, untilEpoch) : finished(spec)) } = options;
  const result = await runSearchLoop({
    concurrency: 1,
    signal: new AbortController().signal,
    ...options,
    specs: plan(runs),
    known: runs,
    record: (run) => Promise.resolve(void runs.set(run.key, run)),
    async train(pack, { signal, untilEpoch = 9 }) {
      trained.push(pack.map(({ recipe }) => `${recipe.replicate} to ${untilEpoch}`).join(', '));
      await pause(4 - pack[0]!.recipe.replicate, signal);
      return pack.map((spec) => train(spec, untilEpoch));
    },
  });
  return { result, trained, runs };
}

describe('a search in parts', () => {
  test('trains each part alone though they might share a pack, and gives each run once, as it was in the end', async () => {
    const parts = [1, 3, 9].flatMap((untilEpoch) => specs.slice(0, 2).map((spec) => ({ spec, untilEpoch })));
    const { result, trained } = await searched(() => parts, { packSize: 4 });
    expect(trained).toEqual(['0 to 1', '1 to 1', '0 to 3', '1 to 3', '0 to 9', '1 to 9']);
    expect(result).toEqual({ runs: [finished(specs[0]!), finished(specs[1]!)], stopped: false });
  });

  test('does not train what has come as far, and trains on what has not', async () => {
    const known = logOf(stopped(specs[0]!, 3), finished(specs[1]!), endedRun(specs[2]!, 'diverged'));
    const parts = specs.slice(0, 3).flatMap((spec) => [1, 3, 9].map((untilEpoch) => ({ spec, untilEpoch })));
    expect((await searched(() => parts, { known })).trained).toEqual(['0 to 9']);
    expect((await searched(() => [specs[0]!], { known })).trained).toEqual(['0 to 9']);
  });

  test('waits where the plan does, with as many trainings under way as it may', async () => {
    // The third part is the one that came farther, which is not known before both have ended.
    function* plan(runs: ReadonlyMap<string, Run>): Generator<Planned> {
      for (const spec of specs.slice(0, 2)) yield { spec, untilEpoch: 1 };
      while (!specs.slice(0, 2).every((spec) => holdsPart(runs.get(finished(spec).key), 1))) yield 'wait';
      yield { spec: specs[1]!, untilEpoch: 9 };
    }
    for (const concurrency of [1, 2, 5]) {
      const { result, trained } = await searched(plan, { concurrency });
      expect(trained).toEqual(['0 to 1', '1 to 1', '1 to 9']);
      expect(result).toEqual({ runs: [stopped(specs[0]!, 1), finished(specs[1]!)], stopped: false });
    }
  });

  test('ends where the plan waits for a training that has failed', async () => {
    function* plan(runs: ReadonlyMap<string, Run>): Generator<Planned> {
      yield { spec: specs[0]!, untilEpoch: 1 };
      while (!holdsPart(runs.get(finished(specs[0]!).key), 1)) yield 'wait';
      yield { spec: specs[0]!, untilEpoch: 9 };
    }
    const failed = endedRun(specs[0]!, 'failed');
    const { result, trained } = await searched(plan, { concurrency: 3, train: () => failed });
    expect(trained).toEqual(['0 to 1']);
    expect(result).toEqual({ runs: [failed], stopped: false });
  });

  test('is stopped, not waiting, once it is asked to stop', async () => {
    const stop = new AbortController();
    function* plan(): Generator<Planned> {
      yield { spec: specs[0]!, untilEpoch: 1 };
      stop.abort();
      for (;;) yield 'wait';
    }
    const { result } = await searched(plan, { concurrency: 2, signal: stop.signal });
    expect(result).toEqual({ runs: [], stopped: true });
  });

  test('passes an error of the plan on though another worker waits', async () => {
    function* plan(): Generator<Planned> {
      yield { spec: specs[0]!, untilEpoch: 1 };
      yield 'wait';
      throw new Error('no more');
    }
    await expect(searched(plan, { concurrency: 2 })).rejects.toThrow('no more');
  });
});
