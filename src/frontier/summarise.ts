/**
 * From runs to points: one per architecture, at the learning rate that its validation PSNR chose.
 *
 * The test values are not looked at before that choice is made.
 */
import { type Arch, archName, type CountedParams, type Dimensions } from '../arch/arch.js';
import { multiplyAddsPerImage, shapeOf, shapes } from '../arch/arch.js';
import { meanOf } from '../base/averages.js';
import type { FinishedRun, Measurement, Run } from '../run/run.js';
import { type ArchEvidence, compareRates, evidenceOf, meanValidationPsnrDb, mostEpochs } from './evidence.js';
import type { RateEvidence } from './evidence.js';
import { frontierOf } from './frontier.js';
import { paramsOf, type Point, type Quality, type TestQuality } from './point.js';
import { meanIfKnown, sampleStd, sampleStdIfKnown } from './statistics.js';

export interface SummaryOptions {
  /** Of the task, for the parameter counts. */
  readonly dimensions: Dimensions;
  /** Decides the order of the points and who is on the frontier. */
  readonly count: CountedParams;
}

/**
 * One point per architecture, ordered by shape, parameters and widths, whatever the order of the runs. What counts as
 * evidence says `evidenceOf`, how a learning rate is chosen `compareRates`. Throws a UserError where the runs are of
 * several tasks, or of recipes that cannot be compared.
 */
export function summarise(runs: readonly Run[], options: SummaryOptions): Point[] {
  return pointsOf(evidenceOf(runs, options.dimensions), mostEpochs(runs), options);
}

/** The same from the evidence of the runs and their epochs. */
export function pointsOf(
  evidence: readonly ArchEvidence[],
  epochs: number,
  { dimensions, count }: SummaryOptions,
): Point[] {
  const points = evidence
    .map((ofArch) => pointOf(ofArch, epochs, dimensions))
    .sort((left, right) => compareCandidates(left, right, count));
  const frontier = new Set<Point>(frontierOf(points, { count }));
  return points.map((point) => (point.validation && frontier.has(point) ? { ...point, onFrontier: true } : point));
}

function pointOf(
  { arch, params, rates, diverged, failed }: ArchEvidence,
  epochs: number,
  dimensions: Dimensions,
): Point {
  const candidate = {
    shape: shapeOf(arch),
    arch,
    trainableParams: params.trainable,
    totalParams: params.total,
    multiplyAddsPerImage: multiplyAddsPerImage(arch, dimensions),
    diverged,
    failed,
    epochs,
    onFrontier: false as const,
    frontierProbability: null,
    verdict: 'undecided' as const,
  };
  const chosen = bestRate(rates);
  if (!chosen) return { ...candidate, learningRate: null, replicates: 0, validation: null, test: null };
  return {
    ...candidate,
    learningRate: chosen.learningRate,
    replicates: chosen.finished.length,
    validation: qualityOf(chosen.finished.map((run) => run.validation)),
    test: testQualityOf(chosen.finished),
  };
}

function bestRate(rates: readonly RateEvidence[]): RateEvidence | undefined {
  return rates.map((rate) => ({ ...rate, validationPsnrDb: meanValidationPsnrDb(rate) })).sort(compareRates)[0];
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
