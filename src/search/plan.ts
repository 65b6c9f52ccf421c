/** From candidates to run specs, and what a plan amounts to before anything is trained. */
import type { Dimensions } from '../arch/arch.js';
import { seriesKey, seriesOf, type Series } from '../arch/series.js';
import { sizeOf } from '../arch/sizes.js';
import type { Recipe, RunSpec } from '../run/spec.js';
import { rangeOf, type Budget, type SizeRange } from './budget.js';
import type { Candidate } from './candidate.js';
import { searchedShapes } from './space.js';

/** Says how every candidate is trained. */
export interface TrainingPlan {
  readonly task: string;
  readonly engine: string;
  readonly recipe: Omit<Recipe, 'learningRate' | 'replicate'>;
  readonly learningRates: readonly number[];
  /** How many times each candidate is trained at each learning rate. */
  readonly replicates: number;
}

/** Is one band of parameters, and the candidates in it. */
export interface Band {
  /** The band reaches from above `lowest` up to `highest`; the first holds its lower end as well. */
  readonly params: SizeRange;
  /** By the key of the series. */
  readonly candidates: Readonly<Record<string, number>>;
  /** Mean over the band's candidates of one image's forward pass; null in an empty band. */
  readonly meanMultiplyAddsPerImage: number | null;
}

/**
 * Gives the runs in plan order, one at a time: all learning rates and replicates of a candidate, then the next
 * candidate.
 */
export function* planRuns(candidates: Iterable<Candidate>, training: TrainingPlan): Generator<RunSpec> {
  const { task, engine, recipe, replicates } = training;
  for (const candidate of candidates) {
    const { arch } = candidate;
    for (const learningRate of learningRatesOf(candidate, training.learningRates)) {
      for (let replicate = 0; replicate < replicates; replicate += 1) {
        yield { task, arch, recipe: { ...recipe, learningRate, replicate }, engine };
      }
    }
  }
}

/** Gives the learning rates at which a candidate is trained. */
export function learningRatesOf({ learningRate }: Candidate, ofStudy: readonly number[]): readonly number[] {
  return learningRate === undefined ? ofStudy : [learningRate];
}

/**
 * Sorts candidates by parameters into `bandCount` bands of equal width on a log scale over the budget's range. A band
 * from 0 to its lower end comes first if there are candidates in it, as a grid under an at-most budget may have.
 * @param series those that are counted; with families where there are several
 */
export function bandsOf(
  candidates: Iterable<Candidate>,
  budget: Budget,
  dimensions: Dimensions,
  bandCount = 8,
  series: readonly Series[] = searchedShapes.map((shape) => ({ shape })),
): readonly Band[] {
  const { lowest, highest } = rangeOf(budget);
  const logWidth = Math.log(highest / lowest) / bandCount;
  const edgeAt = (index: number) => (index === bandCount ? highest : lowest * Math.exp(index * logWidth));
  const below = emptyTally({ lowest: 0, highest: lowest }, series);
  const inside = Array.from({ length: bandCount }, (_, index) =>
    emptyTally({ lowest: edgeAt(index), highest: edgeAt(index + 1) }, series),
  );
  for (const candidate of candidates) {
    const { size } = candidate;
    const tally = size < lowest ? below : inside.find(({ params }) => size <= params.highest);
    if (tally === undefined) throw new RangeError(`expected at most ${highest} parameters, got ${size}`);
    addTo(tally, candidate, dimensions);
  }
  return (below.members > 0 ? [below, ...inside] : inside).map(bandOf);
}

interface BandTally {
  readonly params: SizeRange;
  readonly candidates: Record<string, number>;
  members: number;
  multiplyAdds: number;
}

function emptyTally(params: SizeRange, series: readonly Series[]): BandTally {
  const candidates = Object.fromEntries(series.map((each) => [seriesKey(each), 0]));
  return { params, candidates, members: 0, multiplyAdds: 0 };
}

function addTo(tally: BandTally, { arch }: Candidate, dimensions: Dimensions): void {
  const { family, shape } = seriesOf(arch);
  for (const key of [shape, seriesKey({ family, shape })]) {
    if (key in tally.candidates) tally.candidates[key]! += 1;
  }
  tally.members += 1;
  tally.multiplyAdds += sizeOf(arch, dimensions, 'multiply-adds');
}

function bandOf({ params, candidates, members, multiplyAdds }: BandTally): Band {
  return { params, candidates, meanMultiplyAddsPerImage: members === 0 ? null : multiplyAdds / members };
}
