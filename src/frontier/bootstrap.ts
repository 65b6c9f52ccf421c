/**
 * What noise does to a frontier: the study as it would have come out with other replicates.
 *
 * Each resample draws the mean score of every architecture at every learning rate anew from the spread of the replicates,
 * and then makes every choice again: the learning rate of each architecture, and by that who is on the frontier.
 * Choosing inside the resample is what makes the result honest: the best of many noisy numbers is too good.
 *
 * Sources: Efron and Tibshirani, "An introduction to the bootstrap" (1993), on resampling residuals; the pooled spread
 * for few replicates as in the analysis of variance.
 */
import { isSameSeries, type Series, seriesKey } from '../arch/series.js';
import { type SizeName, sizeTable } from '../arch/sizes.js';
import { randomStream, type RandomStream } from '../base/random.js';
import { type ArchEvidence, compareRates, isMeasuredArch, type MeasuredArch, type RateEvidence } from './evidence.js';
import { hasSpread, joinedPools, ownResiduals, type Residuals, residualsOf } from './residuals.js';

interface Deviation {
  readonly validation: number;
  readonly test: number;
}

/** Is an architecture with at least one finished run, and its size. */
export interface MeasuredCandidate {
  readonly evidence: MeasuredArch;
  /** On the axis that was asked for. */
  readonly size: number;
}

/**
 * Holds the score of each candidate at the learning rate that its score on validation chose, in the candidates'
 * order.
 */
export interface StudyOutcome {
  readonly validationScores: Float64Array;
  readonly testScores: Float64Array;
}

/** Picks the candidates among architectures, by size ascending. */
export function candidatesOf(evidence: readonly ArchEvidence[], axis: SizeName): MeasuredCandidate[] {
  return evidence
    .filter(isMeasuredArch)
    .map((of) => ({ evidence: of, size: of.sizes[sizeTable[axis].key] }))
    .sort((left, right) => left.size - right.size);
}

/** Gives the outcome that was measured. */
export function measuredOutcome(candidates: readonly MeasuredCandidate[]): StudyOutcome {
  return outcomesOf(candidates)(quiet);
}

/** Puts the deviation of the mean of a rate's replicates into the last argument. Rates are numbered over all candidates. */
type Deviate = (rate: number, deviation: Mutable<Deviation>) => void;
/** Draws the deviations from a stream. */
type Noise = (stream: RandomStream) => Deviate;
type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

/** Says how resamples are drawn. */
export interface Resampling {
  readonly resamples: number;
  readonly seed: number;
  /**
   * Standard deviation of a run's score over replicates, in place of the spread of the runs' own replicates; null
   * to take theirs.
   */
  readonly noiseStd: number | null;
  /** As if every architecture had at least so many replicates at every rate, with the means that were measured. */
  readonly leastReplicates?: number;
}

/**
 * Draws the outcomes of the resamples, one at a time and each time the same; null where nothing tells the spread: no
 * architecture has two replicates at a learning rate that differ, and none is stated.
 */
export function resampledOutcomes(
  candidates: readonly MeasuredCandidate[],
  { resamples, seed, noiseStd, leastReplicates = 1 }: Resampling,
): Generator<StudyOutcome, void, void> | null {
  const noise =
    noiseStd === null
      ? noiseOfReplicates(candidates, leastReplicates)
      : statedNoise(candidates, noiseStd, leastReplicates);
  return noise && draw(candidates, noise, resamples, seed);
}

function* draw(candidates: readonly MeasuredCandidate[], noise: Noise, resamples: number, seed: number) {
  const deviate = noise(randomStream('resamples of a frontier', seed));
  const outcomeWith = outcomesOf(candidates);
  for (let resample = 0; resample < resamples; resample += 1) yield outcomeWith(deviate);
}

/** Deviations of zero. */
const quiet: Deviate = (_rate, deviation) => {
  deviation.validation = 0;
  deviation.test = 0;
};

/** Gives the outcome of deviations. */
function outcomesOf(candidates: readonly MeasuredCandidate[]): (deviate: Deviate) => StudyOutcome {
  const rates = ratesOf(candidates);
  const [rateScores, rateTestScores] = [numbersOf(rates, 'validationScore'), numbersOf(rates, 'testScore')];
  const [shares, learningRates] = [numbersOf(rates, 'divergedShare'), numbersOf(rates, 'learningRate')];
  const deviation = { validation: 0, test: 0 };
  const score = { learningRate: 0, divergedShare: 0, validationScore: 0 };
  const best = { ...score };
  const counts = Int32Array.from(candidates, ({ evidence }) => evidence.rates.length);
  // The innermost loop of everything that is resampled: it looks at no object of a run.
  return (deviate) => {
    const validationScores = new Float64Array(counts.length);
    const testScores = new Float64Array(counts.length);
    for (let candidate = 0, rate = 0; candidate < counts.length; candidate += 1) {
      for (let place = 0; place < counts[candidate]!; place += 1, rate += 1) {
        deviate(rate, deviation);
        score.learningRate = learningRates[rate]!;
        score.divergedShare = shares[rate]!;
        score.validationScore = rateScores[rate]! + deviation.validation;
        if (place > 0 && compareRates(score, best) >= 0) continue;
        best.learningRate = score.learningRate;
        best.divergedShare = score.divergedShare;
        best.validationScore = score.validationScore;
        validationScores[candidate] = score.validationScore;
        testScores[candidate] = rateTestScores[rate]! + deviation.test;
      }
    }
    return { validationScores, testScores };
  };
}

function ratesOf(candidates: readonly MeasuredCandidate[]): RateEvidence[] {
  return candidates.flatMap(({ evidence }) => evidence.rates);
}

/** One of the numbers of each, as a list that is read fast. */
function numbersOf<Name extends string>(
  items: readonly Readonly<Record<Name, number>>[],
  name: Name,
): Float64Array<ArrayBuffer> {
  return Float64Array.from(items, (item) => item[name]);
}

function replicatesOf(candidates: readonly MeasuredCandidate[]): Float64Array<ArrayBuffer> {
  return Float64Array.from(ratesOf(candidates), ({ finished }) => finished.length);
}

function noiseOfReplicates(candidates: readonly MeasuredCandidate[], leastReplicates: number): Noise | null {
  const poolOf = residualPools(candidates);
  if (poolOf === null) return null;
  const pools = candidates.flatMap(({ evidence }) =>
    evidence.rates.map((rate) => ownResiduals(rate) ?? poolOf(evidence)),
  );
  const { residuals, starts } = joinedPools(pools);
  const sizes = Int32Array.from(pools, ({ length }) => length / 2);
  const counts = replicatesOf(candidates);
  // The mean of more replicates than there are deviates less.
  const divisors = counts.map((replicates) => Math.sqrt(replicates * Math.max(replicates, leastReplicates)));
  return (stream) => (rate, deviation) => {
    const [start, size, divisor] = [starts[rate]!, sizes[rate]!, divisors[rate]!];
    let validation = 0;
    let test = 0;
    for (let replicate = counts[rate]!; replicate > 0; replicate -= 1) {
      const place = start + 2 * stream.integerBelow(size);
      validation += residuals[place]!;
      test += residuals[place + 1]!;
    }
    deviation.validation = validation / divisor;
    deviation.test = test / divisor;
  };
}

/**
 * The deviations at the chosen learning rates, series by series, since rates that were not chosen may be unstable ones; of
 * all series for one where they tell no noise. Null where they tell none at all.
 */
function residualPools(candidates: readonly MeasuredCandidate[]): ((series: Series) => Residuals) | null {
  const chosenOf = (members: readonly MeasuredCandidate[]) => members.map(({ evidence }) => evidence.chosen);
  const ofAll = residualsOf(chosenOf(candidates));
  if (!hasSpread(ofAll, chosenOf(candidates))) return null;
  const pools = new Map<string, Residuals>();
  return (series) => {
    const key = seriesKey(series);
    const known = pools.get(key);
    if (known) return known;
    const members = chosenOf(candidates.filter(({ evidence }) => isSameSeries(evidence, series)));
    const own = residualsOf(members);
    const pool = hasSpread(own, members) ? own : ofAll;
    pools.set(key, pool);
    return pool;
  };
}

/** Normal, and the same on both sets: most of the spread of a score comes from training. */
function statedNoise(candidates: readonly MeasuredCandidate[], std: number, leastReplicates: number): Noise {
  const errors = replicatesOf(candidates).map((replicates) => std / Math.sqrt(Math.max(replicates, leastReplicates)));
  return (stream) => (rate, deviation) => {
    const radius = Math.sqrt(-2 * Math.log(1 - stream.uniform()));
    deviation.validation = errors[rate]! * radius * Math.cos(2 * Math.PI * stream.uniform());
    deviation.test = deviation.validation;
  };
}
