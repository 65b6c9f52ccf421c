/** How long training takes on this machine, measured on a few steps. */
import { programOf } from '../arch/program.js';
import { initialWeights } from '../arch/weights.js';
import type { TaskData } from '../data/task-data.js';
import { adamWDefaults } from '../engine/engine.js';
import { openEngine } from '../engine/engines.js';
import type { RunSpec } from '../run/run.js';

const warmupSteps = 3;
const measuredSteps = 10;

/** Milliseconds that one image of training costs, batch making included, for the spec's network on one worker. */
export async function millisecondsPerImage(spec: RunSpec, data: TaskData): Promise<number> {
  const program = programOf(spec.arch, data.task.dimensions);
  const engine = await openEngine(spec.engine);
  const { recipe } = spec;
  const model = await engine.open(program, initialWeights(program, 'measure'), { ...adamWDefaults, weightDecay: 0 });
  let steps = 0;
  let started = 0;
  let images = 0;
  for (const batch of data.trainingBatches({ ...recipe, runKey: 'measure', epoch: 0 })) {
    await model.step(batch, recipe.learningRate);
    steps += 1;
    if (steps === warmupSteps) started = performance.now();
    else if (steps > warmupSteps) images += batch.size;
    if (steps === warmupSteps + measuredSteps) break;
  }
  const elapsedMs = performance.now() - started;
  await model.dispose();
  return elapsedMs / images;
}
