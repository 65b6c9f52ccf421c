/** How long runs will take on this machine, from a few measured steps. */
import { type Dimensions } from '../arch/arch.js';
import { sizeOf } from '../arch/sizes.js';
import { OutOfMemory } from '../base/errors.js';
import type { TaskData } from '../data/task-data.js';
import type { RunSpec } from '../run/spec.js';
import { millisecondsPerImage } from './measure.js';

/** Evaluation after every epoch, beside the training: a fifth as many images, a third of the work each. */
const evaluationShare = 1 / 15;

/** Holds the networks that are measured. */
export interface Extremes {
  /** In multiply-adds. */
  readonly smallest: RunSpec;
  readonly largest: RunSpec;
  /** The most values on the skips of all blocks: depth x skip width. */
  readonly longest: RunSpec;
}

/** Finds the extremes, the first of equals each; null where there are no specs. */
export function extremesOf(specs: Iterable<RunSpec>, dimensions: Dimensions): Extremes | null {
  const madds = (spec: RunSpec) => sizeOf(spec.arch, dimensions, 'multiply-adds');
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
 * Measures the milliseconds that one image of training takes each extreme here, with so many networks side by side, or
 * as many as the memory suffices for.
 */
export async function measureExtremes(
  extremes: Extremes,
  data: TaskData,
  members: number,
): Promise<Record<keyof Extremes, number>> {
  const measure = (spec: RunSpec) => asManyAsFit(members, (fitting) => millisecondsPerImage(spec, data, fitting));
  return {
    smallest: await measure(extremes.smallest),
    largest: await measure(extremes.largest),
    longest: await measure(extremes.longest),
  };
}

/** Measures with so many members, or with half as many for as long as the memory does not suffice. */
export async function asManyAsFit<Result>(
  members: number,
  measure: (members: number) => Promise<Result>,
): Promise<Result> {
  try {
    return await measure(members);
  } catch (error) {
    if (!(error instanceof OutOfMemory) || members === 1) throw error;
    return asManyAsFit(Math.ceil(members / 2), measure);
  }
}

/**
 * Estimates the milliseconds of a run: a line through the time per image of the smallest and the largest network, over
 * multiply-adds; and for networks with more skip values than that line has, as many narrow blocks have them, what the
 * longest network took beyond it.
 * @param perImageMs of each extreme, in training
 */
export function estimateFrom(
  { smallest, largest, longest }: Extremes,
  perImageMs: Readonly<Record<keyof Extremes, number>>,
  { task, trainingImages }: Pick<TaskData, 'task' | 'trainingImages'>,
): (spec: RunSpec) => number {
  const madds = (spec: RunSpec) => sizeOf(spec.arch, task.dimensions, 'multiply-adds');
  const ends = [madds(smallest), madds(largest)] as const;
  const timeMs = lineThrough(ends, [perImageMs.smallest, perImageMs.largest]);
  const usualValues = lineThrough(ends, [skipValues(smallest), skipValues(largest)]);
  const excessValues = (spec: RunSpec) => Math.max(0, skipValues(spec) - usualValues(madds(spec)));
  const beyondMs = Math.max(0, perImageMs.longest - timeMs(madds(longest)));
  const excessMs = excessValues(longest) === 0 ? 0 : beyondMs / excessValues(longest);
  return (spec) => {
    const images = trainingImages * spec.recipe.flips * spec.recipe.epochs;
    return (timeMs(madds(spec)) + excessMs * excessValues(spec)) * images * (1 + evaluationShare);
  };
}

function skipValues({ arch }: RunSpec): number {
  return arch.depth * arch.skipWidth;
}

/** Never falling, as no network is faster for being larger. */
function lineThrough([x0, x1]: readonly [number, number], [y0, y1]: readonly [number, number]) {
  const slope = x1 === x0 ? 0 : Math.max(0, (y1 - y0) / (x1 - x0));
  return (x: number) => y0 + slope * (x - x0);
}
