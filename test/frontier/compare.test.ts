import { describe, expect, test } from 'vitest';
import { archName, shapeOf } from '../../src/arch/arch.js';
import { type MeasuredCandidate, candidatesOf, measuredOutcome } from '../../src/frontier/bootstrap.js';
import { compareFrontiers, type CompareOptions } from '../../src/frontier/compare.js';
import { subsetsOfEqualEffort } from '../../src/frontier/equal-effort.js';
import { evidenceOf } from '../../src/frontier/evidence.js';
import { meanOf } from '../../src/base/averages.js';
import { finished, smallDimensions } from './runs.js';
import { readPublished, referenceRuns, referenceTasks } from './reference.js';

const options: CompareOptions = {
  interval: { lowest: 336, highest: 480 },
  atParams: [336, 480],
  referenceScore: 15,
  level: 0.9,
  resamples: 500,
  seed: 1,
  noiseStd: null,
  costOf: () => 1,
};

/** Hourglass networks of the small dimensions: 240 + 24 d_h parameters. */
function side(scores: Readonly<Record<number, readonly number[]>>): MeasuredCandidate[] {
  const runs = Object.entries(scores).flatMap(([width, replicates]) =>
    replicates.map((psnrDb, replicate) =>
      finished({ arch: { bottleneckWidth: Number(width) }, recipe: { replicate } }, psnrDb),
    ),
  );
  return candidatesOf(evidenceOf(runs, smallDimensions), 'trainable');
}

describe('a comparison', () => {
  // 336, 384 and 480 parameters.
  const left = side({ 4: [20, 20.02], 6: [21, 21.02], 10: [22, 22.02] });
  const right = side({ 4: [19, 19.02], 6: [19.5, 19.52], 10: [21, 21.02] });
  const { asSearched, equalEffort } = compareFrontiers(left, right, options);

  test('measures what can be worked out by hand', () => {
    const decades = [Math.log10(384 / 336), Math.log10(480 / 384)] as const;
    expect(asSearched.hypervolumeDifference.value).toBeCloseTo(1 * decades[0] + 1.5 * decades[1], 10);
    expect(asSearched.meanGap.value).toBeCloseTo((1 * decades[0] + 1.5 * decades[1]) / Math.log10(480 / 336), 10);
    expect(asSearched.largestGap.value).toBeCloseTo(1.5, 10);
    expect(asSearched.largestGapAtParams).toBe(384);
    expect(asSearched.gaps.map(({ gap }) => Number(gap.value.toFixed(9)))).toEqual([1, 1]);
    // The left reaches 21.01 dB with 384 of the 480 parameters.
    expect(asSearched.savedShare.value).toBeCloseTo(0.2, 12);
    const { left: ofLeft, right: ofRight } = asSearched.hypervolumes!;
    expect(ofLeft.value).toBeCloseTo(5.01 * decades[0] + 6.01 * decades[1], 10);
    expect(ofLeft.value - ofRight.value).toBeCloseTo(asSearched.hypervolumeDifference.value, 10);
    expect(asSearched.probabilityLeftBetter).toBe(1);
    expect(equalEffort).toBeNull();
  });

  test('turns round with its sides', () => {
    const turned = compareFrontiers(right, left, options).asSearched;
    expect(turned.meanGap.value).toBeCloseTo(-asSearched.meanGap.value, 12);
    expect(turned.probabilityLeftBetter).toBe(0);
    expect(turned.savedShare.value).toBe(-Infinity);
  });

  test('of a study with itself finds nothing: no gap, and an even chance', () => {
    const { meanGap, probabilityLeftBetter, savedShare } = compareFrontiers(left, left, options).asSearched;
    expect(meanGap.value).toBe(0);
    expect(meanGap.interval!.low).toBeLessThan(0);
    expect(meanGap.interval!.high).toBeGreaterThan(0);
    expect(Math.abs(probabilityLeftBetter! - 0.5)).toBeLessThan(0.08);
    expect(savedShare.value).toBe(0);
  });

  test('without replicates has no interval and no probability until the noise is stated', () => {
    const single = [side({ 4: [20], 10: [22] }), side({ 4: [19], 10: [21] })] as const;
    const unknown = compareFrontiers(...single, options).asSearched;
    expect(unknown.meanGap).toEqual({ value: 1, interval: null });
    expect(unknown.probabilityLeftBetter).toBeNull();
    const stated = compareFrontiers(...single, { ...options, noiseStd: 0.1 }).asSearched;
    expect(stated.meanGap.interval!.low).toBeGreaterThan(0.6);
    expect(stated.meanGap.interval!.low).toBeLessThan(0.95);
    expect(stated.probabilityLeftBetter).toBe(1);
  });

  test('leaves out networks above the interval, and what they cost', () => {
    const wide = [...left, ...side({ 20: [30, 30.02] })];
    const comparison = compareFrontiers(wide, right, options);
    expect(comparison.asSearched.meanGap.value).toBeCloseTo(asSearched.meanGap.value, 12);
    expect(comparison.equalEffort).toBeNull();
  });
});

describe('equal effort', () => {
  const large = side(Object.fromEntries(Array.from({ length: 12 }, (_, index) => [4 + index, [20 + index / 4]])));
  const small = side({ 4: [20], 8: [21], 12: [22] });
  const costOf = ({ size }: MeasuredCandidate) => size;

  test('cuts the larger search down to what the other cost, and always keeps its smallest network', () => {
    const subsets = subsetsOfEqualEffort({ left: large, right: small }, { seed: 1, costOf })!;
    expect(subsets.reduced).toBe('left');
    const allowed = small.reduce((sum, candidate) => sum + costOf(candidate), 0);
    const seen = new Set<string>();
    for (let draw = 0; draw < 100; draw += 1) {
      const { params } = subsets.next().of(large, measuredOutcome(large));
      expect(params[0]).toBe(336);
      expect(params.reduce((sum, cost) => sum + cost, 0)).toBeLessThanOrEqual(allowed);
      expect(params.toSorted((first, second) => first - second)).toEqual(params);
      seen.add(params.join());
    }
    expect(seen.size).toBeGreaterThan(20);
  });

  test('is nothing to speak of where both cost the same', () => {
    expect(subsetsOfEqualEffort({ left: small, right: small }, { seed: 1, costOf })).toBeNull();
  });

  test('is nothing to speak of where matched pairs differ by a little, for which no architecture is given up', () => {
    const slightlyMore = small.map((candidate) => ({ ...candidate, size: candidate.size * 1.01 }));
    expect(subsetsOfEqualEffort({ left: small, right: slightlyMore }, { seed: 1, costOf })).toBeNull();
    const more = small.map((candidate) => ({ ...candidate, size: candidate.size * 1.1 }));
    expect(subsetsOfEqualEffort({ left: small, right: more }, { seed: 1, costOf })!.reduced).toBe('right');
  });

  test('takes away what only the longer search brought', () => {
    const interval = { lowest: 336, highest: 600 };
    const comparisons = compareFrontiers(large, small, { ...options, interval, atParams: [], costOf });
    const { asSearched, equalEffort } = comparisons;
    expect(equalEffort!.comparison.meanGap.value).toBeLessThan(asSearched.meanGap.value);
    expect(equalEffort!.comparison.architectures.left).toBeLessThan(4);
    // Which networks are tried is luck of its own, so there is an interval even without replicates.
    expect(asSearched.meanGap.interval).toBeNull();
    expect(equalEffort!.comparison.meanGap.interval).not.toBeNull();
  });
});

describe('the reference runs of MNIST denoising', () => {
  const { dataset, task, dimensions } = referenceTasks[0]!;
  const runs = referenceRuns(dataset, task);
  const ofShape = (shape: string) => {
    const some = runs.filter((run) => shapeOf(run.spec.arch) === shape);
    return candidatesOf(evidenceOf(some, dimensions), 'trainable');
  };
  const runsOf = new Map<string, number>();
  for (const run of runs) runsOf.set(archName(run.spec.arch), (runsOf.get(archName(run.spec.arch)) ?? 0) + 1);
  const interval = { lowest: 2_460_192, highest: 7_736_512 };
  const { asSearched, equalEffort } = compareFrontiers(ofShape('hourglass'), ofShape('conventional'), {
    ...options,
    interval,
    atParams: [],
    costOf: ({ evidence, size }) => runsOf.get(archName(evidence.arch))! * size,
  });

  test('put the hourglass as far ahead as its published frontier points do', () => {
    const published = readPublished().filter(
      (row) => row.dataset === dataset && row.task === task && row.input_projection === 'trainable',
    );
    const bestDb = (shape: string, budget: number) => {
      const affordable = published.filter((row) => row.shape === shape && Number(row.trainable_params) <= budget);
      return Math.max(...affordable.map((row) => Number(row.psnr_db_mean)));
    };
    const gaps = Array.from({ length: 5000 }, (_, index) => {
      const budget = interval.lowest * (interval.highest / interval.lowest) ** ((index + 0.5) / 5000);
      return bestDb('hourglass', budget) - bestDb('conventional', budget);
    });
    expect(asSearched.meanGap.value).toBeCloseTo(meanOf(gaps), 4);
    expect(asSearched.meanGap.value).toBeGreaterThan(0.05);
  });

  test('leave it undecided at equal effort: the hourglass had more than six times the search', () => {
    expect(asSearched.architectures).toEqual({ left: 136, right: 16 });
    expect(equalEffort!.reduced).toBe('left');
    const { meanGap, probabilityLeftBetter } = equalEffort!.comparison;
    expect(meanGap.value).toBeLessThan(asSearched.meanGap.value / 1.5);
    expect(meanGap.interval!.low).toBeLessThan(0);
    expect(meanGap.interval!.high).toBeGreaterThan(0);
    expect(probabilityLeftBetter).toBeGreaterThan(0.6);
    expect(probabilityLeftBetter).toBeLessThan(0.95);
  });
});
