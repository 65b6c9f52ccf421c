import { describe, expect, test } from 'vitest';
import { Refusal, UserError } from '../../src/base/errors.js';
import type { Run } from '../../src/run/run.js';
import type { SearchEvent } from '../../src/search/search.js';
import { endedRun, finishedRun, logOf, pause, replicateOf, searched, specs } from './searches.js';
import type { TrainAlone } from './searches.js';

describe('A search that is stopped', () => {
  /** Aborts when the run of a replicate is recorded. */
  function stoppingAt(replicate: number, options: Parameters<typeof searched>[0] = {}) {
    const controller = new AbortController();
    const onEvent = (event: SearchEvent) => {
      if (event.type === 'finished' && replicateOf(event.run) === replicate) controller.abort();
    };
    return searched({ signal: controller.signal, onEvent, ...options });
  }

  test('starts no further run, and gives those that are finished.', async () => {
    const { result, trained } = await stoppingAt(2);
    expect(trained).toEqual([0, 1, 2]);
    expect(result.stopped).toBe(true);
    expect(result.runs.map(replicateOf)).toEqual([0, 1, 2]);
  });

  test('abandons what is in flight without a failed run, and what a worker reports of being ended.', async () => {
    const hanging: TrainAlone = async (spec, options) => {
      if (spec.recipe.replicate === 1) return finishedRun(spec);
      const ended = pause(60_000, options.signal);
      return spec.recipe.replicate === 0
        ? ended.then(() => finishedRun(spec))
        : ended.then(
            () => finishedRun(spec),
            () => endedRun(spec, 'failed', 'the worker process ended'),
          );
    };
    const { result, trained, recorded } = await stoppingAt(1, { train: hanging, concurrency: 3 });
    expect(trained.slice(0, 3)).toEqual([0, 1, 2]);
    expect(recorded.map(replicateOf)).toEqual([1]);
    expect(result.runs.map(replicateOf)).toEqual([1]);
    expect(result.stopped).toBe(true);
  });

  test('keeps a run that finishes in spite of the abort.', async () => {
    const stubborn: TrainAlone = async (spec) => {
      await pause(spec.recipe.replicate === 0 ? 200 : 10, new AbortController().signal);
      return finishedRun(spec);
    };
    const { result } = await stoppingAt(1, { train: stubborn, concurrency: 2 });
    expect(result.runs.map(replicateOf)).toEqual([0, 1]);
    expect(result.stopped).toBe(true);
  });

  test('goes on where it was, and between both nothing is trained twice.', async () => {
    const first = await stoppingAt(2, { concurrency: 2 });
    const second = await searched({ known: logOf(...first.recorded), concurrency: 2 });
    const finishedFirst = first.recorded.map(replicateOf);
    expect([...finishedFirst, ...second.trained].sort()).toEqual([0, 1, 2, 3, 4, 5]);
    expect(second.result).toEqual((await searched({})).result);
  });

  test('was not stopped if nothing was left to do.', async () => {
    expect((await stoppingAt(5)).result.stopped).toBe(false);
    const known = logOf(finishedRun(specs[4]!), finishedRun(specs[5]!));
    const { result } = await stoppingAt(3, { known });
    expect(result.stopped).toBe(false);
    expect(result.runs.map(replicateOf)).toEqual([0, 1, 2, 3, 4, 5]);
  });

  test('before it began trains nothing.', async () => {
    const { result, trained } = await searched({ signal: AbortSignal.abort() });
    expect(trained).toEqual([]);
    expect(result).toEqual({ runs: [], stopped: true });
  });
});

describe('A search whose record cannot be written', () => {
  test('ends at once: nothing more is started, what is in flight is aborted, and the error comes through.', async () => {
    const full = new UserError('no space left on the disk');
    const trained: number[] = [];
    const aborted: number[] = [];
    const train: TrainAlone = async (spec, { signal }) => {
      trained.push(spec.recipe.replicate);
      if (spec.recipe.replicate === 1) return finishedRun(spec);
      await pause(60_000, signal).catch((error: unknown) => {
        aborted.push(spec.recipe.replicate);
        throw error;
      });
      return finishedRun(spec);
    };
    await expect(searched({ train, concurrency: 2, record: () => Promise.reject(full) })).rejects.toBe(full);
    expect(trained).toEqual([0, 1]);
    expect(aborted).toEqual([0]);
  });

  test('or a training of which is refused by the disk ends with that, and has no failed run.', async () => {
    const full = new Refusal('the disk is full', 75);
    const recorded: Run[] = [];
    const record = (run: Run) => Promise.resolve(void recorded.push(run));
    const train: TrainAlone = ({ recipe }) =>
      recipe.replicate === 2 ? Promise.reject(full) : Promise.resolve(finishedRun(specs[recipe.replicate]!));
    await expect(searched({ train, record })).rejects.toBe(full);
    expect(recorded.map(replicateOf)).toEqual([0, 1]);
    // Also where it was asked to stop, and could not save.
    const stopped = new AbortController();
    const unsaved: TrainAlone = () => {
      stopped.abort();
      return Promise.reject(full);
    };
    await expect(searched({ train: unsaved, record, signal: stopped.signal })).rejects.toBe(full);
  });

  test('or whose specs cannot be enumerated gives that error.', async () => {
    const spent = new UserError('found only 2 different networks');
    function* running() {
      yield* specs.slice(0, 2);
      throw spent;
    }
    await expect(searched({ specs: running(), concurrency: 2 })).rejects.toBe(spent);
  });
});
