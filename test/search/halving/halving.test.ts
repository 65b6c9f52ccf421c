import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { damageOf } from '../../../src/search/halving/damage.js';
import { nextDecision } from '../../../src/search/halving/decide.js';
import { predictFinals } from '../../../src/search/halving/finals.js';
import { contestAfter, decisionsOf, type BasedDecision, type HalvingRules } from '../../../src/search/halving/parts.js';
import { likelyShare, rungsOf } from '../../../src/search/halving/rungs.js';
import { areaAbove, stepsOf } from '../../../src/pareto/hypervolume.js';
import { configurationOf, curvesOf, made, psnrDbOf, rules, type Made } from './contests.js';

const pool = made.map(configurationOf);
const curves = curvesOf(made);
const after = (changed: Partial<HalvingRules> = {}) => contestAfter(pool, { ...rules, ...changed }, curves);
const epochsOf = ({ contest }: ReturnType<typeof after>) =>
  contest.contestants.map(({ sentTo }) => (sentTo === 0 ? 0 : contest.rungs[sentTo - 1]!));
const hypervolumeOf = (places: readonly number[]) => {
  const points = places.map((place) => ({
    size: Math.log10(made[place]!.params),
    score: psnrDbOf(made[place]!, 9),
  }));
  return areaAbove(18, stepsOf(points, { size: 4.3, score: 18 }));
};
const frontierOf = (networks: readonly Made[]) =>
  [...networks.keys()].filter((place) =>
    networks.every(
      (other, index) =>
        index === place ||
        other.params > networks[place]!.params ||
        psnrDbOf(other, 9) < psnrDbOf(networks[place]!, 9) ||
        (other.params === networks[place]!.params && psnrDbOf(other, 9) === psnrDbOf(networks[place]!, 9)),
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
  const contestOf = (finished: number, reached: number) => ({
    ...{ pool, lanes: [[...pool.keys()]], ...rules },
    contestants: made.map((network, place) => ({
      psnrsDb: rules.rungs.slice(0, place < finished ? 3 : reached).map((epoch) => psnrDbOf(network, epoch)),
      ...{ diverged: false, sentTo: place < finished ? 3 : reached, audited: false },
    })),
  });

  test('is not told by fewer than four ends', () => {
    expect(predictFinals(contestOf(3, 1)).size).toBe(0);
    expect(predictFinals(contestOf(4, 1)).size).toBe(44);
  });

  test('follows the speed at which networks of a size converge', () => {
    for (const reached of [1, 2]) {
      for (const [place, { mean, deviation }] of predictFinals(contestOf(12, reached))) {
        expect(Math.abs(mean - psnrDbOf(made[place]!, 9))).toBeLessThan(0.1);
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
    const found = [...made.keys()].filter((place) => epochs[place] === 9);
    expect(hypervolumeOf(found) / hypervolumeOf([...made.keys()])).toBeGreaterThan(0.99);
    expect(epochs.reduce((sum, count) => sum + count, 0)).toBeLessThan(0.45 * 48 * 9);
  });

  test('stops the smallest network where larger ones of nearly its size are far better', () => {
    const smallest: Made = { params: 999, flaw: 4 };
    const networks = [...made, smallest];
    const result = contestAfter(networks.map(configurationOf), { ...rules, audit: 0 }, curvesOf(networks));
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
    expect(result.decisions).toContainEqual(expect.objectContaining({ place: best, reason: 'best' }));
    expect(epochsOf(result)[best]).toBe(9);
  });

  test('sends on at the end a random share of what it would stop, another one with another seed', () => {
    const auditsOf = (seed: number, audit: number) =>
      after({ seed, audit })
        .decisions.filter(({ reason }) => reason === 'audit')
        .map(({ place }) => place);
    expect(auditsOf(1, 0)).toEqual([]);
    const stopped = epochsOf(after({ audit: 0 })).filter((epochs) => epochs < 9).length;
    expect(auditsOf(1, 0.25).length).toBeGreaterThan(stopped / 8);
    expect(auditsOf(1, 0.25).length).toBeLessThanOrEqual(Math.ceil(stopped / 4));
    const draws = [1, 2, 3, 4].map((seed) => auditsOf(seed, 0.25).toSorted().join());
    expect(new Set(draws).size).toBeGreaterThan(1);
  });

  test('judges each shape by its own frontier, or both by one', () => {
    // All conventional networks are worse than all hourglasses of their size.
    const conventional = made.map((network) => ({ ...network, flaw: network.flaw + 3, isHourglass: false }));
    const networks = [...made, ...conventional];
    const finishedIn = (effort: HalvingRules['effort']) =>
      epochsOf(contestAfter(networks.map(configurationOf), { ...rules, effort, audit: 0 }, curvesOf(networks)))
        .slice(48)
        .filter((epochs) => epochs === 9).length;
    expect(finishedIn('equal')).toBeGreaterThan(5);
    expect(finishedIn('free')).toBeLessThan(finishedIn('equal') / 2);
  });

  test('goes on with nothing that has diverged', () => {
    const diverging = contestAfter(pool, rules, (place, epoch) => (place % 5 === 0 ? [] : curves(place, epoch)));
    expect(diverging.isOver).toBe(true);
    for (const { place, rung } of diverging.decisions) expect(place % 5 === 0 && rung > 1).toBe(false);
  });

  test('trains everything to its end where too few networks are there to learn from', () => {
    const few = contestAfter(pool.slice(0, 3), rules, curves);
    expect(epochsOf(few)).toEqual([9, 9, 9]);
  });

  test('decides nothing where everything is under way', () => {
    const contestants = pool.map(() => ({ psnrsDb: [], diverged: false, sentTo: 1, audited: false }));
    expect(nextDecision({ pool, contestants, lanes: [[...pool.keys()]], ...rules })).toBeNull();
  });
});

describe('the decisions', () => {
  /** Drives the plan with so many workers, whose trainings end in any order. */
  function driven(workers: number, pick: (below: number) => number, underWay = 2): BasedDecision[] {
    const known = new Set<string>();
    const inTraining: string[] = [];
    const decisions: BasedDecision[] = [];
    const plan = decisionsOf(pool, { ...rules, underWay }, (place, epoch) =>
      known.has(`${place} ${epoch}`) ? curves(place, epoch) : null,
    );
    const endOne = () => known.add(inTraining.splice(pick(inTraining.length), 1)[0]!);
    for (const next of plan) {
      if (next === 'wait') endOne();
      else {
        decisions.push(next);
        inTraining.push(`${next.place} ${rules.rungs[next.rung - 1]!}`);
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
      { seed: 1, numRuns: 4 },
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
    const damage = damageOf(result.contest);
    expect(damage.audited).toBe(result.decisions.filter(({ reason }) => reason === 'audit').length);
    expect(damage).toMatchObject({ wrong: 0, wrongStops: { share: 0 } });
    expect(damage.lostHypervolume!.share).toBeLessThan(rules.tolerance);
    expect(damage.lostHypervolume!.interval[0]).toBeLessThanOrEqual(damage.lostHypervolume!.share);
  });

  test('is not known where none went on, and where nothing is stopped', () => {
    expect(damageOf(after({ audit: 0 }).contest).wrongStops).toBeNull();
    expect(damageOf(after({ tolerance: 0, audit: 1 }).contest).lostHypervolume).toBeNull();
  });

  test('tells a stop that was wrong', () => {
    // One network catches up in its last epochs as no other does.
    const late = frontierOf(made).at(-2)!;
    const surprising = contestAfter(pool, { ...rules, audit: 1 }, (place, epoch) =>
      curves(place, epoch)!.map((psnrDb, index) => (place === late ? psnrDb - 2 + (index === 8 ? 3 : 0) : psnrDb)),
    );
    const damage = damageOf(surprising.contest);
    expect(surprising.decisions).toContainEqual(expect.objectContaining({ place: late, reason: 'audit' }));
    expect(damage.wrong).toBe(1);
    expect(damage.wrongStops!.share).toBeCloseTo(1 / damage.audited, 12);
  });
});
