/**
 * What noise does to a frontier: the study as it would have come out with other replicates.
 *
 * Each resample draws the mean PSNR of every architecture at every learning rate anew from the spread of the replicates,
 * and then makes every choice again: the learning rate of each architecture, and by that who is on the frontier.
 * Choosing inside the resample is what makes the result honest: the best of many noisy numbers is too good.
 *
 * Sources: Efron and Tibshirani, "An introduction to the bootstrap" (1993), on resampling residuals; the pooled spread
 * for few replicates as in the analysis of variance.
 */
import { type CountedParams, type Shape, shapeOf } from '../arch/arch.js';
import { randomStream, type RandomStream } from '../base/random.js';
import { type ArchEvidence, compareRates, type RateEvidence } from './evidence.js';
import { meanOf } from '../base/averages.js';

/** One architecture at one learning rate. */
interface RateSample {
  readonly learningRate: number;
  readonly divergedShare: number;
  readonly replicates: number;
  /** Means over the replicates, in dB. */
  readonly validationDb: number;
  readonly testDb: number;
  /** Deviations of the replicates from these means, both sets of a replicate together. */
  readonly residuals: readonly Deviation[];
  /** Whether these are enough to tell the noise by themselves, see `fewReplicates`. */
  readonly tellsOwnNoise: boolean;
}

interface Deviation {
  readonly validationDb: number;
  readonly testDb: number;
}

/** An architecture with at least one finished run. */
export interface Candidate {
  readonly evidence: ArchEvidence;
  readonly shape: Shape;
  readonly params: number;
  readonly rates: readonly RateSample[];
}

/** The PSNR of each candidate at the learning rate that its validation PSNR chose, in dB, in the candidates' order. */
export interface Outcome {
  readonly validationDb: Float64Array;
  readonly testDb: Float64Array;
}

/** The candidates among architectures, by parameters ascending. */
export function candidatesOf(evidence: readonly ArchEvidence[], count: CountedParams): Candidate[] {
  return evidence
    .filter(({ rates }) => rates.length > 0)
    .map((of) => ({ evidence: of, shape: shapeOf(of.arch), params: of.params[count], rates: of.rates.map(sampleOf) }))
    .sort((left, right) => left.params - right.params);
}

/** The outcome that was measured. */
export function measuredOutcome(candidates: readonly Candidate[]): Outcome {
  return outcomeOf(candidates, quiet);
}

/** Puts the deviation of the mean of a rate's replicates into the last argument. */
type Deviate = (candidate: Candidate, rate: RateSample, deviation: Mutable<Deviation>) => void;
/** Draws the deviations from a stream. */
type Noise = (stream: RandomStream) => Deviate;
type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

export interface Resampling {
  readonly resamples: number;
  readonly seed: number;
  /**
   * Standard deviation of a run's PSNR over replicates, in dB, in place of the spread of the runs' own replicates; null
   * to take theirs.
   */
  readonly noiseStdDb: number | null;
  /** As if every architecture had at least so many replicates at every rate, with the means that were measured. */
  readonly leastReplicates?: number;
}

/**
 * The outcomes of the resamples, one at a time and each time the same; null where nothing tells the spread: no
 * architecture has two replicates at a learning rate that differ, and none is stated.
 */
export function resampledOutcomes(
  candidates: readonly Candidate[],
  { resamples, seed, noiseStdDb, leastReplicates = 1 }: Resampling,
): Generator<Outcome, void, void> | null {
  const noise =
    noiseStdDb === null ? noiseOfReplicates(candidates, leastReplicates) : statedNoise(noiseStdDb, leastReplicates);
  return noise && draw(candidates, noise, resamples, seed);
}

function* draw(candidates: readonly Candidate[], noise: Noise, resamples: number, seed: number) {
  const deviate = noise(randomStream('resamples of a frontier', seed));
  for (let resample = 0; resample < resamples; resample += 1) {
    yield outcomeOf(candidates, deviate);
  }
}

/** Deviations of zero. */
const quiet: Deviate = (_candidate, _rate, deviation) => {
  deviation.validationDb = 0;
  deviation.testDb = 0;
};

/** The innermost loop of everything that is resampled: it makes no objects. */
function outcomeOf(candidates: readonly Candidate[], deviate: Deviate): Outcome {
  const outcome = {
    validationDb: new Float64Array(candidates.length),
    testDb: new Float64Array(candidates.length),
  };
  const deviation = { validationDb: 0, testDb: 0 };
  const score = { learningRate: 0, divergedShare: 0, validationPsnrDb: 0 };
  const best = { ...score };
  for (const [index, candidate] of candidates.entries()) {
    for (const [place, rate] of candidate.rates.entries()) {
      deviate(candidate, rate, deviation);
      score.learningRate = rate.learningRate;
      score.divergedShare = rate.divergedShare;
      score.validationPsnrDb = rate.validationDb + deviation.validationDb;
      if (place > 0 && compareRates(score, best) >= 0) continue;
      Object.assign(best, score);
      outcome.validationDb[index] = score.validationPsnrDb;
      outcome.testDb[index] = rate.testDb + deviation.testDb;
    }
  }
  return outcome;
}

function sampleOf({ learningRate, divergedShare, finished }: RateEvidence): RateSample {
  const validationDb = meanOf(finished.map((run) => run.validation.psnrDb));
  const testDb = meanOf(finished.map((run) => run.test.psnrDb));
  const replicates = finished.length;
  // Deviations from a mean of their own are too small by this factor.
  const scale = replicates > 1 ? Math.sqrt(replicates / (replicates - 1)) : 0;
  const deviations = finished.map((run) => ({
    validationDb: scale * (run.validation.psnrDb - validationDb),
    testDb: scale * (run.test.psnrDb - testDb),
  }));
  const residuals = scale > 0 ? deviations : [];
  const tellsOwnNoise = replicates > fewReplicates && hasSpread(residuals);
  return { learningRate, divergedShare, replicates, validationDb, testDb, residuals, tellsOwnNoise };
}

/** With so many replicates or fewer, their own spread says too little, and that of all architectures stands for it. */
const fewReplicates = 5;

/** Far below the noise of any training; the rounding of a mean makes equal numbers differ by less. */
const leastSpreadDb = 1e-9;

/**
 * Whether deviations tell any noise. Replicates with the very same PSNR are rounded numbers or copies of one run: taken at
 * their word, they would make every verdict certain.
 */
function hasSpread(residuals: readonly Deviation[]): boolean {
  return residuals.some(
    (residual) => Math.max(Math.abs(residual.validationDb), Math.abs(residual.testDb)) > leastSpreadDb,
  );
}

function noiseOfReplicates(candidates: readonly Candidate[], leastReplicates: number): Noise | null {
  const poolOf = residualPools(candidates);
  if (poolOf === null) return null;
  return (stream) =>
    ({ shape }, { replicates, residuals, tellsOwnNoise }, deviation) => {
      const pool = tellsOwnNoise ? residuals : poolOf(shape);
      let validationDb = 0;
      let testDb = 0;
      for (let replicate = 0; replicate < replicates; replicate += 1) {
        const residual = pool[stream.integerBelow(pool.length)]!;
        validationDb += residual.validationDb;
        testDb += residual.testDb;
      }
      // The mean of more replicates than there are deviates less.
      const divisor = Math.sqrt(replicates * Math.max(replicates, leastReplicates));
      deviation.validationDb = validationDb / divisor;
      deviation.testDb = testDb / divisor;
    };
}

/**
 * The deviations at the chosen learning rates, shape by shape, since rates that were not chosen may be unstable ones; of
 * all shapes for a shape where they tell no noise. Null where they tell none at all.
 */
function residualPools(candidates: readonly Candidate[]): ((shape: Shape) => readonly Deviation[]) | null {
  const residualsOf = (pool: readonly Candidate[]) => pool.flatMap((candidate) => chosenRate(candidate).residuals);
  const ofAll = residualsOf(candidates);
  if (!hasSpread(ofAll)) return null;
  const pools = new Map<Shape, readonly Deviation[]>();
  return (shape) => {
    const known = pools.get(shape);
    if (known) return known;
    const own = residualsOf(candidates.filter((candidate) => candidate.shape === shape));
    const pool = hasSpread(own) ? own : ofAll;
    pools.set(shape, pool);
    return pool;
  };
}

function chosenRate({ rates }: Candidate): RateSample {
  const scored = rates.map((rate) => ({ ...rate, validationPsnrDb: rate.validationDb }));
  return scored.sort(compareRates)[0]!;
}

/** Normal, and the same on both sets: most of the spread of a PSNR comes from training. */
function statedNoise(stdDb: number, leastReplicates: number): Noise {
  return (stream) =>
    (_, { replicates }, deviation) => {
      const radius = Math.sqrt(-2 * Math.log(1 - stream.uniform()));
      const standardErrorDb = stdDb / Math.sqrt(Math.max(replicates, leastReplicates));
      deviation.validationDb = standardErrorDb * radius * Math.cos(2 * Math.PI * stream.uniform());
      deviation.testDb = deviation.validationDb;
    };
}
