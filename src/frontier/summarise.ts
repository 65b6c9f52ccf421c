/**
 * From runs to points: one per architecture, at the learning rate that its validation PSNR chose.
 *
 * The test values are not looked at before that choice is made.
 */
import { type Arch, archName, type CountedParams, type Dimensions } from '../arch/arch.js';
import { multiplyAddsPerImage, parameterCount, shapeOf, shapes } from '../arch/arch.js';
import { UserError } from '../base/errors.js';
import type { FinishedRun, Measurement, Run } from '../run/run.js';
import { frontierOf } from './frontier.js';
import { groupBy } from './group.js';
import { paramsOf, type Point, type Quality, type TestQuality } from './point.js';
import { meanIfKnown, meanOf, sampleStd, sampleStdIfKnown } from './statistics.js';

export interface SummaryOptions {
  /** Of the task, for the parameter counts. */
  readonly dimensions: Dimensions;
  /** Decides the order of the points and who is on the frontier. */
  readonly count: CountedParams;
}

/**
 * One point per architecture, ordered by shape, parameters and widths, whatever the order of the runs.
 *
 * - A run that is given twice (the same key) counts once; of a failed and a finished one, the finished.
 * - Points are measured at the most epochs that any run was asked for; shorter runs cost effort, but are no evidence.
 * - The learning rate: the one with the smallest share of diverged replicates, then with the highest mean validation
 *   PSNR, then the smallest. So a rate at which a replicate diverged is chosen only where no rate is clean. A failed
 *   replicate says nothing about its rate: it is only missing.
 *
 * Throws a UserError where the runs are of several tasks, or of recipes that cannot be compared.
 */
export function summarise(runs: readonly Run[], { dimensions, count }: SummaryOptions): Point[] {
  requireOneSetting(runs);
  const epochs = mostEpochs(runs);
  const byArch = groupBy(withoutRepeats(runs), (run) => archName(run.spec.arch));
  const points = [...byArch.values()]
    .map((group) => pointOf(group, epochs, dimensions))
    .sort((left, right) => compareCandidates(left, right, count));
  const frontier = new Set<Point>(frontierOf(points, { count }));
  return points.map((point) => (point.validation && frontier.has(point) ? { ...point, onFrontier: true } : point));
}

/** The most epochs that any run was asked for; 0 without runs. */
export function mostEpochs(runs: readonly Run[]): number {
  return runs.reduce((most, run) => Math.max(most, run.spec.recipe.epochs), 0);
}

/** Each key once, a finished run before any other of its key. */
export function withoutRepeats(runs: readonly Run[]): Run[] {
  const byKey = new Map<string, Run>();
  for (const run of runs) {
    if (byKey.get(run.key)?.state !== 'finished') byKey.set(run.key, run);
  }
  return [...byKey.values()];
}

function requireOneSetting(runs: readonly Run[]): void {
  const settings = new Set(runs.map((run) => settingOf(run)));
  if (settings.size <= 1) return;
  throw new UserError(
    `a frontier compares runs of one task and one recipe (learning rates, replicates and epochs may differ), ` +
      `got ${settings.size}: ${[...settings].sort().join('; ')}; keep each in a results folder of its own`,
  );
}

function settingOf({ spec: { task, recipe }, imported }: Run): string {
  const { batchSize, flips, weightDecay, learningRateStep } = recipe;
  const measured = imported?.onlySet ? `, measured on ${imported.onlySet} alone` : '';
  return `${task}, batch ${batchSize}, flips ${flips}, weight decay ${weightDecay}, a learning rate per ${learningRateStep}${measured}`;
}

function pointOf(runs: readonly Run[], epochs: number, dimensions: Dimensions): Point {
  const { arch } = runs[0]!.spec;
  const params = parameterCount(arch, dimensions);
  const fullLength = runs.filter((run) => run.spec.recipe.epochs === epochs);
  const candidate = {
    shape: shapeOf(arch),
    arch,
    trainableParams: params.trainable,
    totalParams: params.total,
    multiplyAddsPerImage: multiplyAddsPerImage(arch, dimensions),
    diverged: fullLength.filter((run) => run.state === 'diverged').length,
    failed: fullLength.filter((run) => run.state === 'failed').length,
    epochs,
    onFrontier: false as const,
  };
  const chosen = bestLearningRate(fullLength);
  if (!chosen) return { ...candidate, learningRate: null, replicates: 0, validation: null, test: null };
  return {
    ...candidate,
    learningRate: chosen.learningRate,
    replicates: chosen.finished.length,
    validation: qualityOf(chosen.finished.map((run) => run.validation)),
    test: testQualityOf(chosen.finished),
  };
}

interface RateSummary {
  readonly learningRate: number;
  readonly finished: readonly FinishedRun[];
  readonly divergedShare: number;
  readonly validationPsnrDb: number;
}

function bestLearningRate(runs: readonly Run[]): RateSummary | undefined {
  const rates: RateSummary[] = [];
  for (const [learningRate, group] of groupBy(runs, (run) => run.spec.recipe.learningRate)) {
    const finished = group.filter((run) => run.state === 'finished').sort(byReplicate);
    if (finished.length === 0) continue;
    const diverged = group.filter((run) => run.state === 'diverged').length;
    rates.push({
      learningRate,
      finished,
      divergedShare: diverged / (diverged + finished.length),
      validationPsnrDb: meanOf(finished.map((run) => run.validation.psnrDb)),
    });
  }
  return rates.sort(
    (left, right) =>
      left.divergedShare - right.divergedShare ||
      right.validationPsnrDb - left.validationPsnrDb ||
      left.learningRate - right.learningRate,
  )[0];
}

/** A fixed order, so that sums round alike however the runs came in. */
function byReplicate(left: Run, right: Run): number {
  const difference = left.spec.recipe.replicate - right.spec.recipe.replicate;
  return difference || (left.key < right.key ? -1 : 1);
}

function qualityOf(measurements: readonly Measurement[]): Quality {
  const errors = measurements.map((measurement) => measurement.meanSquaredError);
  const psnrsDb = measurements.map((measurement) => measurement.psnrDb);
  return {
    meanSquaredError: meanIfKnown(errors),
    meanSquaredErrorStd: sampleStdIfKnown(errors),
    psnrDb: meanOf(psnrsDb),
    psnrDbStd: sampleStd(psnrsDb),
    psnrOfMeanDb: meanIfKnown(measurements.map((measurement) => measurement.psnrOfMeanDb)),
  };
}

function testQualityOf(runs: readonly FinishedRun[]): TestQuality {
  const similarities = runs.map((run) => run.test.ssim);
  const quality = qualityOf(runs.map((run) => run.test));
  return { ...quality, ssim: meanIfKnown(similarities), ssimStd: sampleStdIfKnown(similarities) };
}

function compareCandidates(left: Point, right: Point, count: CountedParams): number {
  return (
    shapes.indexOf(left.shape) - shapes.indexOf(right.shape) ||
    paramsOf(left, count) - paramsOf(right, count) ||
    compareArchs(left.arch, right.arch)
  );
}

function compareArchs(left: Arch, right: Arch): number {
  return (
    left.skipWidth - right.skipWidth ||
    left.bottleneckWidth - right.bottleneckWidth ||
    left.depth - right.depth ||
    (archName(left) < archName(right) ? -1 : 1)
  );
}
