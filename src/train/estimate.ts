/** How long runs will take on this machine, from a few measured steps. */
import { multiplyAddsPerImage, type Dimensions } from '../arch/arch.js';
import type { TaskData } from '../data/task-data.js';
import type { RunSpec } from '../run/run.js';
import { millisecondsPerImage } from './measure.js';

/** Evaluation after every epoch, beside the training: a fifth as many images, a third of the work each. */
const evaluationShare = 1 / 15;

export interface Extremes {
  readonly smallest: RunSpec;
  readonly largest: RunSpec;
}

/** The specs with the fewest and the most multiply-adds, the first of equals; null where there are none. */
export function extremesOf(specs: Iterable<RunSpec>, dimensions: Dimensions): Extremes | null {
  const madds = (spec: RunSpec) => multiplyAddsPerImage(spec.arch, dimensions);
  let extremes: Extremes | null = null;
  for (const spec of specs) {
    const { smallest, largest }: Extremes = extremes ?? { smallest: spec, largest: spec };
    extremes = {
      smallest: madds(spec) < madds(smallest) ? spec : smallest,
      largest: madds(spec) > madds(largest) ? spec : largest,
    };
  }
  return extremes;
}

/**
 * Gives the estimated milliseconds of a run on one worker: a line through the measured time per image of the smallest
 * and the largest network, over multiply-adds.
 */
export async function measureDurations(
  { smallest, largest }: Extremes,
  data: TaskData,
): Promise<(spec: RunSpec) => number> {
  const { dimensions } = data.task;
  const madds = (spec: RunSpec) => multiplyAddsPerImage(spec.arch, dimensions);
  const lowMs = await millisecondsPerImage(smallest, data);
  const highMs = await millisecondsPerImage(largest, data);
  const span = madds(largest) - madds(smallest);
  const slope = span === 0 ? 0 : Math.max(0, (highMs - lowMs) / span);
  const fixedMs = lowMs - slope * madds(smallest);
  return (spec) => {
    const images = data.trainingImages * spec.recipe.flips * spec.recipe.epochs;
    return (fixedMs + slope * madds(spec)) * images * (1 + evaluationShare);
  };
}
