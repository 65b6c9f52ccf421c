import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { areaAbove, stepsOf } from '../../../../src/pareto/hypervolume.js';
import { auditOf } from '../../../../src/search/strategies/halving/audit.js';
import {
  decideAll,
  decisionsOf,
  nextDecision,
  type BasedDecision,
} from '../../../../src/search/strategies/halving/decide.js';
import { predictFinals } from '../../../../src/search/strategies/halving/predict.js';
import { likelyShare, rungsOf, type HalvingRules } from '../../../../src/search/strategies/halving/trials.js';
import { configurationOf, curvesOf, made, psnrDbOf, rules, type Made } from './learning-networks.js';

const pool = made.map(configurationOf);
const curves = curvesOf(made);
const results = new Map<string, ReturnType<typeof decideAll>>();
/** All decisions on the networks by these rules, made once. */
function after(changed: Partial<HalvingRules> = {}): ReturnType<typeof decideAll> {
  const all = { ...rules, ...changed };
  const name = JSON.stringify(all);
  const result = results.get(name) ?? decideAll(pool, all, curves);
  results.set(name, result);
  return result;
}
const epochsOf = ({ state }: ReturnType<typeof after>) =>
  state.trials.map(({ promotedTo }) => (promotedTo === 0 ? 0 : state.rungs[promotedTo - 1]!));
const hypervolumeOf = (indices: readonly number[]) => {
  const points = indices.map((index) => ({
    size: Math.log10(made[index]!.params),
    score: psnrDbOf(made[index]!, 9),
  }));
  return areaAbove(18, stepsOf(points, { size: 4.3, score: 18 }));
};
const frontierOf = (networks: readonly Made[]) =>
  [...networks.keys()].filter((index) =>
    networks.every(
      (other, otherIndex) =>
        otherIndex === index ||
        other.params > networks[index]!.params ||
        psnrDbOf(other, 9) < psnrDbOf(networks[index]!, 9) ||
        (other.params === networks[index]!.params && psnrDbOf(other, 9) === psnrDbOf(networks[index]!, 9)),
    ),
  );

describe('the epochs at which trainings are judged', () => {
  test('are a factor apart, end with the last, and have none twice', () => {
    expect(rungsOf(9, 3)).toEqual([1, 3, 9]);
    expect(rungsOf(100, 3)).toEqual([1, 4, 11, 33, 100]);
    expect(rungsOf(5, 4)).toEqual([1, 5]);
    expect(rungsOf(1, 3)).toEqual([1]);
    for (let epochs = 1; epochs < 200; epochs += 1) {
      const rungs = rungsOf(epochs, 2);
      expect(rungs.at(-1)).toBe(epochs);
      expect(rungs.every((rung, index) => rung >= 1 && (index === 0 || rung > rungs[index - 1]!))).toBe(true);
    }
  });

  test('likely cost every training the first of them, and each network one training to its end', () => {
    expect(likelyShare([1, 3, 9], 4)).toBeCloseTo((1 + 8 / 4) / 9, 12);
    expect(likelyShare([1], 4)).toBe(1);
  });
});

describe('the predicted end of a training', () => {
  const stateOf = (finished: number, reached: number) => ({
    ...rules,
    trials: made.map((network, index) => ({
      ...{ ...configurationOf(network), index },
      scores: rules.rungs.slice(0, index < finished ? 3 : reached).map((epoch) => psnrDbOf(network, epoch)),
      ...{ diverged: false, promotedTo: index < finished ? 3 : reached, audited: false },
    })),
  });

  test('is not told by fewer than four ends', () => {
    expect(predictFinals(stateOf(3, 1)).size).toBe(0);
    expect(predictFinals(stateOf(4, 1)).size).toBe(44);
  });

  test('follows the speed at which networks of a size converge', () => {
    for (const reached of [1, 2]) {
      for (const [index, { mean, deviation }] of predictFinals(stateOf(12, reached))) {
        expect(Math.abs(mean - psnrDbOf(made[index]!, 9))).toBeLessThan(0.1);
        expect(deviation).toBeLessThan(0.3);
      }
    }
  });
});

describe('halving', () => {
  test('finds nearly all of the hypervolume for less than 45 % of the epochs, and starts every network', () => {
    const result = after();
    const epochs = epochsOf(result);
    expect(result.isOver).toBe(true);
    expect(Math.min(...epochs)).toBe(1);
    const found = [...made.keys()].filter((index) => epochs[index] === 9);
    expect(hypervolumeOf(found) / hypervolumeOf([...made.keys()])).toBeGreaterThan(0.99);
    expect(epochs.reduce((sum, count) => sum + count, 0)).toBeLessThan(0.45 * 48 * 9);
  });

  test('stops the smallest network where larger ones of nearly its size are far better', () => {
    const smallest: Made = { params: 999, flaw: 4 };
    const networks = [...made, smallest];
    const result = decideAll(networks.map(configurationOf), { ...rules, audit: 0 }, curvesOf(networks));
    // It is on the frontier all the same: nothing is as small.
    expect(frontierOf(networks)).toContain(48);
    expect(epochsOf(result)[48]).toBeLessThan(9);
  });

  test('stops nothing where no end may be missed', () => {
    expect(new Set(epochsOf(after({ tolerance: 0, audit: 1 })))).toEqual(new Set([9]));
  });

  test('costs more hypervolume and fewer epochs the more it may cost', () => {
    const [strict, lax] = [0.0001, 0.2].map((tolerance) => after({ tolerance, audit: 0 }));
    const sum = (result: typeof strict) => epochsOf(result!).reduce((total, count) => total + count, 0);
    expect(sum(lax)).toBeLessThan(sum(strict));
  });

  test('trains the likely best network of all to its end, however little hypervolume comes of it', () => {
    const result = after({ tolerance: 0.9, audit: 0 });
    const endsDb = made.map((network) => psnrDbOf(network, 9));
    const best = endsDb.indexOf(Math.max(...endsDb));
    expect(result.decisions).toContainEqual(expect.objectContaining({ index: best, reason: 'best' }));
    expect(epochsOf(result)[best]).toBe(9);
  });

  test('sends on at the end a random share of what it would stop, another one with another seed', () => {
    const auditsOf = (seed: number, audit: number) =>
      after({ seed, audit })
        .decisions.filter(({ reason }) => reason === 'audit')
        .map(({ index }) => index);
    expect(auditsOf(1, 0)).toEqual([]);
    const stopped = epochsOf(after({ audit: 0 })).filter((epochs) => epochs < 9).length;
    expect(auditsOf(1, 0.25).length).toBeGreaterThan(stopped / 8);
    expect(auditsOf(1, 0.25).length).toBeLessThanOrEqual(Math.ceil(stopped / 4));
    const draws = [1, 2, 3].map((seed) => auditsOf(seed, 0.25).toSorted().join());
    expect(new Set(draws).size).toBeGreaterThan(1);
  });

  test('judges each shape by its own frontier, or both by one', () => {
    // All conventional networks are worse than all hourglasses of their size.
    const conventional = made.map((network) => ({ ...network, flaw: network.flaw + 3, isHourglass: false }));
    const networks = [...made, ...conventional];
    const finishedIn = (effort: HalvingRules['effort']) =>
      epochsOf(decideAll(networks.map(configurationOf), { ...rules, effort, audit: 0 }, curvesOf(networks)))
        .slice(48)
        .filter((epochs) => epochs === 9).length;
    const [equal, free] = [finishedIn('equal'), finishedIn('free')];
    expect(equal).toBeGreaterThan(5);
    expect(free).toBeLessThan(equal / 2);
  });

  test('goes on with nothing that has diverged', () => {
    const diverging = decideAll(pool, rules, (index, epoch) => (index % 5 === 0 ? [] : curves(index, epoch)));
    expect(diverging.isOver).toBe(true);
    for (const { index, rung } of diverging.decisions) expect(index % 5 === 0 && rung > 1).toBe(false);
  });

  test('trains everything to its end where too few networks are there to learn from', () => {
    const few = decideAll(pool.slice(0, 3), rules, curves);
    expect(epochsOf(few)).toEqual([9, 9, 9]);
  });

  test('decides nothing where everything is under way', () => {
    const underWay = { scores: [], diverged: false, promotedTo: 1, audited: false };
    const trials = pool.map((configuration, index) => ({ ...configuration, index, ...underWay }));
    expect(nextDecision({ ...rules, trials })).toBeNull();
  });
});

describe('the decisions', () => {
  /** Drives the plan with so many workers, whose trainings end in any order. */
  function driven(workers: number, pick: (below: number) => number, underWay = 2): BasedDecision[] {
    const known = new Set<string>();
    const inTraining: string[] = [];
    const decisions: BasedDecision[] = [];
    const plan = decisionsOf(pool, { ...rules, underWay }, (index, epoch) =>
      known.has(`${index} ${epoch}`) ? curves(index, epoch) : null,
    );
    const endOne = () => known.add(inTraining.splice(pick(inTraining.length), 1)[0]!);
    for (const next of plan) {
      if (next === 'wait') endOne();
      else {
        decisions.push(next);
        inTraining.push(`${next.index} ${rules.rungs[next.rung - 1]!}`);
        while (inTraining.length >= workers) endOne();
      }
    }
    return decisions;
  }

  test('are the same at any number of workers, in whatever order trainings end', () => {
    const alone = driven(1, () => 0);
    expect(alone).toEqual(after().decisions);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 8 }), fc.infiniteStream(fc.nat(1000)), (workers, draws) => {
        const pick = (below: number) => draws.next().value! % below;
        expect(driven(workers, pick)).toEqual(alone);
      }),
      { seed: 1, numRuns: 3 },
    );
  });

  test('leave out at most as many outcomes as may be under way, and fewer only where nothing can be decided so', () => {
    for (const underWay of [1, 5]) {
      for (const [index, { basedOn }] of after({ underWay }).decisions.entries()) {
        expect(basedOn).toBeLessThanOrEqual(index);
        expect(basedOn).toBeGreaterThanOrEqual(index - underWay);
      }
    }
  });
});

describe('what stopping has cost', () => {
  test('is counted on those that went on all the same, and predicted of the others, within the tolerance', () => {
    const result = after({ audit: 0.2 });
    const audit = auditOf(result.state);
    expect(audit.audited).toBe(result.decisions.filter(({ reason }) => reason === 'audit').length);
    expect(audit).toMatchObject({ wrong: 0, wrongStops: { share: 0 } });
    expect(audit.lostHypervolume!.share).toBeLessThan(rules.tolerance);
    expect(audit.lostHypervolume!.interval[0]).toBeLessThanOrEqual(audit.lostHypervolume!.share);
  });

  test('is not known where none went on, and where nothing is stopped', () => {
    expect(auditOf(after({ audit: 0 }).state).wrongStops).toBeNull();
    expect(auditOf(after({ tolerance: 0, audit: 1 }).state).lostHypervolume).toBeNull();
  });

  test('tells a stop that was wrong', () => {
    // One network catches up in its last epochs as no other does.
    const late = frontierOf(made).at(-2)!;
    const surprising = decideAll(pool, { ...rules, audit: 1 }, (index, epoch) =>
      curves(index, epoch)!.map((psnrDb, before) => (index === late ? psnrDb - 2 + (before === 8 ? 3 : 0) : psnrDb)),
    );
    const audit = auditOf(surprising.state);
    expect(surprising.decisions).toContainEqual(expect.objectContaining({ index: late, reason: 'audit' }));
    expect(audit.wrong).toBe(1);
    expect(audit.wrongStops!.share).toBeCloseTo(1 / audit.audited, 12);
  });
});
