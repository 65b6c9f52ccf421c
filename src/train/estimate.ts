/** How long runs will take on this machine, from a few measured steps. */
import { multiplyAddsPerImage, type Dimensions } from '../arch/arch.js';
import type { TaskData } from '../data/task-data.js';
import type { RunSpec } from '../run/run.js';
import { millisecondsPerImage } from './measure.js';

/** Evaluation after every epoch, beside the training: a fifth as many images, a third of the work each. */
const evaluationShare = 1 / 15;

/** The networks that are measured. */
export interface Extremes {
  /** In multiply-adds. */
  readonly smallest: RunSpec;
  readonly largest: RunSpec;
  /** The most values on the skips of all blocks: depth x skip width. */
  readonly longest: RunSpec;
}

/** The first of equals each; null where there are no specs. */
export function extremesOf(specs: Iterable<RunSpec>, dimensions: Dimensions): Extremes | null {
  const madds = (spec: RunSpec) => multiplyAddsPerImage(spec.arch, dimensions);
  let extremes: Extremes | null = null;
  for (const spec of specs) {
    const { smallest, largest, longest }: Extremes = extremes ?? { smallest: spec, largest: spec, longest: spec };
    extremes = {
      smallest: madds(spec) < madds(smallest) ? spec : smallest,
      largest: madds(spec) > madds(largest) ? spec : largest,
      longest: skipValues(spec) > skipValues(longest) ? spec : longest,
    };
  }
  return extremes;
}

/**
 * Gives the estimated milliseconds of a run on one worker: a line through the measured time per image of the smallest
 * and the largest network, over multiply-adds; and for networks with more skip values than that line has, as many narrow
 * blocks have them, what the longest network took beyond it.
 */
export async function measureDurations(
  { smallest, largest, longest }: Extremes,
  data: TaskData,
): Promise<(spec: RunSpec) => number> {
  const madds = (spec: RunSpec) => multiplyAddsPerImage(spec.arch, data.task.dimensions);
  const timeMs = lineThrough(
    [madds(smallest), await millisecondsPerImage(smallest, data)],
    [madds(largest), await millisecondsPerImage(largest, data)],
  );
  const usualValues = lineThrough([madds(smallest), skipValues(smallest)], [madds(largest), skipValues(largest)]);
  const excessValues = (spec: RunSpec) => Math.max(0, skipValues(spec) - usualValues(madds(spec)));
  const beyondMs =
    excessValues(longest) === 0 ? 0 : (await millisecondsPerImage(longest, data)) - timeMs(madds(longest));
  const excessMs = beyondMs > 0 ? beyondMs / excessValues(longest) : 0;
  return (spec) => {
    const images = data.trainingImages * spec.recipe.flips * spec.recipe.epochs;
    return (timeMs(madds(spec)) + excessMs * excessValues(spec)) * images * (1 + evaluationShare);
  };
}

function skipValues({ arch }: RunSpec): number {
  return arch.depth * arch.skipWidth;
}

/** Never falling, as no network is faster for being larger. */
function lineThrough([x0, y0]: readonly [number, number], [x1, y1]: readonly [number, number]) {
  const slope = x1 === x0 ? 0 : Math.max(0, (y1 - y0) / (x1 - x0));
  return (x: number) => y0 + slope * (x - x0);
}
