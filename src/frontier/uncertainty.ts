/** How sure a frontier is: the probability of each architecture to be on it, and a band around its curve. */
import { type Shape, shapes } from '../arch/arch.js';
import { type Candidate, measuredOutcome, type Outcome, resampledOutcomes, type Resampling } from './bootstrap.js';
import { type Envelope, envelopeOf } from './envelope.js';
import { centredInterval } from './interval.js';

/** `frontier` and `dominated` where the probability leaves less than 5 % for the other; else `undecided`. */
export const verdicts = ['frontier', 'dominated', 'undecided'] as const;
export type Verdict = (typeof verdicts)[number];

/** The probability from which a verdict is given. */
export const leastSure = 0.95;

/** One step of the band around a shape's curve: where its PSNR on test lies, at budgets from `params` to `untilParams`. */
export interface BandStep {
  readonly shape: Shape;
  readonly params: number;
  readonly untilParams: number;
  readonly lowDb: number;
  readonly highDb: number;
}

export interface Uncertainty {
  /** The share of the resamples in which the candidate is on the frontier of its shape, in the candidates' order. */
  readonly frontierProbability: readonly number[];
  readonly bands: readonly BandStep[];
}

export interface UncertaintyOptions extends Resampling {
  /** The share that the band encloses at each budget. */
  readonly level: number;
}

/** Null where nothing tells the noise: then every verdict is `undecided`. */
export function uncertaintyOf(candidates: readonly Candidate[], options: UncertaintyOptions): Uncertainty | null {
  const outcomes = resampledOutcomes(candidates, options);
  if (outcomes === null) return null;
  const byShape = shapes
    .map((shape) => shapeResamples(shape, candidates, options.resamples))
    .filter(({ members }) => members.length > 0);
  for (const outcome of outcomes) for (const ofShape of byShape) ofShape.add(outcome);

  const frontierProbability = new Array<number>(candidates.length).fill(0);
  for (const { members, timesOnFrontier } of byShape) {
    members.forEach((index, place) => (frontierProbability[index] = timesOnFrontier[place]! / options.resamples));
  }
  const measured = measuredOutcome(candidates);
  return { frontierProbability, bands: byShape.flatMap((ofShape) => ofShape.band(measured, options.level)) };
}

export function verdictOf(frontierProbability: number | null): Verdict {
  if (frontierProbability === null) return 'undecided';
  if (frontierProbability >= leastSure) return 'frontier';
  return frontierProbability <= 1 - leastSure ? 'dominated' : 'undecided';
}

/** Collects, over the resamples, who was on the frontier of a shape, and how high the curve was at each size. */
function shapeResamples(shape: Shape, candidates: readonly Candidate[], resamples: number) {
  const members = candidates.flatMap((candidate, index) => (candidate.shape === shape ? [index] : []));
  const params = members.map((index) => candidates[index]!.params);
  const sizes = [...new Set(params)];
  const timesOnFrontier = new Uint32Array(members.length);
  const curves = sizes.map(() => new Float32Array(resamples));
  let drawn = 0;

  const envelopeIn = ({ validationDb, testDb }: Outcome) => {
    const ofMembers = (valuesDb: Float64Array) => Float64Array.from(members, (index) => valuesDb[index]!);
    return envelopeOf(params, ofMembers(validationDb), ofMembers(testDb));
  };
  const eachHeight = (envelope: Envelope, see: (psnrDb: number, size: number) => void) => {
    let step = 0;
    for (const [size, sizeParams] of sizes.entries()) {
      while (envelope[step + 1] !== undefined && envelope[step + 1]!.params <= sizeParams) step += 1;
      see(envelope[step]!.psnrDb, size);
    }
  };
  return {
    members,
    timesOnFrontier,
    add(outcome: Outcome) {
      const envelope = envelopeIn(outcome);
      for (const { index } of envelope) timesOnFrontier[index]! += 1;
      eachHeight(envelope, (psnrDb, size) => (curves[size]![drawn] = psnrDb));
      drawn += 1;
    },
    band(measured: Outcome, level: number): BandStep[] {
      const steps: BandStep[] = [];
      eachHeight(envelopeIn(measured), (psnrDb, size) => {
        const { low, high } = centredInterval(curves[size]!, psnrDb, level);
        const untilParams = sizes[size + 1] ?? sizes[size]!;
        steps.push({ shape, params: sizes[size]!, untilParams, lowDb: low, highDb: high });
      });
      return joined(steps);
    },
  };
}

/** Steps of one height in a row become one. */
function joined(steps: readonly BandStep[]): BandStep[] {
  const result: BandStep[] = [];
  for (const step of steps) {
    const last = result.at(-1);
    if (last?.lowDb === step.lowDb && last.highDb === step.highDb) {
      result[result.length - 1] = { ...last, untilParams: step.untilParams };
    } else result.push(step);
  }
  return result;
}
