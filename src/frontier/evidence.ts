/** Gathers what the runs say of each architecture: its replicates at each learning rate, and which of these validation chooses. */
import { type Arch, archName, type Dimensions } from '../arch/arch.js';
import { type Series, seriesAmong } from '../arch/series.js';
import { sizesOf, type Sizes } from '../arch/sizes.js';
import { UserError } from '../base/errors.js';
import { decidingMetricOf, metricOf, scoreOf, type DecidingMetric } from '../run/metrics.js';
import type { FinishedResult, RunResult } from '../run/run.js';
import { groupBy, groupsOf, numberByName } from './group.js';
import { meanOf } from '../base/averages.js';
import { firstItem } from '../base/items.js';

/** Holds what a learning rate is judged by. */
export interface RateScore {
  readonly learningRate: number;
  /** Of the replicates that came to an end of their own: those whose loss was not finite. */
  readonly divergedShare: number;
  /** Mean over the replicates. */
  readonly validationScore: number;
}

/** Holds the finished replicates of one architecture at one learning rate; at least one. */
export interface RateEvidence extends RateScore {
  /** By replicate. */
  readonly finished: readonly FinishedResult[];
  /** Mean over the replicates. */
  readonly testScore: number;
}

/** Holds what the runs say of one architecture. */
export interface ArchEvidence extends Series {
  readonly arch: Arch;
  readonly sizes: Sizes;
  /** Those with a finished run. */
  readonly rates: readonly RateEvidence[];
  /** The one of them that goes before all others; null where there is none. */
  readonly chosen: RateEvidence | null;
  /** Runs over all learning rates. */
  readonly diverged: number;
  readonly failed: number;
}

/** Is an architecture with at least one finished run. */
export type MeasuredArch = ArchEvidence & { readonly chosen: RateEvidence };

/** Says whether any run of the architecture has finished. */
export function isMeasuredArch(evidence: ArchEvidence): evidence is MeasuredArch {
  return evidence.chosen !== null;
}

/**
 * Gathers the evidence of each architecture, in order of first appearance.
 *
 * - A run that is given twice (the same key) counts once; of a failed and a finished one, the finished.
 * - Only runs of the most epochs that any run was asked for are evidence; shorter ones cost effort.
 *
 * Throws a UserError where the runs are of several tasks, of recipes that cannot be compared, or measured by several
 * metrics.
 */
export function evidenceOf(runs: readonly RunResult[], dimensions: Dimensions): ArchEvidence[] {
  requireOneSetting(runs);
  requireOneMetric(runs);
  const epochs = mostEpochs(runs);
  const numberOf = numberByName(archName);
  const seriesOf = seriesAmong(archsOf(runs));
  const byArch = groupsOf(withoutRepeats(runs), (run) => numberOf(run.spec.arch));
  return Array.from(byArch, (group) => {
    const fullLength = group.filter((run) => run.spec.recipe.epochs === epochs);
    const { arch } = firstItem(group).spec;
    const rates = ratesOf(fullLength);
    const { family, shape } = seriesOf(arch);
    const evidence: Making = {
      arch,
      shape,
      sizes: sizesOf(arch, dimensions),
      rates,
      chosen: rates.length === 0 ? null : rates.reduce((best, rate) => (compareRates(rate, best) < 0 ? rate : best)),
      diverged: fullLength.filter((run) => run.state === 'diverged').length,
      failed: fullLength.filter((run) => run.state === 'failed').length,
    };
    if (family !== undefined) evidence.family = family;
    return evidence;
  });
}

type Making = { -readonly [Field in keyof ArchEvidence]: ArchEvidence[Field] };

/** Gives the networks of runs, one at a time. */
export function* archsOf(runs: readonly RunResult[]): Generator<Arch> {
  for (const { spec } of runs) yield spec.arch;
}

/** Finds the most epochs that any run was asked for; 0 without runs. */
export function mostEpochs(runs: readonly RunResult[]): number {
  return runs.reduce((most, run) => Math.max(most, run.spec.recipe.epochs), 0);
}

/** Lists in which no key stands twice: very long ones are not looked through again. */
const distinct = new WeakSet<readonly RunResult[]>();

/** Keeps each key once, a finished run before any other of its key. */
export function withoutRepeats<Kept extends RunResult>(runs: readonly Kept[]): readonly Kept[] {
  if (distinct.has(runs)) return runs;
  const byKey = new Map<string, Kept>();
  for (const run of runs) {
    if (byKey.get(run.key)?.state !== 'finished') byKey.set(run.key, run);
  }
  const kept = byKey.size === runs.length ? runs : [...byKey.values()];
  distinct.add(kept);
  return kept;
}

/**
 * Is negative where the left rate goes before the right one: with the smaller share of diverged replicates, then the
 * higher mean score on validation, then the smaller rate. So a rate at which a replicate diverged is chosen only where no
 * rate is clean. A failed replicate says nothing about its rate: it is only missing.
 */
export function compareRates(left: RateScore, right: RateScore): number {
  return (
    left.divergedShare - right.divergedShare ||
    right.validationScore - left.validationScore ||
    left.learningRate - right.learningRate
  );
}

function requireOneSetting(runs: readonly RunResult[]): void {
  const [first] = runs;
  if (first === undefined || runs.every((run) => sharesSetting(run, first))) return;
  const settings = new Set(runs.map((run) => settingOf(run)));
  throw new UserError(
    `a frontier compares runs of one task and one recipe (learning rates, replicates and epochs may differ), ` +
      `got ${settings.size}: ${[...settings].sort().join('; ')}; keep each in a results folder of its own`,
  );
}

/** A log may come from elsewhere, and scores of two metrics are no numbers of one kind. */
function requireOneMetric(runs: readonly RunResult[]): void {
  let first: DecidingMetric | null = null;
  for (const run of runs) {
    if (run.state !== 'finished') continue;
    const metric = decidingMetricOf(run.validation);
    first ??= metric;
    if (metric === first) continue;
    const [one, other] = [first, metric].map((key) => metricOf(key).label);
    throw new UserError(
      `${run.spec.task}: expected runs that are all measured by ${one}, got some measured by ${other}; keep each in a ` +
        'results folder of its own',
    );
  }
}

/** Whether `settingOf` gives both the same words. */
function sharesSetting(left: RunResult, right: RunResult): boolean {
  const [first, second] = [left.spec, right.spec];
  return (
    first.task === second.task &&
    first.recipe.batchSize === second.recipe.batchSize &&
    first.recipe.flips === second.recipe.flips &&
    first.recipe.weightDecay === second.recipe.weightDecay &&
    first.recipe.learningRateStep === second.recipe.learningRateStep &&
    first.recipe.patience === second.recipe.patience &&
    (left.imported?.onlySet ?? null) === (right.imported?.onlySet ?? null)
  );
}

/** Says in words what runs must share to be compared: two runs with the same words may be. */
export function settingOf({ spec: { task, recipe }, imported }: RunResult): string {
  const { batchSize, flips, weightDecay, learningRateStep, patience } = recipe;
  const rate = learningRateStep === 'never' ? 'a constant learning rate' : `a learning rate per ${learningRateStep}`;
  const ends = patience === undefined ? '' : `, patience ${patience}`;
  const measured = imported?.onlySet ? `, measured on ${imported.onlySet} alone` : '';
  return `${task}, batch ${batchSize}, flips ${flips}, weight decay ${weightDecay}, ${rate}${ends}${measured}`;
}

function ratesOf(runs: readonly RunResult[]): RateEvidence[] {
  const rates = [...groupBy(runs, (run) => run.spec.recipe.learningRate)].flatMap(([learningRate, group]) => {
    const finished = group.filter((run) => run.state === 'finished').toSorted(byReplicate);
    if (finished.length === 0) return [];
    const diverged = group.filter((run) => run.state === 'diverged').length;
    return [
      {
        learningRate,
        divergedShare: diverged / (diverged + finished.length),
        validationScore: meanOf(finished.map((run) => scoreOf(run.validation))),
        finished,
        testScore: meanOf(finished.map((run) => scoreOf(run.test))),
      },
    ];
  });
  // A copy is no longer than what is in it, where a list that has grown keeps room for sixteen more.
  return rates.slice();
}

/** Compares runs in a fixed order, so that sums round alike however the runs came in. */
export function byReplicate(left: RunResult, right: RunResult): number {
  const difference = left.spec.recipe.replicate - right.spec.recipe.replicate;
  return difference || (left.key < right.key ? -1 : 1);
}
