/**
 * Successive halving by frontier: what is trained next. Every network is trained to the first rung. Those that look best
 * for their size go on early (of every `reduction` that have come to a rung one), so that the search learns how trainings
 * end; once all have started, each goes on that could still enter the frontier of its lane. The others stop where they are,
 * but for a random few, which tell how often that was wrong.
 *
 * Source of the early promotions: L. Li et al., "A System for Massively Parallel Hyperparameter Tuning" (2020).
 */
import { mostOf } from '../../base/numbers.js';
import { randomStream } from '../../base/random.js';
import { archName } from '../../arch/arch.js';
import { endsOf, isUnderWay, isWaiting, type Contest } from './contest.js';
import { predictFinals, type Final } from './finals.js';
import { lostTo } from './lost.js';
import { hopesOf, leadsAt, type Hope } from './hopes.js';

/**
 * `start`: to the first rung. `lead`: best for its size at its rung. `hope`: could still enter the frontier. `best`: likely
 * better than all of its lane that have ended. `audit`: would be stopped, and goes on to see whether that would be wrong.
 */
export type Reason = 'start' | 'lead' | 'hope' | 'best' | 'audit';

export interface Decision {
  readonly place: number;
  /** Where it goes, counted from 1. */
  readonly rung: number;
  readonly reason: Reason;
  /** What it was decided by; null before enough trainings have ended. */
  readonly hope: Hope | null;
}

/** Chances of entering the frontier below this are no hope. */
const leastChance = 0.1;

/** Null where nothing goes on, as far as is known. */
export function nextDecision(contest: Contest): Decision | null {
  const sight = sightOf(contest);
  return leading(sight) ?? start(contest) ?? hopeful(sight) ?? last(sight);
}

/** What is thought of each that waits, in the end or on the way: whether it would go on. */
export function standings(contest: Contest): readonly Hope[] {
  return sightOf(contest).hopes.flat();
}

interface Sight {
  readonly contest: Contest;
  readonly finals: ReadonlyMap<number, Final>;
  /** Of each lane. */
  readonly hopes: readonly (readonly Hope[])[];
}

function sightOf(contest: Contest): Sight {
  const finals = predictFinals(contest);
  return { contest, finals, hopes: contest.lanes.map((lane) => hopesOf(contest, lane, finals)) };
}

function start({ contestants }: Contest): Decision | null {
  const place = contestants.findIndex(({ sentTo }) => sentTo === 0);
  return place === -1 ? null : { place, rung: 1, reason: 'start', hope: null };
}

/** From the highest rung at which enough wait; there the one with the largest lead of all lanes. */
function leading({ contest, hopes }: Sight): Decision | null {
  const { lanes, contestants, rungs, reduction } = contest;
  if (contestants.every(({ sentTo }) => sentTo > 0)) return null;
  for (let reached = rungs.length - 1; reached >= 1; reached -= 1) {
    const best = lanes
      .flatMap((lane, index) => {
        const cameHere = lane.filter((place) => contestants[place]!.psnrsDb.length >= reached).length;
        const wentOn = lane.filter((place) => contestants[place]!.sentTo > reached).length;
        if (cameHere < reduction * (wentOn + 1)) return [];
        const leads = leadsAt(contest, lane, reached);
        return lane
          .filter((place) => isWaitingAt(contest, place, reached))
          .map((place) => ({ place, lead: leads.get(place)!, hope: hopeAt(hopes[index]!, place) }))
          .filter(({ hope }) => hope === null || isHopeful(hope));
      })
      .toSorted((left, right) => right.lead - left.lead)[0];
    if (best !== undefined) return { place: best.place, rung: reached + 1, reason: 'lead', hope: best.hope };
  }
  return null;
}

/** The one of which most hypervolume is expected for what its next part costs. */
function hopeful({ contest, hopes, finals }: Sight): Decision | null {
  if (finals.size === 0) return blindly(contest);
  const all = hopes.flat();
  if (all.length === 0 || lostTo(all, contest).share < contest.tolerance) return null;
  const [best] = all
    .filter(isHopeful)
    .map((hope) => ({ hope, worth: hope.gain / costOf(contest, hope.place) }))
    .toSorted((left, right) => right.worth - left.worth);
  return best === undefined ? null : onward(contest, best.hope, 'hope');
}

/**
 * Of each lane the one expected furthest above all that have ended goes on, as long as there is any. Near the budget little
 * hypervolume comes of it, and yet it is what was asked for: the best network with at most so many parameters. After that
 * come audits. Null where what is under way may end better than what would go on.
 */
function last(sight: Sight): Decision | null {
  const { contest, hopes } = sight;
  const likelyBest = contest.lanes.flatMap((lane, index) => {
    const bestDb = mostOf(endsOf(contest, lane).map(({ score }) => score));
    const better = hopes[index]!.filter(({ final }) => final.mean > bestDb);
    const [hope] = better.toSorted((left, right) => right.final.mean - left.final.mean);
    return hope === undefined ? [] : [{ lane, hope }];
  });
  if (likelyBest.length === 0) return audited(sight);
  const next = likelyBest.find(({ lane }) => !lane.some((place) => isUnderWay(contest.contestants[place]!)));
  return next === undefined ? null : onward(contest, next.hope, 'best');
}

/** Without predictions nothing speaks against anyone; the best for their size go first, so that there soon are some. */
function blindly(contest: Contest): Decision | null {
  const { lanes, rungs } = contest;
  for (let reached = rungs.length - 1; reached >= 1; reached -= 1) {
    const [best] = lanes
      .flatMap((lane) => [...leadsAt(contest, lane, reached)])
      .filter(([place]) => isWaitingAt(contest, place, reached))
      .toSorted(([, left], [, right]) => right - left);
    if (best !== undefined) return { place: best[0], rung: reached + 1, reason: 'hope', hope: null };
  }
  return null;
}

function onward({ contestants }: Contest, hope: Hope, reason: Reason): Decision {
  return { place: hope.place, rung: contestants[hope.place]!.sentTo + 1, reason, hope };
}

/** Straight to the end, as nothing on the way would change it. */
function audited({ contest, hopes }: Sight): Decision | null {
  const { contestants, pool, seed, audit, rungs } = contest;
  const stopped = hopes.flat();
  const drawOf = (place: number) => {
    const { arch, learningRate } = pool[place]!;
    return randomStream('halving', 'audit', seed, archName(arch), learningRate).uniform();
  };
  const soFar = contestants.filter((contestant) => contestant.audited).length;
  if (stopped.length === 0 || soFar >= Math.ceil(audit * (stopped.length + soFar))) return null;
  const [next] = stopped.toSorted((left, right) => drawOf(left.place) - drawOf(right.place));
  return { place: next!.place, rung: rungs.length, reason: 'audit', hope: next! };
}

function isHopeful({ probability }: Hope): boolean {
  return probability >= leastChance;
}

function hopeAt(hopes: readonly Hope[], place: number): Hope | null {
  return hopes.find((hope) => hope.place === place) ?? null;
}

function isWaitingAt({ contestants, rungs }: Contest, place: number, reached: number): boolean {
  return isWaiting(contestants[place]!, rungs) && contestants[place]!.psnrsDb.length === reached;
}

/** Of the next part: the multiply-adds of a network are about as many as its parameters. */
function costOf({ pool, contestants, rungs }: Contest, place: number): number {
  const { sentTo } = contestants[place]!;
  return pool[place]!.countedParams * (rungs[sentTo]! - rungs[sentTo - 1]!);
}
