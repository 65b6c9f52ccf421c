/** How long training takes on this machine, measured on a few steps. */
import type { TaskData } from '../data/task-data.js';
import type { RunSpec } from '../run/run.js';
import { openNetwork } from './network.js';

const measuredSteps = 10;

/**
 * Milliseconds that one image of training costs, batch making included, for the spec's network on one worker. The steps
 * before those that are measured take the very same batches, so what a run computes once is not counted.
 */
export async function millisecondsPerImage(spec: RunSpec, data: TaskData): Promise<number> {
  const network = await openNetwork(spec, data, 'measure');
  const { recipe } = spec;
  const trainFirstBatches = async () => {
    let images = 0;
    let steps = 0;
    for (const batch of data.trainingBatches({ ...recipe, runKey: 'measure', epoch: 0 })) {
      await network.step(batch, recipe.learningRate);
      images += batch.size;
      steps += 1;
      if (steps === measuredSteps) break;
    }
    return images;
  };
  try {
    await trainFirstBatches();
    const started = performance.now();
    const images = await trainFirstBatches();
    return (performance.now() - started) / images;
  } finally {
    await network.dispose();
  }
}
