import { describe, expect, test } from 'vitest';
import { OutOfMemory } from '../../src/base/errors.js';
import type { RunSpec } from '../../src/run/spec.js';
import { runSearchLoop, type SearchEvent, type SearchLoopOptions } from '../../src/search/search.js';
import { eachAlone, epoch, finishedRun, logOf, replicateOf, slowestFirst, specs } from './searches.js';

/** The packs that a search trained, by their replicates. */
async function packsOf(options: Partial<SearchLoopOptions> & { readonly mostThatFit?: number }) {
  const { mostThatFit = Infinity, ...rest } = options;
  const packs: number[][] = [];
  const recorded: number[] = [];
  const events: SearchEvent[] = [];
  const result = await runSearchLoop({
    specs,
    known: new Map(),
    record: (run) => Promise.resolve(void recorded.push(replicateOf(run))),
    concurrency: 1,
    signal: new AbortController().signal,
    onEvent: (event) => void events.push(event),
    train: async (pack, trainOptions) => {
      packs.push(pack.map(({ recipe }) => recipe.replicate));
      pack.forEach((_, place) => trainOptions.onEpoch(place, epoch(1)));
      if (pack.length > mostThatFit) throw new OutOfMemory('no room on the GPU');
      return eachAlone(slowestFirst)(pack, trainOptions);
    },
    ...rest,
  });
  return { packs, recorded, events, runs: result.runs };
}

const wider = (spec: RunSpec): RunSpec => ({ ...spec, arch: { ...spec.arch, skipWidth: 30 } });

describe('A search with packs', () => {
  test('trains what follows one another of one architecture together, as many as it was told.', async () => {
    expect((await packsOf({ packSize: 4 })).packs).toEqual([
      [0, 1, 2, 3],
      [4, 5],
    ]);
    expect((await packsOf({})).packs).toEqual([[0], [1], [2], [3], [4], [5]]);
  });

  test('puts learning rates together, and nothing else that differs.', async () => {
    const [first] = specs;
    const faster = { ...first!, recipe: { ...first!.recipe, learningRate: 3e-3 } };
    const longer = { ...first!, recipe: { ...first!.recipe, epochs: 2 } };
    const sizes: number[] = [];
    await packsOf({
      specs: [first!, faster, wider(first!), longer],
      packSize: 9,
      train(pack) {
        sizes.push(pack.length);
        return Promise.resolve(pack.map(finishedRun));
      },
    });
    expect(sizes).toEqual([2, 1, 1]);
  });

  test('leaves out what is in the log, and gives the same runs in plan order as one without packs.', async () => {
    const known = logOf(finishedRun(specs[1]!), finishedRun(specs[2]!));
    const packed = await packsOf({ packSize: 3, known, concurrency: 2 });
    expect(packed.packs.flat().toSorted()).toEqual([0, 3, 4, 5]);
    expect(packed.runs).toEqual((await packsOf({})).runs);
  });

  test('goes on in halves where the memory does not suffice, loses nothing and trains nothing twice.', async () => {
    const { packs, recorded, events, runs } = await packsOf({ packSize: 6, mostThatFit: 2 });
    expect(packs).toEqual([[0, 1, 2, 3, 4, 5], [0, 1, 2], [0, 1], [2], [3, 4, 5], [3, 4], [5]]);
    expect(recorded).toEqual([0, 1, 2, 3, 4, 5]);
    expect(runs.every(({ state }) => state === 'finished')).toBe(true);
    const splits = events.filter((event) => event.type === 'split');
    expect(splits.map(({ pack, reason }) => [pack.length, reason])).toEqual([
      [6, 'out of memory: no room on the GPU'],
      [3, 'out of memory: no room on the GPU'],
      [3, 'out of memory: no room on the GPU'],
    ]);
  });

  test('says which runs were trained together once all of them are recorded, halves and failed ones included.', async () => {
    const order: string[] = [];
    await packsOf({
      ...{ specs: specs.slice(0, 3), packSize: 3 },
      record: (run) => Promise.resolve(void order.push(`recorded ${replicateOf(run)}`)),
      onRecorded: (runs) =>
        Promise.resolve(void order.push(runs.map((run) => `${replicateOf(run)} ${run.state}`).join())),
      train(pack) {
        if (pack.length === 3) throw new OutOfMemory('no room on the GPU');
        if (pack.length === 1) throw new Error('no such luck');
        return Promise.resolve(pack.map(finishedRun));
      },
    });
    const halves = [
      ['recorded 0', 'recorded 1', '0 finished,1 finished'],
      ['recorded 2', '2 failed'],
    ];
    expect(order).toEqual(halves.flat());
  });

  test('makes a run that does not fit alone a failed one, with its own epochs only.', async () => {
    const { runs } = await packsOf({ specs: specs.slice(0, 2), packSize: 2, mostThatFit: 0 });
    for (const run of runs)
      expect(run).toMatchObject({ state: 'failed', reason: 'out of memory: no room on the GPU', curve: [epoch(1)] });
    expect(runs.length).toBe(2);
  });

  test('makes all runs of a pack failed ones where another error ends it.', async () => {
    const train = () => Promise.reject(new Error('no such luck'));
    const { runs } = await packsOf({ specs: specs.slice(0, 2), packSize: 2, train });
    expect(runs.map((run) => run.state !== 'finished' && run.reason)).toEqual(['no such luck', 'no such luck']);
  });
});
