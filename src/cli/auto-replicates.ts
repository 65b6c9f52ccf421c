/**
 * `--replicates auto:1..6`: the plan with the fewest replicates first, then round by round the next replicate of the
 * points whose verdict is least settled. What is chosen follows from the runs and `--look-every` alone, so that the plan
 * is the same at any number of workers, and made anew from the log it leads to the same runs.
 */
import type { Shape } from '../arch/arch.js';
import { UserError } from '../base/errors.js';
import { counted } from '../base/numbers.js';
import { groupBy } from '../frontier/group.js';
import { isMeasured, type MeasuredPoint } from '../frontier/point.js';
import { traceFrontier, type Frontier } from '../frontier/trace.js';
import { keyOf } from '../run/key.js';
import type { Run, RunResult, RunSpec } from '../run/run.js';
import { configurationName } from '../search/choice.js';
import { leastSettled } from '../search/least-settled.js';
import { partOf } from '../search/pending.js';
import { autoText, type ReplicateRange } from '../search/replicates.js';
import type { Planned } from '../search/search.js';
import { specsOfRounds } from './adaptive-study.js';
import type { Study } from './study.js';

/** The points are looked at as the study's own frontier shows them. */
type Setting = {
  readonly task: Pick<Study['task'], 'name'>;
  readonly request: { readonly setting: Pick<Study['request']['setting'], 'dimensions' | 'count'> };
};

/** Throws a UserError for a shard: it would have to know the results of the others. */
export function withAutoReplicates(study: Study, range: ReplicateRange, lookEvery: number): Study {
  if (study.shard !== null) {
    throw new UserError(
      `--shard: expected replicates that look at no results, got ${autoText(range)}; ` +
        'give --replicates a number, or use --queue for many machines',
    );
  }
  const isFull = ({ length }: readonly RunResult[]) => length >= range.most;
  const rounds = (runs: ReadonlyMap<string, Run>) =>
    replicateRounds(study.rounds(runs), runs, (ended) => nextReplicates(ended, study, { isFull, count: lookEvery }));
  const { halving } = study;
  const specs = halving === null ? specsOfRounds(rounds) : specsOfAll(study.specs, rounds);
  return { ...study, auto: range, rounds, specs };
}

/** All that halving may train to its end, then the replicates that it led to. */
function specsOfAll(ofHalving: Study['specs'], rounds: Study['rounds']): Study['specs'] {
  return function* (runs = new Map()) {
    const known = new Set<string>();
    for (const spec of ofHalving()) {
      known.add(keyOf(spec));
      yield spec;
    }
    for (const spec of specsOfRounds(rounds)(runs)) if (!known.has(keyOf(spec))) yield spec;
  };
}

/**
 * The first rounds, then those that `next` chooses by what came of all before. It ends where that chooses none, and where
 * a run of a round is missing or has failed, as a later result of it would change what comes after.
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

export interface Choice {
  /** Whether a network gets no more replicates at the learning rate of these, which are all that it has there. */
  readonly isFull: (trained: readonly RunResult[]) => boolean;
  /** The most that are chosen. */
  readonly count: number;
}

/** The next replicate of the least settled points, each at the learning rate that validation chose. */
export function nextReplicates(
  runs: readonly RunResult[],
  { task, request }: Setting,
  { isFull, count }: Choice,
): RunSpec[] {
  if (runs.length === 0) return [];
  const { dimensions, count: countedParams } = request.setting;
  const { points } = traceFrontier(runs, { task: task.name, dimensions, count: countedParams, trainingImages: null });
  const measured = points.filter(isMeasured);
  const trained = trainedByConfiguration(runs);
  const behindDb = gapsBelow(measured);
  const places = leastSettled(
    measured.map((point, place) => ({
      shape: point.shape,
      finished: point.replicates,
      isFull: isFull(ofPoint(trained, point)),
      probability: point.frontierProbability,
      isSettled: point.verdict !== 'undecided',
      behindDb: behindDb[place]!,
    })),
    count,
  );
  return places.map((place) => nextOf(ofPoint(trained, measured[place]!)));
}

/** Runs of one network at one learning rate. */
type Trained = ReadonlyMap<string, readonly RunResult[]>;

function trainedByConfiguration(runs: readonly RunResult[]): Trained {
  return groupBy(runs, ({ spec: { arch, recipe } }) => {
    return configurationName({ arch, learningRate: recipe.learningRate });
  });
}

function ofPoint(trained: Trained, point: MeasuredPoint): readonly RunResult[] {
  return trained.get(configurationName(point))!;
}

/** Replicates are numbered from 0, and each number has its own order of the data, whatever the network. */
function nextOf(trained: readonly RunResult[]): RunSpec {
  const { spec } = trained[0]!;
  return { ...spec, recipe: { ...spec.recipe, replicate: trained.length } };
}

/** Of each point, how far it lies below the best of its shape so far, on validation, in dB; the points are by size. */
function gapsBelow(points: readonly MeasuredPoint[]): number[] {
  const bestDb = new Map<Shape, number>();
  return points.map(({ shape, validation: { psnrDb } }) => {
    const best = Math.max(psnrDb, bestDb.get(shape) ?? -Infinity);
    bestDb.set(shape, best);
    return best - psnrDb;
  });
}

/** How far the verdicts are settled, and what that took. */
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

/** Of the runs that the frontier is made of. */
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

/** `auto:1..6: 17 of 20 points are settled with 58 runs, where 6 replicates of all are 120; 3 are undecided with 6.` */
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
