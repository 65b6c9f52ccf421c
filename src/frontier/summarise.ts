/**
 * From runs to points: one per architecture, at the learning rate that its score on validation chose.
 *
 * The test values take no part in that choice.
 */
import { type Arch, archName, type Dimensions } from '../arch/arch.js';
import { compareSeries } from '../arch/series.js';
import type { SizeName } from '../arch/sizes.js';
import { firstItem } from '../base/items.js';
import { metricKeys, metricOf, type Measurement } from '../run/metrics.js';
import type { RunResult } from '../run/run.js';
import { type ArchEvidence, evidenceOf, mostEpochs } from './evidence.js';
import { frontierOf } from './frontier.js';
import { type MeasuredPoint, sizeOfPoint, type Point, type Quality } from './point.js';
import { verdictOf } from './uncertainty.js';
import { meanIfKnown, sampleStdIfKnown } from './statistics.js';

/** Says how points are counted and ordered. */
export interface SummaryOptions {
  /** Of the task, for the parameter counts. */
  readonly dimensions: Dimensions;
  /** Decides the order of the points and who is on the frontier. */
  readonly axis: SizeName;
}

/**
 * Makes one point per architecture, ordered by series, size and widths, whatever the order of the runs. What
 * counts as evidence says `evidenceOf`, how a learning rate is chosen `compareRates`. Throws a UserError where the runs
 * are of several tasks, or of recipes that cannot be compared.
 */
export function summarise(runs: readonly RunResult[], options: SummaryOptions): Point[] {
  return pointsOf(evidenceOf(runs, options.dimensions), mostEpochs(runs), options);
}

/**
 * Does the same from the evidence of the runs and their epochs.
 * @param probabilityOf of being on the frontier, of the architecture of this evidence; null where it is not known
 */
export function pointsOf(
  evidence: readonly ArchEvidence[],
  epochs: number,
  { axis }: Pick<SummaryOptions, 'axis'>,
  probabilityOf: (ofArch: ArchEvidence) => number | null = () => null,
): Point[] {
  const points = evidence
    .map((ofArch) => pointOf(ofArch, { epochs, frontierProbability: probabilityOf(ofArch) }))
    .sort((left, right) => compareCandidates(left, right, axis));
  // Nobody has them yet, and a copy of each would be one too many.
  for (const point of frontierOf(points, { axis }) as Making[]) point.onFrontier = true;
  return points;
}

type Making = { -readonly [Field in keyof MeasuredPoint]: MeasuredPoint[Field] };

function pointOf(
  { arch, family, shape, sizes, chosen, diverged, failed }: ArchEvidence,
  { epochs, frontierProbability }: Pick<Point, 'epochs' | 'frontierProbability'>,
): Point {
  // One list of fields: what is put together of several takes four times the memory, and there may be very many.
  const point = {
    shape,
    arch,
    trainableParams: sizes.trainableParams,
    totalParams: sizes.totalParams,
    multiplyAddsPerImage: sizes.multiplyAddsPerImage,
    storedBytes: sizes.storedBytes,
    activationBytes: sizes.activationBytes,
    diverged,
    failed,
    epochs,
    onFrontier: false,
    frontierProbability,
    verdict: verdictOf(frontierProbability),
    learningRate: chosen?.learningRate ?? null,
    replicates: chosen?.finished.length ?? 0,
    validation: chosen && qualityOf(chosen.finished.map((run) => run.validation)),
    test: chosen && qualityOf(chosen.finished.map((run) => run.test)),
  } as Making;
  if (family !== undefined) point.family = family;
  return point;
}

/** The metrics are those that the first measurement has. */
function qualityOf(measurements: readonly Measurement[]): Quality {
  const quality: Record<string, number | null> = {};
  for (const key of metricKeys) {
    if (firstItem(measurements)[key] === undefined) continue;
    const values = measurements.map((measurement) => measurement[key] ?? null);
    quality[key] = meanIfKnown(values);
    if (metricOf(key).hasSpread) quality[`${key}Std`] = sampleStdIfKnown(values);
  }
  return quality;
}

function compareCandidates(left: Point, right: Point, axis: SizeName): number {
  return (
    compareSeries(left, right) ||
    sizeOfPoint(left, axis) - sizeOfPoint(right, axis) ||
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
