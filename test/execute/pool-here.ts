/** A pool that trains in the process of the tests, and what they have happen in its trainings. */
import { messageOf, OutOfMemory, Refusal, Stopped } from '../../src/base/errors.js';
import type { Pool, PoolOptions } from '../../src/execute/pool.js';
import type { EpochRecord } from '../../src/run/run.js';
import type { RunSpec } from '../../src/run/spec.js';

/** What a test has happen in the trainings. */
export const trainings: {
  /** Called after every epoch of a run; what it throws is how the training fails. */
  onEpoch: (spec: RunSpec, record: EpochRecord) => void;
} = { onEpoch: () => undefined };

/** Has Ctrl-C come after the first epoch of the run with this number, counted from 1. */
export function stopInRun(number: number): void {
  let begun = 0;
  trainings.onEpoch = (_, { epoch }) => {
    if (epoch === 1) begun += 1;
    if (begun !== number) return;
    trainings.onEpoch = () => undefined;
    process.emit('SIGINT');
  };
}

/** Opens a pool without workers; all else is as ever: the checkpoints, the samples, and how a training is asked to stop. */
export function openPoolHere({ dataFolder, checkpoints, claim, studyMs, onNote }: PoolOptions): Pool {
  let closed = false;
  return {
    async train(pack, { signal, untilEpoch, onEpoch, onSheet }) {
      const { trainPack } = await import('../../src/train/train.js');
      if (signal.aborted || closed) throw new Stopped();
      try {
        return await trainPack(pack, {
          ...(dataFolder !== undefined && { dataFolder }),
          ...(checkpoints !== undefined && { checkpoints }),
          ...(claim !== undefined && { claim }),
          ...(untilEpoch !== undefined && { untilEpoch }),
          ...(studyMs && { studyStartedMs: studyMs() }),
          ...(onNote && { onNote }),
          onEpoch(place, record, again) {
            onEpoch(place, record, again);
            if (!again) trainings.onEpoch(pack[place]!, record);
          },
          onSheet,
          stop: signal,
        });
      } catch (error) {
        if (error instanceof Refusal) throw error;
        if (signal.aborted || closed) throw new Stopped({ cause: error });
        if (error instanceof OutOfMemory) throw error;
        throw new Error(messageOf(error), { cause: error });
      }
    },
    close: () => Promise.resolve(void (closed = true)),
  };
}
