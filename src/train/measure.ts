/** How long training takes on this machine, measured on a few steps. */
import { clock } from '../base/clock.js';
import type { TaskData } from '../data/task-data.js';
import type { RunSpec } from '../run/spec.js';
import { openNetwork } from './network.js';
import { packedSteps, type TrainingStep } from './packed-steps.js';

const mostSteps = 10;
/** So that an estimate of batches as large as a data set takes no longer than one of small batches. */
const mostImages = 4096;

/**
 * Measures the milliseconds that one image of training costs, batch making included, for the spec's network on one
 * worker. The steps before those that are measured take the very same batches, so what a run computes once is not
 * counted.
 * @param members networks of the spec that train side by side; the time is that of one
 */
export async function millisecondsPerImage(given: RunSpec, data: TaskData, members = 1): Promise<number> {
  const batchSize = Math.min(given.recipe.batchSize, mostImages);
  const spec = { ...given, recipe: { ...given.recipe, batchSize } };
  const measuredSteps = Math.min(mostSteps, Math.floor(mostImages / batchSize));
  const pack = Array.from({ length: members }, (_, member) => ({ spec, key: `measure ${member}` }));
  const network = await openNetwork(pack, data);
  const trainFirstSteps = async () => {
    for await (const losses of network.train(firstOf(packedSteps(data, pack, 0), measuredSteps))) void losses;
  };
  const images = members * Math.min(measuredSteps * batchSize, data.trainingImages * spec.recipe.flips);
  try {
    await trainFirstSteps();
    const startedMs = clock.monotonicMs();
    await trainFirstSteps();
    return (clock.monotonicMs() - startedMs) / images;
  } finally {
    await network.dispose();
  }
}

function* firstOf(steps: Iterable<TrainingStep>, count: number): Generator<TrainingStep> {
  let taken = 0;
  for (const step of steps) {
    yield step;
    taken += 1;
    if (taken === count) return;
  }
}
