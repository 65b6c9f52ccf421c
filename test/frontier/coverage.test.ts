import { expect, test } from 'vitest';
import { compareFrontiers, type Comparison, type CompareOptions } from '../../src/frontier/compare.js';
import { gapBetween, sizeToReach, stepAt } from '../../src/pareto/envelope.js';
import { candidatesFrom, noisyRuns, trueArchs, trueEnvelope } from './synthetic.js';

const repetitions = 500;
const interval = { lowest: 1.3e6, highest: 8e6 };
const options: CompareOptions = {
  interval,
  atParams: [2e6, 8e6],
  referenceScore: null,
  level: 0.9,
  resamples: 200,
  seed: 1,
  noiseStd: null,
  costOf: () => 1,
};

type Truth = ReturnType<typeof truthOf>;

function truthOf(seed: number) {
  const left = trueArchs({ seed: 2 * seed, archs: 18, rates: 2, advantageDb: 0.1, spreadDb: 0.15 });
  const right = trueArchs({ seed: 2 * seed + 1, archs: 12, rates: 2, advantageDb: 0, spreadDb: 0.15 });
  const envelopes = [trueEnvelope(left), trueEnvelope(right)] as const;
  const gap = gapBetween(...envelopes, interval);
  const wanted = stepAt(envelopes[1], interval.highest)!.score;
  const gapAt = (params: number) => stepAt(envelopes[0], params)!.score - stepAt(envelopes[1], params)!.score;
  return {
    archs: { left, right },
    area: gap.area,
    largest: gap.widest,
    gaps: options.atParams.map(gapAt),
    saved: 1 - sizeToReach(envelopes[0], wanted) / sizeToReach(envelopes[1], wanted),
  };
}

const figures: Readonly<Record<string, (comparison: Comparison, truth: Truth) => boolean>> = {
  'hypervolume difference': ({ hypervolumeDifference }, { area }) => covers(hypervolumeDifference, area),
  'largest gap': ({ largestGap }, { largest }) => covers(largestGap, largest),
  'dB gained at 2M': ({ gaps }, truth) => covers(gaps[0]!.gap, truth.gaps[0]!),
  'dB gained at 8M': ({ gaps }, truth) => covers(gaps[1]!.gap, truth.gaps[1]!),
  'parameters saved': ({ savedShare }, { saved }) => covers(savedShare, saved),
};

function covers({ interval: around }: Comparison['meanGap'], truth: number): boolean {
  return around!.low <= truth && truth <= around!.high;
}

test('of 500 studies with known truth, 85 to 95 % have it in their 90 % intervals', { timeout: 300_000 }, () => {
  const covered = new Map<string, number>();
  for (let repetition = 0; repetition < repetitions; repetition += 1) {
    const truth = truthOf(repetition);
    const [left, right] = (['left', 'right'] as const).map((side, index) =>
      candidatesFrom(noisyRuns(truth.archs[side], { seed: 2 * repetition + index, replicates: 3, stdDb: 0.04 })),
    );
    const { asSearched } = compareFrontiers(left!, right!, { ...options, seed: repetition });
    for (const [name, isCovered] of Object.entries(figures)) {
      covered.set(name, (covered.get(name) ?? 0) + Number(isCovered(asSearched, truth)));
    }
  }
  const shares = [...covered].map(([name, count]) => [name, count / repetitions] as const);
  for (const [name, share] of shares) {
    expect(share, name).toBeGreaterThanOrEqual(0.85);
    expect(share, name).toBeLessThanOrEqual(0.95);
  }
});
