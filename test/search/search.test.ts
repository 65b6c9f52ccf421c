import { describe, expect, test } from 'vitest';
import { UserError } from '../../src/base/errors.js';
import { keyOf } from '../../src/run/key.js';
import { endedRun, epoch, finishedRun, logOf, pause, replicateOf, searched, slowestFirst, specs } from './searches.js';
import type { TrainAlone } from './searches.js';

describe('A search', () => {
  test('gives the same runs in plan order however many are trained at a time.', async () => {
    const one = await searched({ concurrency: 1 });
    for (const concurrency of [2, 6, 20]) {
      const several = await searched({ concurrency });
      expect(several.result).toEqual(one.result);
      expect(several.recorded.map(replicateOf)).not.toEqual([0, 1, 2, 3, 4, 5]);
    }
    expect(one.result.stopped).toBe(false);
    expect(one.result.runs.map(replicateOf)).toEqual([0, 1, 2, 3, 4, 5]);
  });

  test('keeps as many trainings in flight as it was told, and reads no further spec before one is free.', async () => {
    let inFlight = 0;
    let most = 0;
    let read = 0;
    function* counted() {
      for (const spec of specs) {
        read += 1;
        yield spec;
      }
    }
    await searched({
      specs: counted(),
      concurrency: 2,
      async train(spec, options) {
        inFlight += 1;
        most = Math.max(most, inFlight);
        expect(read).toBeLessThanOrEqual(spec.recipe.replicate + 2);
        const run = await slowestFirst(spec, options);
        inFlight -= 1;
        return run;
      },
    });
    expect(most).toBe(2);
  });

  test('trains nothing that is finished or diverged in the log, and tries again what failed.', async () => {
    const known = logOf(finishedRun(specs[1]!), endedRun(specs[3]!, 'diverged'), endedRun(specs[4]!, 'failed'));
    const { result, trained, recorded, events } = await searched({ known });
    expect(trained).toEqual([0, 2, 4, 5]);
    expect(recorded.map(replicateOf)).toEqual([0, 2, 4, 5]);
    expect(result.runs.map(({ state }) => state)).toEqual([
      'finished',
      'finished',
      'finished',
      'diverged',
      'finished',
      'finished',
    ]);
    expect(events.filter(({ type }) => type === 'skipped')).toEqual([
      { type: 'skipped', run: finishedRun(specs[1]!) },
      { type: 'skipped', run: endedRun(specs[3]!, 'diverged') },
    ]);
  });

  test('trains a spec that was planned twice once.', async () => {
    const { result, trained } = await searched({ specs: [specs[0]!, specs[1]!, specs[0]!], concurrency: 3 });
    expect(trained).toEqual([0, 1]);
    expect(result.runs.map(replicateOf)).toEqual([0, 1]);
  });

  test('hands the sample sheet of a run to who records the run, and no sheet where none was drawn.', async () => {
    const recorded: [number, number[] | null][] = [];
    await searched({
      async train(spec, options) {
        if (spec.recipe.replicate % 2 === 0) options.onSheet(Uint8Array.of(spec.recipe.replicate));
        return slowestFirst(spec, options);
      },
      record(run, sheet) {
        recorded.push([replicateOf(run), sheet && [...sheet]]);
        return Promise.resolve();
      },
      concurrency: 3,
    });
    expect(recorded.toSorted(([left], [right]) => left - right)).toEqual([
      [0, [0]],
      [1, null],
      [2, [2]],
      [3, null],
      [4, [4]],
      [5, null],
    ]);
  });

  test('tells what happens in order: started, each epoch, and finished once the run is recorded.', async () => {
    const order: string[] = [];
    await searched({
      specs: specs.slice(0, 1),
      train(spec, { onEpoch }) {
        onEpoch(epoch(1));
        onEpoch(epoch(2));
        return Promise.resolve(finishedRun(spec));
      },
      async record() {
        await pause(2, new AbortController().signal);
        order.push('recorded');
      },
      onEvent: (event) => void order.push(event.type === 'epoch' ? `epoch ${event.epoch.epoch}` : event.type),
    });
    expect(order).toEqual(['started', 'epoch 1', 'epoch 2', 'recorded', 'finished']);
  });

  test('refuses a concurrency that trains nothing.', async () => {
    for (const concurrency of [0, 1.5, NaN]) {
      await expect(searched({ concurrency })).rejects.toThrow(`expected a whole number from 1, got ${concurrency}`);
    }
  });
});

describe('A training that throws', () => {
  const throwing: TrainAlone = async (spec, options) => {
    if (spec.recipe.replicate !== 2) return slowestFirst(spec, options);
    options.onEpoch(epoch(1));
    throw new Error('out of memory');
  };

  test('is a failed run with its reason and the epochs it had, and the search goes on.', async () => {
    const { result, recorded } = await searched({ train: throwing, concurrency: 2 });
    expect(result.runs.map(({ state }) => state)).toEqual([
      'finished',
      'finished',
      'failed',
      'finished',
      'finished',
      'finished',
    ]);
    expect(result.runs[2]).toMatchObject({ key: keyOf(specs[2]!), reason: 'out of memory', curve: [epoch(1)] });
    expect(recorded).toContainEqual(result.runs[2]);
  });

  test('ends the search if the first three do, with the last reason.', async () => {
    const trained: number[] = [];
    const train: TrainAlone = (spec) => {
      trained.push(spec.recipe.replicate);
      return Promise.reject(new Error(`no data ${spec.recipe.replicate}`));
    };
    await expect(searched({ train })).rejects.toThrow(
      new UserError(
        'the first 3 trainings all failed, the last with: no data 2; mend the cause and run the same command again',
      ),
    );
    expect(trained).toEqual([0, 1, 2]);
  });

  test('does not end the search once a run has come to an end, were it a diverged one.', async () => {
    const train: TrainAlone = (spec) =>
      Promise.resolve(endedRun(spec, spec.recipe.replicate === 1 ? 'diverged' : 'failed'));
    const { result } = await searched({ train });
    expect(result.runs.map(({ state }) => state)).toEqual([
      'failed',
      'diverged',
      'failed',
      'failed',
      'failed',
      'failed',
    ]);
  });
});
