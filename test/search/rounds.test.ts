import { describe, expect, test } from 'vitest';
import { archName } from '../../src/arch/arch.js';
import { keyOf } from '../../src/run/key.js';
import type { Run } from '../../src/run/run.js';
import type { RunSpec } from '../../src/run/spec.js';
import {
  configurationsOf,
  countRounds,
  outlookAfter,
  poolOf,
  roundsOf,
  type AdaptivePlan,
} from '../../src/search/rounds.js';
import { adaptiveStrategies } from '../../src/search/strategies.js';
import { requestOf } from './requests.js';
import { endedRun, finishedRun, specs as sample } from './searches.js';

const learningRates = [1e-3, 3e-3];
const pool = configurationsOf(poolOf(requestOf({ budget: '50k..200k' })), learningRates);
const { recipe } = sample[0]!;
const training = { task: 'mnist/denoising', engine: 'fake', recipe, learningRates, replicates: 1 };
const plan: AdaptivePlan = {
  pool,
  strategy: adaptiveStrategies.model('equal'),
  seed: 1,
  batchSize: 3,
  mostConfigurations: 14,
  untilStable: null,
  training,
};

/** Better with depth, and with the larger rate. */
const outcomeOf = (spec: RunSpec): Run => {
  const psnrDb = 15 + spec.arch.depth / 10 + spec.recipe.learningRate * 100 + spec.recipe.replicate;
  return { ...finishedRun(spec), validation: { meanSquaredError: 0.01, psnrDb, psnrOfMeanDb: psnrDb } };
};

/** All rounds, each trained before the next is asked for. */
function trained(ofPlan: AdaptivePlan, train: (spec: RunSpec) => Run | null = outcomeOf) {
  const runs = new Map<string, Run>();
  const rounds: (readonly RunSpec[])[] = [];
  for (const round of roundsOf(ofPlan, runs)) {
    rounds.push(round);
    for (const spec of round) {
      const run = train(spec);
      if (run !== null) runs.set(run.key, run);
    }
  }
  return { runs, rounds, keys: rounds.flat().map(keyOf) };
}

describe('the pool', () => {
  test('has every network at every learning rate, and no configuration twice', () => {
    expect(new Set(pool.map(({ arch, learningRate }) => `${archName(arch)} ${learningRate}`)).size).toBe(1200);
    expect(pool.length).toBe(1200);
  });

  test('is what there is where the budget has fewer networks, and refuses a budget without any', () => {
    const few = poolOf(requestOf({ budget: '3200..3600' }));
    expect(few.length).toBeGreaterThan(0);
    expect(few.length).toBeLessThan(600);
    expect(() => poolOf(requestOf({ budget: '10' }))).toThrow(/budget 10/);
  });
});

describe('rounds', () => {
  test('are of the stated size but for the last, and come to the runs that were asked for', () => {
    const { rounds, keys } = trained(plan);
    expect(rounds.map((round) => round.length)).toEqual([3, 3, 3, 3, 2]);
    expect(new Set(keys).size).toBe(14);
    expect(countRounds(plan)).toBe(14);
  });

  test('made anew from the runs that they led to are the same', () => {
    const { runs, keys } = trained(plan);
    expect([...roundsOf(plan, runs)].flat().map(keyOf)).toEqual(keys);
  });

  test('of fewer configurations are the beginning of those of more', () => {
    const { keys } = trained(plan);
    expect(trained({ ...plan, mostConfigurations: 8 }).keys).toEqual(keys.slice(0, 8));
  });

  test('follow from the results', () => {
    const other = trained(plan, (spec) => {
      const run = outcomeOf(spec);
      return run.state === 'finished'
        ? { ...run, validation: { ...run.validation, psnrDb: 40 - run.validation.psnrDb! } }
        : run;
    });
    expect(other.keys.slice(0, 9)).toEqual(trained(plan).keys.slice(0, 9));
    expect(other.keys).not.toEqual(trained(plan).keys);
  });

  test('end once little is left to gain, after the same beginning, and tell how little', () => {
    const stable = { ...plan, mostConfigurations: 60, untilStable: 0.01 };
    const { keys, runs } = trained(stable);
    const all = trained({ ...stable, untilStable: null }).keys;
    expect(keys.length).toBeGreaterThan(10);
    expect(keys.length).toBeLessThan(60);
    expect(keys).toEqual(all.slice(0, keys.length));
    expect(outlookAfter(stable, [...runs.values()])).toBeLessThan(0.01);
    const before = [...runs.values()].slice(0, -3);
    expect(outlookAfter(stable, before)).toBeGreaterThanOrEqual(0.01);
    expect([...roundsOf(stable, runs)].flat().map(keyOf)).toEqual(keys);
  });

  test('have all replicates of a configuration, and look at their mean', () => {
    const twice = { ...plan, training: { ...training, replicates: 2 } };
    const { rounds } = trained(twice);
    expect(rounds[0]!.map(({ recipe }) => recipe.replicate)).toEqual([0, 1, 0, 1, 0, 1]);
    const networks = (all: readonly (readonly RunSpec[])[]) => all.flat().map(({ arch }) => archName(arch));
    // The second replicate is better by the same everywhere, which changes no choice.
    expect([...new Set(networks(rounds))]).toEqual([...new Set(networks(trained(plan).rounds))]);
  });

  test('end where a run is missing or has failed, and take a diverged one for a bad one', () => {
    const ends = (fourth: (spec: RunSpec) => Run | null) => {
      let count = 0;
      return trained(plan, (spec) => ((count += 1) === 4 ? fourth(spec) : outcomeOf(spec))).rounds.length;
    };
    expect(ends(() => null)).toBe(2);
    expect(ends((spec) => endedRun(spec, 'failed'))).toBe(2);
    expect(ends((spec) => endedRun(spec, 'diverged'))).toBe(5);
  });
});
