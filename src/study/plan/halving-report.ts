/** What is told of a search by halving: how much was saved, and what that may have cost. */
import type { Dimensions } from '../../arch/arch.js';
import { trainingMultiplyAdds } from '../../run/cost.js';
import { keyOf } from '../../run/key.js';
import type { Task } from '../../data/tasks.js';
import type { PooledConfiguration } from '../../search/rounds.js';
import { damageOf, type Damage } from '../../search/halving/damage.js';
import type { Share } from '../../search/halving/lost.js';
import { standings } from '../../search/halving/decide.js';
import type { Hope } from '../../search/halving/hopes.js';
import { contestAfter, curveToOf, type HalvingRules, type SpecsAt } from '../../search/halving/parts.js';
import { csvOf } from '../../report/csv.js';
import { decisionColumns, type DecisionHope, type DecisionRow } from '../../report/decisions.js';
import { retryLine } from '../limits.js';
import type { RunsByKey } from './plan.js';

/** The networks of a search by halving, and the rules by which their trainings go on. */
export interface Halving {
  readonly pool: readonly PooledConfiguration[];
  readonly rules: HalvingRules;
  readonly specsAt: SpecsAt;
}

export type HalvingOutcome = ReturnType<typeof halvingAfter>;

/** Makes the decisions that these runs lead to, by key. */
export function halvingAfter({ pool, rules, specsAt }: Halving, runs: RunsByKey) {
  return contestAfter(pool, rules, curveToOf(specsAt, runs));
}

/** Writes the text of `decisions.csv`. */
export function decisionsCsv(after: HalvingOutcome, dimensions: Dimensions): string {
  return csvOf(decisionColumns, decisionRows(after, dimensions));
}

/** The decisions in their order, then what is left stopped. */
function decisionRows({ decisions, contest }: HalvingOutcome, dimensions: Dimensions): DecisionRow[] {
  const { pool, contestants, rungs } = contest;
  const epochAt = (rung: number) => (rung === 0 ? 0 : rungs[rung - 1]!);
  const rowOf = (place: number, rung: number, hope: Hope | null) => ({
    ...{ arch: pool[place]!.arch, learningRate: pool[place]!.learningRate, dimensions },
    ...{ fromEpoch: epochAt(rung), psnrDb: contestants[place]!.psnrsDb[rung - 1] ?? null },
    hope: hope === null ? null : hopeOf(hope),
  });
  const reached = new Map<number, number>();
  const rows = decisions.map(({ place, rung, reason, basedOn, hope }): DecisionRow => {
    const from = reached.get(place) ?? 0;
    reached.set(place, rung);
    return { ...rowOf(place, from, hope), decision: reason, toEpoch: epochAt(rung), basedOn };
  });
  const stopped = standings(contest).map((hope): DecisionRow => {
    const { sentTo } = contestants[hope.place]!;
    const row = rowOf(hope.place, sentTo, hope);
    return { ...row, decision: 'stop', toEpoch: epochAt(sentTo), basedOn: decisions.length };
  });
  return [...rows, ...stopped];
}

function hopeOf({ final, barDb, probability }: Hope): DecisionHope {
  return { predictedDb: final.mean, deviationDb: final.deviation, barDb, chance: probability };
}

export interface HalvingSummary extends Damage {
  readonly trainings: number;
  readonly stopped: number;
  /** Of the multiply-adds that training all of them to their end takes. */
  readonly costShare: number;
  /** Whether nothing is left to be decided; until then what is stopped may yet go on. */
  readonly isOver: boolean;
}

/** Sums up what these runs, by key, have come to. */
export function summaryOf(
  halving: Halving,
  { dimensions, trainingImages }: Pick<Task, 'dimensions' | 'trainingImages'>,
  known: RunsByKey,
  { contest, isOver }: HalvingOutcome,
): HalvingSummary {
  let [spent, whole, trainings] = [0, 0, 0];
  for (const spec of halving.pool.flatMap((_, place) => halving.specsAt(place))) {
    const run = known.get(keyOf(spec));
    trainings += 1;
    whole += trainingMultiplyAdds(spec, dimensions, trainingImages);
    if (run !== undefined) spent += trainingMultiplyAdds(spec, dimensions, trainingImages, run.curve.length);
  }
  // Some may have been trained on since.
  const stopped = [...known.values()].filter(({ state }) => state === 'stopped').length;
  return { trainings, costShare: spent / whole, ...damageOf(contest), stopped, isOver };
}

/** What trains on what was stopped for good. */
export function halvingNextLines({ stopped, isOver }: HalvingSummary, folder: string): string[] {
  return stopped === 0 || !isOver ? [] : [`Train on what was stopped with: ${retryLine(folder, 'stopped')}`];
}

/** How much was spent, how often the stops were wrong, and what they cost: a sentence each. */
export function halvingNotes(summary: HalvingSummary): string[] {
  const { trainings, costShare, stopped, audited, wrong, wrongStops, lostHypervolume, isOver } = summary;
  const cost = `${percent(costShare)} % of the multiply-adds of training all ${trainings} to their end`;
  if (!isOver) return [`So far halving has spent ${cost}; ${stopped} are stopped, and may yet go on.`];
  const ofAudited =
    wrongStops === null
      ? 'None of those was trained on to see whether that was right (see --audit).'
      : `Of ${audited} more that would have been and went on all the same, ${wrong} came to be on the frontier: ` +
        `${shareText(wrongStops)} of the stops were wrong.`;
  const lost =
    lostHypervolume === null
      ? []
      : [`By what is predicted of them, the stops cost ${shareText(lostHypervolume)} of the hypervolume.`];
  return [`Halving spent ${cost}; ${stopped} were stopped early.`, ofAudited, ...lost];
}

/** `2.1 % (90 % interval 0.0 to 9.5 %)`. */
function shareText({ share, interval: [low, high] }: Share): string {
  return `${percent(share)} % (90 % interval ${percent(low)} to ${percent(high)} %)`;
}

function percent(share: number): string {
  return (100 * share).toFixed(1);
}
