/**
 * `--replicates auto:1..6`: the plan with the fewest replicates first, then round by round the next replicate of the
 * points whose verdict is least settled. What is chosen follows from the runs and `--look-every` alone, so that the plan
 * is the same at any number of workers, and made anew from the log it leads to the same runs.
 */
import type { Dimensions } from '../../arch/arch.js';
import { seriesKey } from '../../arch/series.js';
import type { SizeName } from '../../arch/sizes.js';
import { counted } from '../../base/numbers.js';
import type { OptionKey } from '../../config/options.js';
import { groupBy } from '../../frontier/group.js';
import { isMeasured, type MeasuredPoint } from '../../frontier/point.js';
import { traceFrontier, type Frontier } from '../../frontier/trace.js';
import { scoreOf, type TaskMetrics } from '../../run/metrics.js';
import { keyOf } from '../../run/key.js';
import type { Run, RunResult } from '../../run/run.js';
import type { RunSpec } from '../../run/spec.js';
import { configurationName } from '../../search/choice.js';
import { leastSettled } from '../../search/least-settled.js';
import { partOf } from '../../search/pending.js';
import { autoText, type ReplicateRange } from '../../search/replicates.js';
import type { Planned } from '../../search/search.js';
import type { Plan, RunsByKey } from './plan.js';
import { specsOfRounds } from './rounds.js';

/** The points are looked at as the study's own frontier shows them. */
interface FrontierSetting {
  readonly task: string;
  readonly dimensions: Dimensions;
  readonly axis: SizeName;
  readonly metrics: TaskMetrics;
}

interface ReplicateSetting extends FrontierSetting {
  /** How many replicates are chosen between two looks at the results. */
  readonly lookEvery: number;
}

/**
 * Makes a plan that goes on after the given one with more replicates, where the verdict of a point is least settled.
 */
export function withAutoReplicates(plan: Plan, range: ReplicateRange, setting: ReplicateSetting): Plan {
  const { lookEvery } = setting;
  const isFull = ({ length }: readonly RunResult[]) => length >= range.most;
  const choose = (ended: readonly RunResult[], count: number) => nextReplicates(ended, setting, { isFull, count });
  const next = (runs: RunsByKey) => replicateRounds(plan.next(runs), runs, (ended) => choose(ended, lookEvery));
  const times = range.most / range.least;
  return {
    ...plan,
    chooser: 'replicates are chosen',
    shardRefusal:
      plan.shardRefusal ??
      `replicates that look at no results, got ${autoText(range)}; give --replicates a number, or use --queue for many ` +
        'machines',
    listsAll: false,
    settings: [...new Set<OptionKey>([...plan.settings, 'lookEvery'])],
    bound() {
      const { fewest, most, likely } = plan.bound();
      return { fewest, most: most * times, mayEndEarlier: true, likely: { ...likely, times: likely.times * times } };
    },
    next,
    // In parts, how far each is trained depends on results, but not which are begun.
    specs: plan.trainsInParts ? specsOfAll(plan.specs, next) : specsOfRounds(next),
    describe() {
      const { sentences, document } = plan.describe();
      const { fewest } = plan.bound();
      return {
        sentences: [...sentences, descriptionOf(range, fewest, lookEvery)],
        document: { ...document, fewestRuns: fewest, replicates: range },
      };
    },
    report(known) {
      const report = plan.report(known);
      const isBegun = (runs: readonly RunResult[]) =>
        (!plan.trainsInParts || report.isWhole(runs)) && (!plan.listsAll || runs.length >= plan.bound().fewest);
      return {
        ...report,
        isWhole: (runs) =>
          isBegun(runs) && runs.every(({ state }) => state !== 'failed') && choose(runs, 1).length === 0,
        tell({ runs, frontier }) {
          const { messages, document } = report.tell({ runs, frontier });
          const settling = settlingOf(runs, frontier, range);
          return { messages: [...messages, settlingLine(settling)], document: { ...document, settling } };
        },
      };
    },
  };
}

/** How many runs are known not to be enough. */
function descriptionOf({ least, most }: ReplicateRange, fewestRuns: number, lookEvery: number): string {
  return (
    `First ${counted(fewestRuns, 'run')}, ${counted(least, 'replicate')} of each candidate; then up to ${most} where the ` +
    `verdict is least settled, ${lookEvery} at a time.`
  );
}

/** All that trainings in parts may come to, then the replicates that they led to. */
function specsOfAll(ofParts: Plan['specs'], next: Plan['next']): Plan['specs'] {
  return function* (runs = new Map()) {
    const known = new Set<string>();
    for (const spec of ofParts()) {
      known.add(keyOf(spec));
      yield spec;
    }
    for (const spec of specsOfRounds(next)(runs)) if (!known.has(keyOf(spec))) yield spec;
  };
}

/**
 * Gives the first rounds, then those that `next` chooses by what came of all before. It ends where that chooses none,
 * and where a run of a round is missing or has failed, as a later result of it would change what comes after.
 */
export function* replicateRounds(
  first: Iterable<Iterable<Planned>>,
  runs: ReadonlyMap<string, Run>,
  next: (ended: readonly Run[]) => readonly RunSpec[],
): Generator<Iterable<Planned>> {
  const noted: Noted = { keys: new Set(), isWhole: true };
  for (const round of first) yield noting(round, noted);
  for (;;) {
    const ended = [...noted.keys].flatMap((key) => runs.get(key) ?? []);
    if (!noted.isWhole || ended.length < noted.keys.size || ended.some(({ state }) => state === 'failed')) return;
    const round = next(ended);
    if (round.length === 0) return;
    yield noting(round, noted);
  }
}

interface Noted {
  /** Of what was planned. */
  readonly keys: Set<string>;
  /** Whether the last round was read to its end: one by halving is not where a part of it is missing. */
  isWhole: boolean;
}

/** The same plan; its keys are noted as it is read. */
function* noting(round: Iterable<Planned>, noted: Noted): Generator<Planned> {
  noted.isWhole = false;
  for (const planned of round) {
    if (planned !== 'wait') noted.keys.add(keyOf(partOf(planned).spec));
    yield planned;
  }
  noted.isWhole = true;
}

/** Bounds how many replicates are chosen, for each network and in all. */
export interface ReplicateLimits {
  /** Whether a network gets no more replicates at the learning rate of these, which are all that it has there. */
  readonly isFull: (trained: readonly RunResult[]) => boolean;
  /** The most that are chosen. */
  readonly count: number;
}

/** Gives the next replicate of the least settled points, each at the learning rate that validation chose. */
export function nextReplicates(
  runs: readonly RunResult[],
  setting: FrontierSetting,
  { isFull, count }: ReplicateLimits,
): RunSpec[] {
  if (runs.length === 0) return [];
  const { points } = traceFrontier(runs, { ...setting, trainingImages: null });
  const measured = points.filter(isMeasured);
  const trained = trainedByConfiguration(runs);
  const behind = gapsBelow(measured);
  const places = leastSettled(
    measured.map((point, place) => ({
      series: seriesKey(point),
      finished: point.replicates,
      isFull: isFull(ofPoint(trained, point)),
      probability: point.frontierProbability,
      isSettled: point.verdict !== 'undecided',
      behind: behind[place]!,
    })),
    count,
  );
  return places.map((place) => nextOf(ofPoint(trained, measured[place]!)));
}

/** By the name of the configuration: runs of one network at one learning rate. */
type RunsByConfiguration = ReadonlyMap<string, readonly RunResult[]>;

function trainedByConfiguration(runs: readonly RunResult[]): RunsByConfiguration {
  return groupBy(runs, ({ spec: { arch, recipe } }) => {
    return configurationName({ arch, learningRate: recipe.learningRate });
  });
}

function ofPoint(trained: RunsByConfiguration, point: MeasuredPoint): readonly RunResult[] {
  return trained.get(configurationName(point))!;
}

/** Replicates are numbered from 0, and each number has its own order of the data, whatever the network. */
function nextOf(trained: readonly RunResult[]): RunSpec {
  const { spec } = trained[0]!;
  return { ...spec, recipe: { ...spec.recipe, replicate: trained.length } };
}

/** Of each point, how far it lies below the best of its series so far, on validation; the points are by size. */
function gapsBelow(points: readonly MeasuredPoint[]): number[] {
  const bests = new Map<string, number>();
  return points.map((point) => {
    const key = seriesKey(point);
    const score = scoreOf(point.validation);
    const best = Math.max(score, bests.get(key) ?? -Infinity);
    bests.set(key, best);
    return best - score;
  });
}

/** Tells how far the verdicts are settled, and what that took. */
export interface Settling extends ReplicateRange {
  /** With a finished run. */
  readonly points: number;
  readonly settled: number;
  /** Of the others, those that have all replicates that they may have. */
  readonly undecidedAtMost: number;
  readonly runs: number;
  /** What it would have taken to give every network at every learning rate that was trained all of them. */
  readonly runsOfMost: number;
}

/** Counts which points are settled by the runs that the frontier is made of. */
export function settlingOf(runs: readonly RunResult[], { points }: Frontier, range: ReplicateRange): Settling {
  const trained = trainedByConfiguration(runs);
  const measured = points.filter(isMeasured);
  const undecided = measured.filter(({ verdict }) => verdict === 'undecided');
  return {
    ...range,
    points: measured.length,
    settled: measured.length - undecided.length,
    undecidedAtMost: undecided.filter((point) => ofPoint(trained, point).length >= range.most).length,
    runs: runs.length,
    runsOfMost: trained.size * range.most,
  };
}

/**
 * Writes `auto:1..6: 17 of 20 points are settled with 58 runs, where 6 replicates of all are 120; 3 are undecided with
 * 6.`
 */
export function settlingLine({ points, settled, undecidedAtMost, runs, runsOfMost, ...range }: Settling): string {
  const { most } = range;
  const open = points - settled - undecidedAtMost;
  const rest = [
    ...(undecidedAtMost === 0 ? [] : [`${undecidedAtMost} undecided with ${most}`]),
    ...(open === 0 ? [] : [`${open} not settled yet`]),
  ];
  return (
    `${autoText(range)}: ${settled} of ${counted(points, 'point')} settled with ${counted(runs, 'run')}, where ${most} ` +
    `replicates of all are ${runsOfMost}${rest.map((text) => `; ${text}`).join('')}.`
  );
}
