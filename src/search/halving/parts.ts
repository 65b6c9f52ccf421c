/**
 * A search by halving as a plan of parts of trainings. Decision n follows from the pool, the seed and what came of the
 * decisions before it but for the last few, at most as many as are allowed to be under way. So workers need not wait for
 * one another, and yet the plan is the same at any number of them, and made anew from the log it is the same again.
 */
import { shapeOf } from '../../arch/arch.js';
import { meanCurve } from '../../base/averages.js';
import { keyOf } from '../../run/key.js';
import { holdsPart, type Part, type Run } from '../../run/run.js';
import type { RunSpec } from '../../run/spec.js';
import type { Configuration } from '../choice.js';
import type { Effort } from '../strategy-names.js';
import type { Contest, Contestant } from './contest.js';
import { nextDecision, type Decision } from './decide.js';

export interface HalvingRules {
  /** Epochs, ascending; see `rungsOf`. */
  readonly rungs: readonly number[];
  readonly reduction: number;
  readonly seed: number;
  readonly audit: number;
  readonly tolerance: number;
  /** `equal`: each shape has a frontier of its own to enter. */
  readonly effort: Effort;
  /** The most decisions whose outcome is not waited for. */
  readonly underWay: number;
}

/** A decision, and the number of those before it whose outcome it was based on. */
export interface BasedDecision extends Decision {
  readonly basedOn: number;
}

/**
 * What came of a configuration until the end of an epoch: mean PSNR on validation by epoch, in dB, as far as a replicate of
 * it has come; null while that is not known.
 */
export type CurveTo = (place: number, epoch: number) => readonly number[] | null;

/** The decisions one by one; `wait` where the next one depends on an outcome that is not known yet. */
export function* decisionsOf(
  pool: readonly Configuration[],
  rules: HalvingRules,
  curveTo: CurveTo,
): Generator<BasedDecision | 'wait'> {
  const decided: BasedDecision[] = [];
  // Of the first decisions; an outcome that is known stays what it is.
  const outcomes: Outcome[] = [];
  const lanes = lanesOf(pool, rules.effort);
  for (let next: Decision | null; ;) {
    for (let basedOn = Math.max(0, decided.length - rules.underWay); ; basedOn += 1) {
      while (outcomes.length < basedOn) {
        const outcome = outcomeOf(decided[outcomes.length]!, rules, curveTo);
        if (outcome === null) yield 'wait';
        else outcomes.push(outcome);
      }
      const contestants = contestantsAfter(pool, decided, outcomes.slice(0, basedOn));
      next = nextDecision({ pool, contestants, lanes, ...rules });
      if (next === null && basedOn < decided.length) continue;
      if (next === null) return;
      decided.push({ ...next, basedOn });
      break;
    }
    yield decided.at(-1)!;
  }
}

/** Where the search stands after all decisions that the runs lead to. */
export function contestAfter(
  pool: readonly Configuration[],
  rules: HalvingRules,
  curveTo: CurveTo,
): { readonly decisions: readonly BasedDecision[]; readonly contest: Contest; readonly isOver: boolean } {
  const decisions: BasedDecision[] = [];
  let isOver = true;
  for (const next of decisionsOf(pool, rules, curveTo)) {
    if (next === 'wait') {
      isOver = false;
      break;
    }
    decisions.push(next);
  }
  const outcomes = decisions.map((decision) => outcomeOf(decision, rules, curveTo));
  const contestants = contestantsAfter(pool, decisions, outcomes);
  return { decisions, contest: { pool, contestants, lanes: lanesOf(pool, rules.effort), ...rules }, isOver };
}

/** What came of a part: see `Contestant`. */
type Outcome = Pick<Contestant, 'psnrsDb' | 'diverged'>;

/** Null while it is not known. */
function outcomeOf({ place, rung }: Decision, { rungs }: HalvingRules, curveTo: CurveTo): Outcome | null {
  const curveDb = curveTo(place, rungs[rung - 1]!);
  if (curveDb === null) return null;
  const psnrsDb = curveDb.filter((_, epoch) => rungs.slice(0, rung).includes(epoch + 1));
  return { psnrsDb, diverged: psnrsDb.length < rung };
}

/** @param outcomes of the first decisions; those without one, or with none known, are under way */
function contestantsAfter(
  pool: readonly Configuration[],
  decided: readonly Decision[],
  outcomes: readonly (Outcome | null)[],
): Contestant[] {
  const contestants = pool.map((): Contestant => ({ psnrsDb: [], diverged: false, sentTo: 0, audited: false }));
  for (const [index, { place, rung, reason }] of decided.entries()) {
    const before = contestants[place]!;
    const audited = before.audited || reason === 'audit';
    contestants[place] = { ...before, sentTo: rung, audited, ...outcomes[index] };
  }
  return contestants;
}

function lanesOf(pool: readonly Configuration[], effort: Effort): readonly (readonly number[])[] {
  const places = [...pool.keys()];
  if (effort === 'free') return [places];
  const shapeAt = (place: number) => shapeOf(pool[place]!.arch);
  return [...new Set(places.map(shapeAt))].map((shape) => places.filter((place) => shapeAt(place) === shape));
}

/** All replicates of a configuration. */
export type SpecsAt = (place: number) => readonly RunSpec[];

/** The plan: the parts that the decisions ask for. Once one has been taken, `runs` must come to hold what came of it. */
export function* partsOf(
  pool: readonly Configuration[],
  rules: HalvingRules,
  specsAt: SpecsAt,
  runs: ReadonlyMap<string, Run>,
): Generator<Part | 'wait'> {
  for (const next of decisionsOf(pool, rules, curveToOf(specsAt, runs))) {
    if (next === 'wait') yield next;
    else for (const spec of specsAt(next.place)) yield { spec, untilEpoch: rules.rungs[next.rung - 1]! };
  }
}

/** By the runs of all replicates. */
export function curveToOf(specsAt: SpecsAt, runs: ReadonlyMap<string, Run>): CurveTo {
  const keys = new Map<number, readonly string[]>();
  const keysAt = (place: number) => {
    const known = keys.get(place) ?? specsAt(place).map(keyOf);
    keys.set(place, known);
    return known;
  };
  return (place, epoch) => {
    const replicates = keysAt(place).map((key) => runs.get(key));
    if (!replicates.every((run) => holdsPart(run, epoch))) return null;
    const curvesDb = replicates.map((run) => run!.curve.slice(0, epoch).map(({ validation }) => validation.psnrDb));
    return meanCurve(curvesDb);
  };
}
