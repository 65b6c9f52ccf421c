/**
 * What a frontier cost. Stands beside every frontier: a longer search finds higher points.
 * (Dodge et al. 2019, "Show Your Work"; Tang et al. 2020, "Showing your work doesn't always work".)
 */
import { archName, type Dimensions, type Shape, shapeOf, shapes } from '../arch/arch.js';
import { trainingMultiplyAdds } from '../run/cost.js';
import type { Run } from '../run/run.js';
import { knownTime } from '../run/timing.js';
import { groupBy } from './group.js';
import { withoutRepeats } from './evidence.js';

export interface Effort {
  readonly shape: Shape;
  readonly architectures: number;
  /** Distinct learning rates. */
  readonly learningRates: number;
  /** The most replicates that any architecture got at one learning rate. */
  readonly replicates: number;
  readonly runs: number;
  readonly diverged: number;
  readonly failed: number;
  /** Stopped before their end by a strategy; absent where none was. */
  readonly stopped?: number;
  /**
   * 3 x multiply-adds per image x training images x epochs, summed over runs: forward once, backward about twice.
   * Unfinished runs count the epochs that they completed. Null where the number of training images is not known, or how
   * far an imported run came.
   */
  readonly trainingMultiplyAdds: number | null;
  /** The time of all runs added up, as if one ran after the other; null where that of a run is not known. */
  readonly hours: number | null;
}

export interface EffortOptions {
  readonly dimensions: Dimensions;
  /** Images of the training split, before flips. */
  readonly trainingImages: number | null;
}

/** The effort of each shape that has runs; a run given twice counts once. */
export function effortOf(runs: readonly Run[], options: EffortOptions): Effort[] {
  const byShape = groupBy(withoutRepeats(runs), (run) => shapeOf(run.spec.arch));
  return shapes.flatMap((shape) => {
    const ofShape = byShape.get(shape);
    return ofShape ? [effortOfShape(shape, ofShape, options)] : [];
  });
}

function effortOfShape(shape: Shape, runs: readonly Run[], { dimensions, trainingImages }: EffortOptions): Effort {
  const settings = groupBy(runs, ({ spec: { arch, recipe } }) =>
    JSON.stringify([archName(arch), recipe.learningRate, recipe.epochs]),
  );
  const total = (valueOf: (run: Run) => number | null) =>
    runs.reduce<number | null>((sum, run) => addIfKnown(sum, valueOf(run)), 0);
  const durationMs = total((run) => knownTime(run.timing)?.durationMs ?? null);
  const stopped = runs.filter((run) => run.state === 'stopped').length;
  return {
    shape,
    architectures: new Set(runs.map((run) => archName(run.spec.arch))).size,
    learningRates: new Set(runs.map((run) => run.spec.recipe.learningRate)).size,
    replicates: [...settings.values()].reduce((most, group) => Math.max(most, group.length), 0),
    runs: runs.length,
    diverged: runs.filter((run) => run.state === 'diverged').length,
    failed: runs.filter((run) => run.state === 'failed').length,
    ...(stopped > 0 && { stopped }),
    trainingMultiplyAdds:
      trainingImages === null ? null : total((run) => multiplyAddsOfRun(run, { dimensions, trainingImages })),
    hours: durationMs === null ? null : durationMs / 3_600_000,
  };
}

/** What a run cost; an unfinished one cost the epochs that it completed. Null where these are not known. */
export function multiplyAddsOfRun(
  run: Run,
  { dimensions, trainingImages }: { dimensions: Dimensions; trainingImages: number },
): number | null {
  const epochs = epochsTrained(run);
  return epochs === null ? null : trainingMultiplyAdds(run.spec, dimensions, trainingImages, epochs);
}

function epochsTrained(run: Run): number | null {
  if (run.state === 'finished') return run.spec.recipe.epochs;
  return run.imported ? null : run.curve.length;
}

function addIfKnown(left: number | null, right: number | null): number | null {
  return left === null || right === null ? null : left + right;
}
