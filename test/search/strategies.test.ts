/** What every strategy that chooses from a pool has to keep to, and what each of them is for. */
import { describe, expect, test } from 'vitest';
import { shapeOf, type Arch } from '../../src/arch/arch.js';
import type { ChoiceRequest, Chooser, Observation } from '../../src/search/choice.js';
import { inGridOrder, shuffledFor } from '../../src/search/recorded-order.js';
import { adaptiveStrategies } from '../../src/search/strategies.js';
import { chooserOf, replay, type RecordedConfiguration } from './replay.js';

/** Networks of both shapes at two rates, whose PSNR grows with size and depth and is best at the larger rate. */
const pool: readonly RecordedConfiguration[] = [8, 16, 32, 64].flatMap((narrow) =>
  [1, 2, 4].flatMap((depth) =>
    [1e-3, 3e-3].flatMap((learningRate) =>
      [
        { skipWidth: 4 * narrow, bottleneckWidth: narrow },
        { skipWidth: narrow, bottleneckWidth: 4 * narrow },
      ].map((widths): RecordedConfiguration => {
        const size = 8 * narrow * narrow * depth;
        const score = 10 + Math.log(size) + 0.3 * depth + (learningRate === 3e-3 ? 1 : 0);
        const arch = { ...widths, depth, inputProjection: 'none', outputProjection: 'none' } as const;
        return { arch, learningRate, size, score };
      }),
    ),
  ),
);

const all: readonly [string, Chooser][] = [
  ['random', chooserOf(shuffledFor('random'))],
  ...(['equal', 'free'] as const).flatMap((effort): [string, Chooser][] => [
    [`evolve with ${effort} effort`, adaptiveStrategies.evolve(effort).choose],
    [`model with ${effort} effort`, adaptiveStrategies.model(effort).choose],
  ]),
];

const played = (chooser: Chooser, seed = 1, batchSize = 4) =>
  replay(chooser, pool, { seed, batchSize, mostConfigurations: pool.length }).map(({ place }) => place);

describe.each(all)('%s', (_, chooser) => {
  test('chooses every configuration of the pool once, and then nothing more', () => {
    expect(played(chooser).toSorted((left, right) => left - right)).toEqual([...pool.keys()]);
    const observed = pool.map(({ score }, place): Observation => ({ place, score }));
    expect(chooser({ pool, seed: 1, observed, count: 3 })).toEqual([]);
  });

  test('chooses the same for the same seed and results, and other things for another seed', () => {
    expect(played(chooser)).toEqual(played(chooser));
    expect(played(chooser, 2).slice(0, 6)).not.toEqual(played(chooser).slice(0, 6));
  });

  test('chooses the first of a batch whatever the size of the batch', () => {
    const observed = played(chooser, 1, 12)
      .slice(0, 12)
      .map((place) => ({ place, score: pool[place]!.score }));
    const choice: ChoiceRequest = { pool, seed: 1, observed, count: 2 };
    expect(chooser({ ...choice, count: 5 }).slice(0, 2)).toEqual(chooser(choice));
  });

  test('goes on where trainings came to nothing', () => {
    const broken = pool.map((recorded, place) => (place % 3 === 0 ? { ...recorded, score: null } : recorded));
    const order = replay(chooser, broken, { seed: 1, batchSize: 2, mostConfigurations: pool.length });
    expect(order.length).toBe(pool.length);
    const nothing = pool.map((recorded) => ({ ...recorded, score: null }));
    expect(replay(chooser, nothing, { seed: 1, batchSize: 2, mostConfigurations: 20 }).length).toBe(20);
  });
});

describe('equal effort', () => {
  test.each(['evolve', 'model'] as const)('of %s gives both shapes as many trainings, whatever they find', (name) => {
    const worse = pool.map((recorded) =>
      shapeOf(recorded.arch) === 'conventional' ? { ...recorded, score: recorded.score! - 3 } : recorded,
    );
    for (const batchSize of [1, 4]) {
      const order = replay(adaptiveStrategies[name]('equal').choose, worse, {
        seed: 1,
        batchSize,
        mostConfigurations: 24,
      });
      expect(order.filter(({ place }) => shapeOf(pool[place]!.arch) === 'hourglass').length).toBe(12);
    }
  });

  test('is not kept by free effort, which leaves the shape that adds nothing', () => {
    const worse = pool.map((recorded) =>
      shapeOf(recorded.arch) === 'conventional' ? { ...recorded, score: recorded.score! - 3 } : recorded,
    );
    const order = replay(adaptiveStrategies.model('free').choose, worse, {
      seed: 1,
      batchSize: 1,
      mostConfigurations: 24,
    });
    const hourglasses = order.filter(({ place }) => shapeOf(pool[place]!.arch) === 'hourglass').length;
    expect(hourglasses).toBeGreaterThan(13);
  });
});

describe('the model', () => {
  test('finds the better learning rate, and leaves the other', () => {
    const order = replay(adaptiveStrategies.model('equal').choose, pool, {
      seed: 1,
      batchSize: 1,
      mostConfigurations: 24,
    });
    const later = order.slice(10).map(({ place }) => pool[place]!.learningRate);
    expect(later.filter((rate) => rate === 3e-3).length).toBeGreaterThanOrEqual(10);
  });
});

describe('what the model expects of the rest', () => {
  const outlook = (count: number, effort: 'equal' | 'free' = 'equal') => {
    const { choose, outlook: of } = adaptiveStrategies.model(effort);
    return of({ pool, seed: 1, observed: replay(choose, pool, { seed: 1, batchSize: 2, mostConfigurations: count }) });
  };

  test.each(['equal', 'free'] as const)(
    'cannot be told at first, then falls, and is nothing at the end, at %s effort',
    (effort) => {
      expect(outlook(6, effort)).toBe(Infinity);
      const [early, late] = [outlook(11, effort), outlook(40, effort)];
      expect(early).toBeGreaterThan(0);
      expect(late).toBeLessThan(early / 10);
      expect(outlook(pool.length, effort)).toBe(0);
    },
  );
});

test('a grid is walked by depth, skip width, bottleneck width and learning rate, the last the fastest', () => {
  const arch = {
    skipWidth: 8,
    bottleneckWidth: 2,
    depth: 1,
    inputProjection: 'none',
    outputProjection: 'none',
  } as const;
  const at = (changed: Partial<Arch>, learningRate = 1e-3) => {
    return { arch: { ...arch, ...changed }, learningRate, size: 1, score: 20 };
  };
  const pool = [at({ depth: 2 }), at({ skipWidth: 10 }), at({ bottleneckWidth: 10 }), at({}, 1e-2), at({})];
  const order = replay(chooserOf(inGridOrder), pool, { seed: 1, batchSize: 2, mostConfigurations: 5 });
  expect(order.map(({ place }) => place)).toEqual([4, 3, 2, 1, 0]);
});
