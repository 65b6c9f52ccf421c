/** How sure a frontier is: the probability of each architecture to be on it, and a band around its curve. */
import { distinctSeries, isSameSeries, type Series } from '../arch/series.js';
import { firstItem } from '../base/items.js';
import {
  type MeasuredCandidate,
  measuredOutcome,
  type StudyOutcome,
  resampledOutcomes,
  type Resampling,
} from './bootstrap.js';
import { type Envelope, envelopeOf } from '../pareto/envelope.js';
import { centredInterval } from './interval.js';

/**
 * Lists the verdicts: `frontier` and `dominated` where the probability leaves less than 5 % for the other; else
 * `undecided`.
 */
export const verdicts = ['frontier', 'dominated', 'undecided'] as const;
/** Names how sure it is that an architecture is on the frontier of its series. */
export type Verdict = (typeof verdicts)[number];

/** Is the probability from which a verdict is given. */
export const leastSure = 0.95;

/**
 * Is one step of the band around a series' curve: where its score on test lies, at budgets from `params` to
 * `untilSize`.
 */
export interface BandStep extends Series {
  readonly size: number;
  readonly untilSize: number;
  readonly low: number;
  readonly high: number;
}

/** Holds how sure a frontier is. */
export interface Uncertainty {
  /** The share of the resamples in which the candidate is on the frontier of its series, in the candidates' order. */
  readonly frontierProbability: readonly number[];
  readonly bands: readonly BandStep[];
}

/** Says how the uncertainty is found out. */
export interface UncertaintyOptions extends Resampling {
  /** The share that the band encloses at each budget. */
  readonly level: number;
}

/** Finds out how sure a frontier is; null where nothing tells the noise: then every verdict is `undecided`. */
export function uncertaintyOf(
  candidates: readonly MeasuredCandidate[],
  options: UncertaintyOptions,
): Uncertainty | null {
  const outcomes = resampledOutcomes(candidates, options);
  if (outcomes === null) return null;
  const all = distinctSeries(candidates.map(({ evidence }) => evidence));
  const bySeries = all.map((series) => seriesResamples(series, candidates));
  for (const outcome of outcomes) for (const ofSeries of bySeries) ofSeries.add(outcome);

  const frontierProbability = new Array<number>(candidates.length).fill(0);
  for (const { members, timesOnFrontier } of bySeries) {
    members.forEach((index, place) => (frontierProbability[index] = timesOnFrontier[place]! / options.resamples));
  }
  const measured = measuredOutcome(candidates);
  return { frontierProbability, bands: bySeries.flatMap((ofSeries) => ofSeries.band(measured, options.level)) };
}

/** Gives the verdict of a probability; `undecided` where there is none (null). */
export function verdictOf(frontierProbability: number | null): Verdict {
  if (frontierProbability === null) return 'undecided';
  if (frontierProbability >= leastSure) return 'frontier';
  return frontierProbability <= 1 - leastSure ? 'dominated' : 'undecided';
}

/** Collects, over the resamples, who was on the frontier of a series, and how its curve ran. */
function seriesResamples(series: Series, candidates: readonly MeasuredCandidate[]) {
  const members = candidates.flatMap((candidate, index) => (isSameSeries(candidate.evidence, series) ? [index] : []));
  const params = Float64Array.from(members, (index) => candidates[index]!.size);
  const timesOnFrontier = new Uint32Array(members.length);
  const curves: Curve[] = [];
  const [memberScores, memberTestScores] = [new Float64Array(members.length), new Float64Array(members.length)];

  const envelopeIn = ({ validationScores, testScores }: StudyOutcome) => {
    for (const [place, index] of members.entries()) {
      memberScores[place] = validationScores[index]!;
      memberTestScores[place] = testScores[index]!;
    }
    return envelopeOf(params, memberScores, memberTestScores);
  };
  return {
    members,
    timesOnFrontier,
    add(outcome: StudyOutcome) {
      const envelope = envelopeIn(outcome);
      for (const { index } of envelope) timesOnFrontier[index]! += 1;
      curves.push(curveOf(envelope));
    },
    band(measured: StudyOutcome, level: number): BandStep[] {
      const sizes = [...new Set(params)];
      // Half as long as the measured one, as ever: a longer number would give other digits.
      const heights = heightsOf(curves, new Float32Array(curves.length));
      const centre = heightsOf([curveOf(envelopeIn(measured))], new Float64Array(1));
      const steps: BandStep[] = [];
      for (const [place, size] of sizes.entries()) {
        const untilSize = sizes[place + 1] ?? size;
        const last = steps.at(-1);
        const changed = [heights, centre].map((each) => each.climbTo(size)).includes(true);
        if (changed || last === undefined) {
          const { low, high } = centredInterval(heights.values, firstItem(centre.values), level);
          steps.push({ ...series, size, untilSize, low, high });
        } else steps[steps.length - 1] = { ...last, untilSize };
      }
      return joined(steps);
    },
  };
}

/** An envelope in little memory: there is one for each resample. Where its steps begin, and how high they are. */
interface Curve {
  readonly params: Float64Array;
  readonly scores: Float64Array;
}

function curveOf(envelope: Envelope): Curve {
  return {
    params: Float64Array.from(envelope, ({ size }) => size),
    scores: Float64Array.from(envelope, ({ score }) => score),
  };
}

/** The heights of several curves, at sizes that are asked for in ascending order; they are put into a list as long. */
function heightsOf(curves: readonly Curve[], values: Float32Array | Float64Array) {
  for (const [place, { scores }] of curves.entries()) values[place] = scores[0]!;
  const steps = new Uint32Array(curves.length);
  return {
    /** At the size that was climbed to last. */
    values,
    /** Whether any has changed. */
    climbTo(size: number): boolean {
      let changed = false;
      for (const [place, { params, scores }] of curves.entries()) {
        let step = steps[place]!;
        while (step + 1 < params.length && params[step + 1]! <= size) step += 1;
        if (step === steps[place]) continue;
        steps[place] = step;
        values[place] = scores[step]!;
        changed = true;
      }
      return changed;
    },
  };
}

/** Steps of one height in a row become one. */
function joined(steps: readonly BandStep[]): BandStep[] {
  const result: BandStep[] = [];
  for (const step of steps) {
    const last = result.at(-1);
    if (last?.low === step.low && last.high === step.high) {
      result[result.length - 1] = { ...last, untilSize: step.untilSize };
    } else result.push(step);
  }
  return result;
}
