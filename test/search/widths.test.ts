import { describe, expect, test } from 'vitest';
import { archName } from '../../src/arch/arch.js';
import { randomStream } from '../../src/base/random.js';
import { budgetedSize } from '../../src/search/size-function.js';
import { bottleneckInterval, defaultSpace, searchedShapes, type CandidateSetting } from '../../src/search/space.js';
import { hasWidths, nearestWidths, outwards, type WidthQuery } from '../../src/search/widths.js';
import { mnistSetting } from './requests.js';

const settings: CandidateSetting[] = [
  mnistSetting,
  { ...mnistSetting, inputProjection: 'fixed' },
  { ...mnistSetting, inputProjection: 'none', outputProjection: 'none' },
  { ...mnistSetting, dimensions: { input: 50, output: 70 } },
];

/** Every arch of the query's depth, with its parameters inside, by trying all skip widths. */
function archsByTrial({ shape, space, setting, depth, atLeast, target }: WidthQuery) {
  const { inputProjection, outputProjection, dimensions } = setting;
  const skipWidths = inputProjection === 'none' ? [dimensions.input] : Array.from({ length: 1500 }, (_, i) => i + 1);
  return skipWidths.flatMap((skipWidth) => {
    const [narrowest, widest] = bottleneckInterval(shape, space, skipWidth);
    const archs = [];
    for (let bottleneckWidth = narrowest; bottleneckWidth <= widest; bottleneckWidth += 1) {
      const arch = { skipWidth, bottleneckWidth, depth, inputProjection, outputProjection };
      const params = budgetedSize(arch, setting);
      if (params > target) break;
      if (params >= atLeast) archs.push(arch);
    }
    return archs;
  });
}

function queryAt(setting: CandidateSetting, shape: (typeof searchedShapes)[number], target: number): WidthQuery {
  const { depth } = defaultSpace[shape];
  const drawnDepth = depth[0] + randomStream('depth', target).integerBelow(depth[1]);
  const atLeast = Math.ceil(target * 0.991);
  return { shape, space: defaultSpace[shape], setting, depth: drawnDepth, atLeast, target, isTaken };
}

const isTaken = () => false;

describe('widths at a number of parameters', () => {
  test.each(settings)('exist exactly where a trial of all widths finds some: %o.', (setting) => {
    const stream = randomStream('targets');
    let found = 0;
    for (let trial = 0; trial < 60; trial += 1) {
      for (const shape of searchedShapes) {
        const query = queryAt(
          setting,
          shape,
          Math.floor((setting.inputProjection === 'none' ? 2e6 : 3000) * 50 ** stream.uniform()),
        );
        const archs = archsByTrial(query);
        expect(hasWidths(query)).toBe(archs.length > 0);
        const nearest = nearestWidths(query, stream.uniform());
        if (archs.length > 0) expect(archs.map(archName)).toContain(archName(nearest!));
        else expect(nearest).toBeNull();
        found += archs.length > 0 ? 1 : 0;
      }
    }
    expect(found).toBeGreaterThan(10);
  });

  test('are those of the most parameters among the ratios near the wanted one.', () => {
    const query: WidthQuery = { ...queryAt(mnistSetting, 'hourglass', 1_000_000), depth: 4 };
    // Half way on a log scale from 0.02 to 0.8: 0.1265.
    const arch = nearestWidths(query, 0.5)!;
    const near = archsByTrial(query).filter(
      ({ skipWidth, bottleneckWidth }) => Math.abs(Math.log(bottleneckWidth / skipWidth / Math.sqrt(0.016))) < 0.04,
    );
    expect(near.length).toBeGreaterThan(5);
    const most = Math.max(...near.map((other) => budgetedSize(other, mnistSetting)));
    expect(budgetedSize(arch, mnistSetting)).toBeGreaterThanOrEqual(most);
    expect(arch.bottleneckWidth / arch.skipWidth).toBeCloseTo(Math.sqrt(0.016), 1);
  });

  test('follow the draw from the smallest to the largest ratio.', () => {
    const query: WidthQuery = { ...queryAt(mnistSetting, 'conventional', 2_000_000), depth: 2 };
    const ratios = [0, 0.25, 0.5, 0.75, 0.999].map((draw) => {
      const { skipWidth, bottleneckWidth } = nearestWidths(query, draw)!;
      return bottleneckWidth / skipWidth;
    });
    const wanted = [0, 0.25, 0.5, 0.75, 0.999].map((draw) => 1.05 * (6 / 1.05) ** draw);
    ratios.forEach((ratio, index) => expect(Math.abs(Math.log(ratio / wanted[index]!))).toBeLessThan(0.06));
  });

  test('that are taken are never given, until none is left.', () => {
    const query = { ...queryAt(mnistSetting, 'hourglass', 60_000), depth: 12 };
    const all = archsByTrial(query).length;
    const given = new Set<string>();
    const free = { ...query, isTaken: (arch: object) => given.has(JSON.stringify(arch)) };
    for (let count = 0; count < all; count += 1) given.add(JSON.stringify(nearestWidths(free, 0.5)));
    expect(all).toBeGreaterThan(3);
    expect(given.size).toBe(all);
    expect(nearestWidths(free, 0.5)).toBeNull();
    expect(hasWidths(free)).toBe(false);
  });
});

test('Whole numbers are walked outwards from a start, which is first moved inside.', () => {
  expect([...outwards(3, [1, 6])]).toEqual([3, 4, 2, 5, 1, 6]);
  expect([...outwards(9, [1, 3])]).toEqual([3, 2, 1]);
  expect([...outwards(2, [3, 1])]).toEqual([]);
});
