/** Tells of a search by halving how much was saved, and what that may have cost. */
import { counted } from '../../base/numbers.js';
import type { Dimensions } from '../../arch/arch.js';
import { trainingMultiplyAdds } from '../../run/cost.js';
import { keyOf } from '../../run/key.js';
import type { Task } from '../../data/tasks.js';
import type { PooledConfiguration } from '../../search/rounds.js';
import { auditOf, type AuditResult, type ShareEstimate } from '../../search/strategies/halving/audit.js';
import { decideAll, type HalvingProgress } from '../../search/strategies/halving/decide.js';
import { predictGroups, type Prediction } from '../../search/strategies/halving/predict.js';
import {
  curveToOf,
  epochsAt,
  type HalvingRules,
  type SpecsAt,
  type Trial,
} from '../../search/strategies/halving/trials.js';
import { csvOf } from '../../report/csv.js';
import { decisionColumns, type DecisionPrediction, type DecisionRow } from '../../report/decisions.js';
import { retryLine } from '../limits.js';
import type { RunsByKey } from './plan.js';

/** Holds the networks of a search by halving, and the rules by which their trainings go on. */
export interface Halving {
  readonly pool: readonly PooledConfiguration[];
  readonly rules: HalvingRules;
  readonly specsAt: SpecsAt;
}

/** Makes the decisions that these runs lead to, by key. */
export function halvingAfter({ pool, rules, specsAt }: Halving, runs: RunsByKey): HalvingProgress {
  return decideAll(pool, rules, curveToOf(specsAt, runs));
}

/** Writes the text of `decisions.csv`. */
export function decisionsCsv(
  after: HalvingProgress,
  { dimensions, metrics: [key] }: Pick<Task, 'dimensions' | 'metrics'>,
): string {
  const rows = decisionRows(after, dimensions);
  return csvOf(decisionColumns(key, rows), rows);
}

/** Lists the decisions in their order, then what is left stopped. */
function decisionRows({ decisions, state }: HalvingProgress, dimensions: Dimensions): DecisionRow[] {
  const { trials, rungs } = state;
  const rowOf = ({ arch, learningRate, scores }: Trial, rung: number, prediction: Prediction | null) => ({
    ...{ arch, learningRate, dimensions, fromEpoch: epochsAt(rung, rungs), score: scores[rung - 1] ?? null },
    prediction: prediction === null ? null : columnsOf(prediction),
  });
  const reached = new Map<number, number>();
  const rows = decisions.map(({ index, rung, reason, basedOn, prediction }): DecisionRow => {
    const from = reached.get(index) ?? 0;
    reached.set(index, rung);
    return { ...rowOf(trials[index]!, from, prediction), decision: reason, toEpoch: epochsAt(rung, rungs), basedOn };
  });
  const waiting = predictGroups(state).flatMap(({ predictions }) => predictions);
  const stopped = waiting.map((prediction): DecisionRow => {
    const { trial } = prediction;
    const row = rowOf(trial, trial.promotedTo, prediction);
    return { ...row, decision: 'stop', toEpoch: epochsAt(trial.promotedTo, rungs), basedOn: decisions.length };
  });
  return [...rows, ...stopped];
}

function columnsOf({ final, bar, probability }: Prediction): DecisionPrediction {
  return { predicted: final.mean, deviation: final.deviation, bar, chance: probability };
}

/** Tells how much a search by halving has spent, and what its audit says of the stops. */
export interface HalvingSummary extends AuditResult {
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
  { state, isOver }: HalvingProgress,
): HalvingSummary {
  let [spent, whole, trainings] = [0, 0, 0];
  for (const spec of halving.pool.flatMap((_, index) => halving.specsAt(index))) {
    const run = known.get(keyOf(spec));
    trainings += 1;
    whole += trainingMultiplyAdds(spec, dimensions, trainingImages);
    if (run !== undefined) spent += trainingMultiplyAdds(spec, dimensions, trainingImages, run.curve.length);
  }
  // Some may have been trained on since.
  const stopped = [...known.values()].filter(({ state }) => state === 'stopped').length;
  return { trainings, costShare: spent / whole, ...auditOf(state), stopped, isOver };
}

/** Gives the command that trains on what was stopped for good. */
export function halvingNextLines({ stopped, isOver }: HalvingSummary, folder: string): string[] {
  return stopped === 0 || !isOver ? [] : [`Train on what was stopped with: ${retryLine(folder, 'stopped')}`];
}

/** Tells how much was spent, how often the stops were wrong, and what they cost: a sentence each. */
export function halvingNotes(summary: HalvingSummary): string[] {
  const { trainings, costShare, stopped, audited, wrong, wrongStops, lostHypervolume, isOver } = summary;
  const cost = `${percent(costShare)} % of the multiply-adds of training all ${trainings} to their end`;
  if (!isOver) return [`So far halving has spent ${cost}; ${stopped} are stopped for now, and may still be promoted.`];
  const ofAudited =
    wrongStops === null
      ? 'No stop was audited (see --audit).'
      : `Of ${counted(audited, 'audited trial')}, trained to the end all the same, ${wrong} came to be on the frontier: ` +
        `${shareText(wrongStops)} of the stops were wrong.`;
  const lost =
    lostHypervolume === null
      ? []
      : [`By what is predicted of them, the stops cost ${shareText(lostHypervolume)} of the hypervolume.`];
  return [`Halving spent ${cost}; ${stopped} were stopped early.`, ofAudited, ...lost];
}

/** `2.1 % (90 % interval 0.0 to 9.5 %)`. */
function shareText({ share, interval: [low, high] }: ShareEstimate): string {
  return `${percent(share)} % (90 % interval ${percent(low)} to ${percent(high)} %)`;
}

function percent(share: number): string {
  return (100 * share).toFixed(1);
}
