/** Plans played on recorded runs, which stand in for training. */
import { describe, expect, test } from 'vitest';
import { findTask } from '../../src/data/tasks.js';
import type { RunSpec } from '../../src/run/spec.js';
import { configurationName } from '../../src/search/choice.js';
import { planRuns } from '../../src/search/plan.js';
import { strategyNames } from '../../src/search/strategy-names.js';
import { playPlan } from '../../src/study/benchmark/play.js';
import type { RecordedConfiguration } from '../../src/study/benchmark/recorded-table.js';
import { fixedPlan } from '../../src/study/plan/fixed.js';
import type { Plan } from '../../src/study/plan/plan.js';
import { strategyTable } from '../../src/study/plan/strategies.js';

const epochs = 9;
const recipe = { epochs, batchSize: 128, learningRateStep: 'epoch', weightDecay: 0.01, flips: 1, seed: 1 } as const;
const training = {
  ...{ task: 'mnist/denoising', engine: 'onnx-cpu', recipe, replicates: 1 },
  learningRates: [1e-3, 1e-2],
};

/** Twelve hourglasses at two learning rates, of which the second is bad. */
const recorded = Array.from({ length: 24 }, (_, index): RecordedConfiguration => {
  const [size, isBad] = [Math.floor(index / 2), index % 2];
  const endDb = 20 + size / 4 - 2 * isBad;
  return {
    arch: {
      ...{ skipWidth: 60 + 20 * size, bottleneckWidth: 8, depth: 2 },
      ...{ inputProjection: 'trainable', outputProjection: 'trainable' },
    },
    pair: index,
    learningRate: training.learningRates[isBad]!,
    size: 100_000 + 30_000 * size,
    score: endDb,
    cost: 1000 + 300 * size,
    curveScores: Array.from({ length: epochs }, (_, epoch) => endDb - (endDb - 16) * 0.5 ** (epoch + 1)),
  };
});

const halving = { reductionFactor: 4, tolerance: 0.005, audit: 0.05 };
const values = { effort: 'equal', lookEvery: 2, untilStable: null, ...halving } as const;
const planOf = (name: (typeof strategyNames)[number], seed = 1): Plan => {
  const { ofRecorded, plan } = strategyTable[name];
  return plan({
    ...{ task: findTask('mnist/denoising'), seed, training, values, mostConfigurations: recorded.length },
    candidates: () => ofRecorded(recorded, seed),
  });
};
const paramsOf = (plan: Plan, most = Infinity) => playPlan(plan, recorded, most).trained.map(({ params }) => params);
const allParams = recorded.map(({ size }) => size);

describe('a plan that is played on recorded runs', () => {
  test.each(strategyNames.filter((name) => !planOf(name).trainsInParts))(
    'by %s trains each recorded configuration once and then ends, or is cut off where it may train no more',
    (name) => {
      const whole = playPlan(planOf(name), recorded, Infinity);
      expect(whole.isCutOff).toBe(false);
      expect(whole.trained.map(({ params }) => params).toSorted()).toEqual(allParams.toSorted());
      expect(whole.trained.every(({ share, score }) => share === 1 && score !== null)).toBe(true);
      const part = playPlan(planOf(name), recorded, 5);
      expect(part).toEqual({ trained: whole.trained.slice(0, 5), isCutOff: true });
    },
  );

  test('by random search comes in another order with another seed, and by a grid from the smallest to the largest', () => {
    expect(paramsOf(planOf('random', 2), 12)).not.toEqual(paramsOf(planOf('random'), 12));
    expect(paramsOf(planOf('random'), 12)).toEqual(paramsOf(planOf('random'), 12));
    expect(paramsOf(planOf('grid', 2))).toEqual(allParams);
  });

  test('by halving spends parts of trainings, whose shares and costs add up to those of the epochs', () => {
    const { trained, isCutOff } = playPlan(planOf('halving'), recorded, Infinity);
    expect(isCutOff).toBe(false);
    const begun = trained.slice(0, 3);
    for (const { share, score } of begun) expect([share, score]).toEqual([1 / 9, null]);
    const ended = trained.filter(({ score }) => score !== null);
    expect(ended.length).toBeGreaterThan(3);
    for (const { params } of ended) {
      const parts = trained.filter((part) => part.params === params);
      const whole = recorded.find(({ size }) => size === params)!;
      // The other learning rate of the network has had its first part at least.
      expect(parts.reduce((sum, { share }) => sum + share, 0)).toBeGreaterThan(1);
      for (const { cost, share } of parts) expect(cost).toBeCloseTo(share * whole.cost, 9);
    }
    const spent = trained.reduce((sum, { share }) => sum + share, 0);
    expect(spent).toBeLessThan(0.75 * recorded.length);
  });

  test('sees a training without a result as one that diverged', () => {
    const failed = recorded.map((one, index) => (index < 12 ? { ...one, score: null, curveScores: [] } : one));
    const { trained } = playPlan(planOf('model'), failed, Infinity);
    expect(trained.filter(({ score }) => score === null).length).toBe(12);
    const halved = playPlan(planOf('halving'), failed, Infinity).trained;
    // A part of it that came to nothing, and none after that.
    expect(halved.filter(({ share }) => share === 0).length).toBe(12);
  });

  test('may not ask for what is not recorded, for what it has, or for what has to be waited for', () => {
    const specs = [...planRuns(recorded, training)];
    const asking = (...asked: (RunSpec | 'wait')[]): Plan => ({
      ...fixedPlan('odd', () => [], training),
      next: () => [asked],
    });
    const [first] = specs as [RunSpec, ...RunSpec[]];
    const odd = { ...first, arch: { ...first.arch, depth: 3 } };
    const nameOf = ({ arch, recipe: { learningRate } }: RunSpec) => configurationName({ arch, learningRate });
    expect(() => playPlan(asking(odd), recorded, 9)).toThrow(
      new RangeError(`odd: expected a recorded training, got ${nameOf(odd)}`),
    );
    expect(() => playPlan(asking(first, first), recorded, 9)).toThrow(
      new RangeError(`odd: expected a training that has not ended, got ${nameOf(first)}`),
    );
    expect(() => playPlan(asking('wait'), recorded, 9)).toThrow(RangeError);
  });
});
