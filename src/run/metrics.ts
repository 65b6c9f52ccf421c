/**
 * The table of metrics: what a network is measured by. Each task has some of them, the first of which decides: it chooses
 * learning rates, frontiers and the best network. Inside the program everything that decides is a score, which is the
 * better the higher it is; outside, a number has the name, the unit and the direction of its metric.
 */

/** Describes a metric. */
export interface Metric {
  /** Its name in headings, tables and messages. */
  readonly label: string;
  /** What stands behind its numbers where they are shown; empty where they have none. */
  readonly unit: string;
  /** Whether the unit alone says which metric it is. */
  readonly unitTells: boolean;
  readonly better: 'higher' | 'lower';
  /** What stands behind the name of a set in CSV files: `validation_psnr_db`. */
  readonly column: string;
  /** A sentence on its mean over the items of a set, with `{set}` in place of the set's name. */
  readonly documentation: string;
  /** What a stored number is multiplied by to be shown: 100 for a share that is shown in percent. */
  readonly shownTimes: number;
  /** Digits behind the point where it is shown; null for four digits that count. */
  readonly decimals: number | null;
  /** Whether tables for people show it beside the metric that decides. */
  readonly isTabled: boolean;
  /** Whether its standard deviation over replicates has a column of its own. */
  readonly hasSpread: boolean;
  /** Measured on the test set alone. */
  readonly testOnly?: true;
  /** How far a frontier may lie behind its baseline where a gate is not told, as stored; null where it has to be told. */
  readonly margin: number | null;
  /** The least standard deviation between replicates to reckon with, as stored; null for a hundredth of the spread of networks. */
  readonly leastNoise: number | null;
  /** The least that an axis of a plot spans, as stored; null for a fiftieth of the numbers that are shown. */
  readonly leastSpan: number | null;
  /** The least and the most that it can be. */
  readonly bounds: readonly [least: number, most: number];
}

/**
 * Bounds a PSNR: none lies further from 0 dB, as that of the least and of the largest squared error that a number can
 * be are 3,234 and -3,083 dB. So sums of PSNRs are finite.
 */
const farthestPsnrDb = 3300;

/** Nothing is decided by these, so any number will do. */
const anyNumber = [-Number.MAX_VALUE, Number.MAX_VALUE] as const;
/** So far that its squares and sums are finite. */
const positive = [0, 1e150] as const;
const share = [0, 1] as const;

const plain = {
  unit: '',
  unitTells: false,
  shownTimes: 1,
  hasSpread: true,
  isTabled: true,
  leastSpan: null,
  leastNoise: null,
  margin: null,
} as const;

/** Lists all metrics by their keys, which runs have in their measurements, in the order of the columns. */
export const metricTable = {
  meanSquaredError: {
    ...plain,
    label: 'mean squared error',
    isTabled: false,
    better: 'lower',
    column: 'mse',
    documentation: 'The mean squared error on {set}.',
    decimals: null,
    bounds: anyNumber,
  },
  psnrDb: {
    ...plain,
    label: 'PSNR',
    unit: 'dB',
    unitTells: true,
    better: 'higher',
    column: 'psnr_db',
    leastSpan: 0.5,
    leastNoise: 0.01,
    margin: 0.02,
    documentation: "The mean over evaluation batches of each batch's PSNR on {set} (peak 1), in dB.",
    decimals: 3,
    bounds: [-farthestPsnrDb, farthestPsnrDb],
  },
  psnrOfMeanDb: {
    ...plain,
    label: 'PSNR of the mean error',
    isTabled: false,
    unit: 'dB',
    better: 'higher',
    column: 'psnr_of_mean_db',
    documentation: 'The PSNR of the mean squared error on the whole of {set}, in dB.',
    decimals: 3,
    hasSpread: false,
    bounds: [-farthestPsnrDb, farthestPsnrDb],
  },
  ssim: {
    ...plain,
    label: 'SSIM',
    testOnly: true,
    better: 'higher',
    column: 'ssim',
    documentation: 'The structural similarity on {set}: Gaussian window 11 x 11, sigma 1.5, data range 1.',
    decimals: 4,
    bounds: anyNumber,
  },
  accuracy: {
    ...plain,
    label: 'accuracy',
    unit: '%',
    better: 'higher',
    column: 'accuracy',
    documentation: 'The share of {set} whose class is the one with the largest output.',
    shownTimes: 100,
    decimals: 2,
    margin: 0.005,
    bounds: share,
  },
  top5Accuracy: {
    ...plain,
    label: 'top-5 accuracy',
    unit: '%',
    better: 'higher',
    column: 'top5_accuracy',
    documentation: 'The share of {set} whose class is among the five with the largest outputs.',
    shownTimes: 100,
    decimals: 2,
    bounds: share,
  },
  meanAuc: {
    ...plain,
    label: 'mean AUC',
    better: 'higher',
    column: 'mean_auc',
    documentation:
      'The area under the receiver operating characteristic on {set}, the mean over the labels that have both values there.',
    decimals: 4,
    bounds: share,
  },
  auc: {
    ...plain,
    label: 'AUC',
    better: 'higher',
    column: 'auc',
    documentation:
      'The area under the receiver operating characteristic on {set}, of two classes, or the mean of each class against the rest.',
    decimals: 4,
    bounds: share,
  },
  logLoss: {
    ...plain,
    label: 'log loss',
    better: 'lower',
    column: 'log_loss',
    documentation: 'The mean cross-entropy on {set}, in nats.',
    decimals: 4,
    bounds: positive,
  },
  rmse: {
    ...plain,
    label: 'RMSE',
    better: 'lower',
    column: 'rmse',
    documentation:
      'The root of the mean squared error on {set}: in the unit of the target, or of several targets in standard deviations.',
    decimals: null,
    bounds: positive,
  },
  mae: {
    ...plain,
    label: 'MAE',
    better: 'lower',
    column: 'mae',
    documentation: 'The mean absolute error on {set}, in the unit of the RMSE.',
    decimals: null,
    bounds: positive,
  },
  r2: {
    ...plain,
    label: 'R²',
    better: 'higher',
    column: 'r2',
    documentation: 'The share of the variance of the targets of {set} that is predicted, the mean over the targets.',
    decimals: 4,
    bounds: [-Number.MAX_VALUE, 1],
  },
} as const satisfies Readonly<Record<string, Metric>>;

/** Names a metric, as measurements do. */
export type MetricKey = keyof typeof metricTable;
/** Lists the keys in the order of the table. */
export const metricKeys = Object.keys(metricTable) as MetricKey[];

/** Gives the metric of a key. */
export function metricOf(key: MetricKey): Metric {
  return metricTable[key];
}

/** Says which other metrics stand beside one that decides. */
export interface MeasuredBeside {
  /** In every measurement. */
  readonly always: readonly MetricKey[];
  /** In every measurement of the test set. */
  readonly onTest: readonly MetricKey[];
  /** In the measurements of some tasks. */
  readonly sometimes: readonly MetricKey[];
}

/** Lists the metrics that decide, and what is measured beside each. No measurement has two of them. */
export const decidingMetrics = {
  psnrDb: { always: ['meanSquaredError', 'psnrOfMeanDb'], onTest: ['ssim'], sometimes: [] },
  accuracy: { always: ['logLoss'], onTest: [], sometimes: ['top5Accuracy', 'auc'] },
  rmse: { always: ['mae', 'r2'], onTest: [], sometimes: [] },
  meanAuc: { always: ['logLoss'], onTest: [], sometimes: [] },
} as const satisfies Partial<Record<MetricKey, MeasuredBeside>>;

/** Names a metric that decides. */
export type DecidingMetric = keyof typeof decidingMetrics;

/** Lists the metrics that decide. */
export const decidingKeys = Object.keys(decidingMetrics) as DecidingMetric[];

const others = decidingKeys.filter((key) => key !== 'psnrDb');

/** Lists what a task is measured by; the first decides. */
export type TaskMetrics = readonly [DecidingMetric, ...MetricKey[]];

/** Gives what a task is measured by whose metric that decides is known alone: all that may stand beside it. */
export function metricsDecidedBy(key: DecidingMetric): TaskMetrics {
  const { always, onTest, sometimes }: MeasuredBeside = decidingMetrics[key];
  return [key, ...always, ...onTest, ...sometimes];
}

/** Lists what tasks are measured by whose targets are pictures. */
export const pictureMetrics = metricsDecidedBy('psnrDb');

/** Holds the numbers of a network on one evaluation set. What an imported run does not know is null. */
export type Measurement = Readonly<Partial<Record<MetricKey, number | null>>>;

/** Finds the metric that decides in a measurement. Throws a RangeError where there is none. */
export function decidingMetricOf(measurement: Measurement): DecidingMetric {
  if (typeof measurement.psnrDb === 'number') return 'psnrDb';
  const key = others.find((name) => typeof measurement[name] === 'number');
  if (key === undefined) throw new RangeError('measurement: expected a metric that decides, got none');
  return key;
}

/** Gives the score of a measurement: the number of the metric that decides, turned round where lower is better. */
export function scoreOf(measurement: Measurement): number {
  // By far the most are these, and there may be very many.
  if (typeof measurement.psnrDb === 'number') return measurement.psnrDb;
  const key = decidingMetricOf(measurement);
  return scoreFrom(key, measurement[key]!);
}

/** Turns a metric's number into a score. */
export function scoreFrom(key: MetricKey, value: number): number {
  return metricOf(key).better === 'higher' ? value : -value;
}

/** Turns a score, or a difference of scores, into the metric's number. It is its own inverse. */
export const fromScore = scoreFrom;

/** Gives a number in the unit in which a metric is stored, of one in the unit in which it is shown. */
export function fromShown(key: MetricKey, value: number): number {
  return value / metricOf(key).shownTimes;
}
