import { describe, expect, test } from 'vitest';
import type { MeasuredCandidate } from '../../src/frontier/bootstrap.js';
import type { RateEvidence } from '../../src/frontier/evidence.js';
import { compareFrontiers } from '../../src/frontier/compare.js';
import { checkGate, type GateCheck } from '../../src/frontier/gate.js';
import { candidatesFrom, noisyRuns, trueArchs } from './synthetic.js';
import type { Measurement } from '../../src/run/metrics.js';

const interval = { lowest: 1.3e6, highest: 8e6 };
const margin = 0.02;

interface Studies {
  readonly seed: number;
  /** How far the new frontier truly lies below the baseline, in dB. */
  readonly worseByDb: number;
  readonly replicates: number;
  readonly stdDb?: number;
}

/** A baseline, and the same architectures with other noise and a PSNR that is lower throughout. */
function studies({ seed, worseByDb, replicates, stdDb = 0.04 }: Studies): {
  left: MeasuredCandidate[];
  right: MeasuredCandidate[];
} {
  const archs = trueArchs({ seed, archs: 10, rates: 1, advantageDb: 0, spreadDb: 0.15 });
  const worse = archs.map((arch) => ({ ...arch, scores: arch.scores.map((psnrDb) => psnrDb - worseByDb) }));
  const runs = (of: typeof archs, side: number) =>
    candidatesFrom(noisyRuns(of, { seed: 1e6 * side + 1000 * seed + replicates, replicates, stdDb }));
  return { left: runs(worse, 1), right: runs(archs, 2) };
}

function check(sides: ReturnType<typeof studies>, seed: number, noiseStd: number | null = null): GateCheck {
  const options = { interval, level: 0.9, resamples: 200, seed, noiseStd };
  const { asSearched } = compareFrontiers(sides.left, sides.right, {
    ...options,
    atParams: [],
    referenceScore: null,
    costOf: () => 1,
  });
  return checkGate(sides, asSearched.meanGap, margin, options);
}

function verdictsOf(studiesOf: (seed: number) => Studies, count: number): GateCheck[] {
  return Array.from({ length: count }, (_, seed) => check(studies(studiesOf(seed)), seed));
}

const shareOf = (checks: readonly GateCheck[], verdict: GateCheck['verdict']) =>
  checks.filter((each) => each.verdict === verdict).length / checks.length;

describe('of many studies', () => {
  test('without a difference, at most 2 % are found worse', () => {
    const checks = verdictsOf((seed) => ({ seed, worseByDb: 0, replicates: 3 }), 200);
    expect(shareOf(checks, 'notMet')).toBeLessThanOrEqual(0.02);
    expect(shareOf(checks, 'met')).toBeGreaterThan(0.2);
  });

  test('that lie just on the margin, about 5 % are found worse and 5 % better', () => {
    const checks = verdictsOf((seed) => ({ seed, worseByDb: margin, replicates: 3 }), 200);
    expect(shareOf(checks, 'notMet')).toBeLessThanOrEqual(0.09);
    expect(shareOf(checks, 'met')).toBeLessThanOrEqual(0.09);
  });

  test('with a difference of five margins, all are found worse', () => {
    const checks = verdictsOf((seed) => ({ seed, worseByDb: 5 * margin, replicates: 3 }), 60);
    expect(shareOf(checks, 'notMet')).toBeGreaterThan(0.98);
  });

  test('without a difference and with many replicates, nearly all are found not worse', () => {
    const checks = verdictsOf((seed) => ({ seed, worseByDb: 0, replicates: 20 }), 60);
    expect(shareOf(checks, 'met')).toBeGreaterThan(0.9);
  });
});

test('the replicates that were asked for decide most undecided studies, and are never fewer than there are', () => {
  let granted = 0;
  let decided = 0;
  for (let seed = 0; seed < 120; seed += 1) {
    const { verdict, replicatesToDecide } = check(studies({ seed, worseByDb: 0, replicates: 3 }), seed);
    if (verdict !== 'undecided' || replicatesToDecide === null) {
      if (verdict !== 'undecided') expect(replicatesToDecide).toBeNull();
      continue;
    }
    expect(replicatesToDecide).toBeGreaterThan(3);
    // More would only take longer.
    if (replicatesToDecide > 100) continue;
    granted += 1;
    const after = check(studies({ seed, worseByDb: 0, replicates: replicatesToDecide }), seed);
    decided += Number(after.verdict !== 'undecided');
  }
  expect(granted).toBeGreaterThan(30);
  expect(decided / granted).toBeGreaterThan(0.75);
});

describe('a check', () => {
  /** The measured gap is exact where both sides have the same noise. */
  const exactly = (worseByDb: number, replicates = 4) => {
    const sides = studies({ seed: 7, worseByDb: 0, replicates });
    const below = (measured: Measurement): Measurement => {
      return { ...measured, psnrDb: measured.psnrDb! - worseByDb };
    };
    const shiftedRate = (rate: RateEvidence): RateEvidence => ({
      ...rate,
      validationScore: rate.validationScore - worseByDb,
      testScore: rate.testScore - worseByDb,
      finished: rate.finished.map((run) => {
        return { ...run, key: `new ${run.key}`, validation: below(run.validation), test: below(run.test) };
      }),
    });
    const shifted = sides.right.map(({ size, evidence }) => {
      const [rates, chosen] = [evidence.rates.map(shiftedRate), shiftedRate(evidence.chosen)];
      return { size, evidence: { ...evidence, rates, chosen } };
    });
    return { left: shifted, right: sides.right };
  };

  test('asks for replicates as the half width shrinks: half the distance to the margin, four times as many', () => {
    const near = check(exactly(margin - 0.01), 1).replicatesToDecide!;
    const nearer = check(exactly(margin - 0.005), 1).replicatesToDecide!;
    expect(near).toBeGreaterThan(4);
    expect(nearer / near).toBeGreaterThan(3.5);
    expect(nearer / near).toBeLessThan(4.5);
    // The same from below the margin.
    expect(check(exactly(margin + 0.01), 1).replicatesToDecide! / near).toBeGreaterThan(0.8);
    expect(check(exactly(margin + 0.01), 1).replicatesToDecide! / near).toBeLessThan(1.25);
  });

  test('says that no number of replicates would decide where the gap lies on the margin', () => {
    expect(check(exactly(margin), 1)).toMatchObject({
      verdict: 'undecided',
      replicatesToDecide: null,
      replicates: 4,
    });
  });

  test('is undecided without replicates, until the noise is stated', () => {
    const single = exactly(0.1, 1);
    expect(check(single, 1)).toMatchObject({ verdict: 'undecided', replicatesToDecide: null, replicates: 1 });
    expect(check(single, 1, 0.02).verdict).toBe('notMet');
    expect(check(single, 1, 0.2)).toMatchObject({ verdict: 'undecided' });
    expect(check(single, 1, 0.2).replicatesToDecide).toBeGreaterThan(10);
  });

  test('of the same runs is met, whatever their noise', () => {
    const { right } = studies({ seed: 7, worseByDb: 0, replicates: 1 });
    expect(check({ left: right, right }, 1)).toMatchObject({ verdict: 'met', sameRuns: true });
    expect(check({ left: right.slice(1), right }, 1)).toMatchObject({ sameRuns: false });
  });
});
