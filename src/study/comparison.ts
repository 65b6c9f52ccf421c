/** The comparison of two frontiers: two series of one study, or two studies, against each other. */
import type { SizeName } from '../arch/sizes.js';
import { UserError } from '../base/errors.js';
import { formatCount } from '../base/numbers.js';
import type { BudgetInterval } from '../pareto/envelope.js';
import type { ComparisonReport } from '../report/comparison.js';
import { parseBudget } from '../search/budget.js';
import { statedInterval } from './interval.js';
import { loadStudy, type LoadedStudy } from './load.js';
import type { StudyContext } from './port.js';
import {
  compareSides,
  isOfSeveral,
  requireSameSetting,
  seriesWords,
  type Side,
  sideOf,
  splitWord,
  statedNoise,
} from './sides.js';
import { fromShown, scoreFrom } from '../run/metrics.js';

/**
 * Compares two folders, each with a series behind a colon or all of it; one folder, or the latest where none is named,
 * stands for its hourglass and its conventional networks. Throws a UserError where they cannot be compared, and where
 * one folder has several families.
 */
export async function compareFolders(words: readonly string[], context: StudyContext): Promise<ComparisonReport> {
  const { values } = context;
  const [left, right] = await openSides(words, context);
  requireSameSetting(left, right);
  const interval = statedInterval(values.interval, [left, right]);
  const [metric] = left.study.task.metrics;
  return compareSides(left, right, {
    interval,
    atParams: budgetsAt(values.at, left.study.axis, interval),
    referenceScore: values.reference === null ? null : scoreFrom(metric, fromShown(metric, values.reference)),
    level: values.level!,
    resamples: values.resamples!,
    seed: values.seed!,
    noiseStd: statedNoise(metric, values),
  });
}

async function openSides([first, second]: readonly string[], context: StudyContext): Promise<[Side, Side]> {
  if (second === undefined) {
    const study = await loadStudy(first, context);
    refuseSeveral(study);
    return [
      sideOf(study, { shape: 'hourglass' }, 'hourglass'),
      sideOf(study, { shape: 'conventional' }, 'conventional'),
    ];
  }
  const sides = [first!, second].map(async (word) => {
    const { folder, series } = splitWord(word);
    return sideOf(await loadStudy(folder, context), series, word);
  });
  return Promise.all(sides) as Promise<[Side, Side]>;
}

function refuseSeveral(study: LoadedStudy): void {
  if (!isOfSeveral(study)) return;
  throw new UserError(
    `${study.folder}: expected two series, as the folder has several families, got the folder alone; ` +
      `name two of ${seriesWords(study)}`,
  );
}

function budgetsAt(text: string | null, axis: SizeName, interval: BudgetInterval): number[] {
  const { lowest, highest } = interval;
  if (text === null) return [...new Set([lowest, Math.round(Math.sqrt(lowest * highest)), highest])];
  const { wanted } = parseBudget(text, axis, '--at');
  const outside = wanted.find((size) => size < lowest || size > highest);
  if (outside === undefined) return [...wanted];
  throw new UserError(
    `--at: expected budgets within ${formatCount(lowest)} to ${formatCount(highest)}, got ${formatCount(outside)}; ` +
      'change it or the --interval',
  );
}
