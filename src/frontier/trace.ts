/** Runs to a Frontier: the points of one task, who is on the frontier of its series and how surely, and what it cost. */
import type { Dimensions } from '../arch/arch.js';
import type { SizeName } from '../arch/sizes.js';
import { UserError } from '../base/errors.js';
import { decidingMetricOf, metricOf, type TaskMetrics } from '../run/metrics.js';
import type { EvaluationSet, RunResult } from '../run/run.js';
import { candidatesOf } from './bootstrap.js';
import { type Effort, effortOf } from './effort.js';
import { type ArchEvidence, evidenceOf, isMeasuredArch, mostEpochs } from './evidence.js';
import type { Point } from './point.js';
import { pointsOf } from './summarise.js';
import { type BandStep, uncertaintyOf, type UncertaintyOptions } from './uncertainty.js';

/** Holds all that the runs of one task say: points, how sure they are, and what they cost. */
export interface Frontier {
  /** A row of the task table, such as `mnist/denoising`. */
  readonly task: string;
  readonly dimensions: Dimensions;
  readonly axis: SizeName;
  /** What the task is measured by; the first decides. */
  readonly metrics: TaskMetrics;
  /** The training length that all points share. */
  readonly epochs: number;
  /** That of all points; absent where they were trained for all epochs. */
  readonly patience?: number;
  /**
   * The one set that imported runs were measured on: what stands as validation and as test is then the same number of
   * this set. Null where both were measured.
   */
  readonly onlySet: EvaluationSet | null;
  /** Ordered by series and size. */
  readonly points: readonly Point[];
  /** Around the curve of each series; empty where nothing tells the noise. */
  readonly bands: readonly BandStep[];
  /** How the probabilities and the bands came about. */
  readonly uncertainty: UncertaintyOptions;
  /** One row per series. */
  readonly effort: readonly Effort[];
}

/** Gives what must be known of the task beside its runs. */
export interface TraceOptions {
  readonly task: string;
  readonly dimensions: Dimensions;
  readonly axis: SizeName;
  readonly metrics: TaskMetrics;
  /** Images of the training split, before flips; null where it is not known. */
  readonly trainingImages: number | null;
  readonly uncertainty?: Partial<UncertaintyOptions>;
}

/** All runs have one metric; whether it is the task's, any of them says. */
function requireMetric(evidence: readonly ArchEvidence[], task: string, [wanted]: TaskMetrics): void {
  const measured = evidence.find(isMeasuredArch)?.chosen.finished[0];
  if (measured === undefined) return;
  const metric = decidingMetricOf(measured.validation);
  if (metric === wanted) return;
  throw new UserError(
    `${task}: expected runs that are measured by ${metricOf(wanted).label}, got some measured by ${metricOf(metric).label}; ` +
      'import them as a task of their own',
  );
}

/** Is enough for a band of two digits, and quick. The seed is fixed, so that equal runs give equal files. */
export const defaultUncertainty: UncertaintyOptions = { resamples: 1000, seed: 1, level: 0.9, noiseStd: null };

/** So many values are drawn in a minute: of very many architectures, fewer resamples. */
const mostDrawnValues = 2e7;
const fewestResamples = 100;

function affordableResamples(candidates: number): number {
  const affordable = Math.max(fewestResamples, Math.floor(mostDrawnValues / Math.max(1, candidates)));
  return Math.min(defaultUncertainty.resamples, affordable);
}

/** Traces the frontier of one task's runs. Throws a UserError where the runs cannot be compared (see `evidenceOf`). */
export function traceFrontier(runs: readonly RunResult[], options: TraceOptions): Frontier {
  const { task, dimensions, axis, metrics } = options;
  const evidence = evidenceOf(runs, dimensions);
  requireMetric(evidence, task, metrics);
  // Before the points, since it takes much memory for a while.
  const effort = effortOf(runs, options);
  const epochs = mostEpochs(runs);
  const candidates = candidatesOf(evidence, axis);
  const settings = { ...defaultUncertainty, resamples: affordableResamples(candidates.length), ...options.uncertainty };
  const uncertainty = uncertaintyOf(candidates, settings);
  const probabilities = new Map<ArchEvidence, number | null>(
    candidates.map(({ evidence: of }, index) => [of, uncertainty?.frontierProbability[index] ?? null]),
  );
  const points = pointsOf(evidence, epochs, options, (ofArch) => probabilities.get(ofArch) ?? null);
  return {
    task,
    dimensions,
    axis,
    metrics,
    epochs,
    ...patienceOf(runs),
    // The same for all runs: others are not compared.
    onlySet: runs[0]?.imported?.onlySet ?? null,
    points,
    bands: uncertainty?.bands ?? [],
    uncertainty: settings,
    effort,
  };
}

/** The same for all runs: others are not compared. */
function patienceOf([run]: readonly RunResult[]): Pick<Frontier, 'patience'> {
  const patience = run?.spec.recipe.patience;
  return patience === undefined ? {} : { patience };
}
