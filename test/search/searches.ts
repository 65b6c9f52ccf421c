/** Searches with a training made up by the tests. */
import { keyOf } from '../../src/run/key.js';
import type { EpochRecord, FinishedRun, Run, UnfinishedRun } from '../../src/run/run.js';
import type { RunSpec } from '../../src/run/spec.js';
import { runSearchLoop, type SearchEvent, type SearchLoopOptions, type Train } from '../../src/search/search.js';

const measurement = { meanSquaredError: 0.01, psnrDb: 20, psnrOfMeanDb: 20 };
const timing = { startedAt: '2025-01-01T00:00:00.000Z', durationMs: 1, imagesPerSecond: null };

/** Specs that differ in their replicate alone; the replicate names them below. */
export const specs: readonly RunSpec[] = [0, 1, 2, 3, 4, 5].map((replicate) => ({
  task: 'mnist/denoising',
  engine: 'fake',
  arch: {
    skipWidth: 20,
    bottleneckWidth: 5,
    depth: 1,
    inputProjection: 'trainable',
    outputProjection: 'trainable',
  },
  recipe: {
    epochs: 1,
    batchSize: 128,
    learningRate: 1e-3,
    learningRateStep: 'epoch',
    weightDecay: 0.01,
    flips: 1,
    seed: 1,
    replicate,
  },
}));

export const finishedRun = (spec: RunSpec): FinishedRun => ({
  key: keyOf(spec),
  spec,
  state: 'finished',
  curve: [],
  timing,
  validation: measurement,
  test: { ...measurement, ssim: 0.5 },
});

export const endedRun = (spec: RunSpec, state: UnfinishedRun['state'], reason: string = state): UnfinishedRun => {
  return { key: keyOf(spec), spec, state, reason, curve: [], timing };
};

export const epoch = (number: number): EpochRecord => {
  return { epoch: number, learningRate: 1e-3, trainLoss: 0.1, validation: measurement };
};

export const replicateOf = (run: Run) => run.spec.recipe.replicate;
export const logOf = (...runs: Run[]) => new Map(runs.map((run) => [run.key, run]));

/** A training of one run at a time. */
export type TrainAlone = (spec: RunSpec, options: AloneOptions) => Promise<Run>;

export interface AloneOptions {
  readonly signal: AbortSignal;
  readonly onEpoch: (record: EpochRecord) => void;
  readonly onSheet: (png: Uint8Array) => void;
}

/** Trains the runs of a pack one beside the other. */
export function eachAlone(train: TrainAlone): Train {
  return (pack, { signal, onEpoch, onSheet }) =>
    Promise.all(
      pack.map((spec, place) =>
        train(spec, {
          signal,
          onEpoch: (record) => onEpoch(place, record),
          onSheet: (png) => onSheet(place, png),
        }),
      ),
    );
}

/** A training that takes the less time the later it was planned, so that order of finishing and of plan differ. */
export const slowestFirst: TrainAlone = async (spec, { signal }) => {
  await pause(12 - 2 * spec.recipe.replicate, signal);
  return finishedRun(spec);
};

export function pause(durationMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, durationMs);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      reject(new Error('aborted'));
    });
  });
}

/** The search with all that the test does not care about, and what it did. */
export async function searched(options: Partial<Omit<SearchLoopOptions, 'train'>> & { readonly train?: TrainAlone }) {
  const trained: number[] = [];
  const recorded: Run[] = [];
  const events: SearchEvent[] = [];
  const { train = slowestFirst, ...rest } = options;
  const result = await runSearchLoop({
    specs,
    known: new Map(),
    record: (run) => Promise.resolve(void recorded.push(run)),
    concurrency: 1,
    signal: new AbortController().signal,
    onEvent: (event) => void events.push(event),
    ...rest,
    train: eachAlone((spec, trainOptions) => {
      trained.push(spec.recipe.replicate);
      return train(spec, trainOptions);
    }),
  });
  return { result, trained, recorded, events };
}
