import { describe, expect, test } from 'vitest';
import { archName, checkArch, shapeOf } from '../../src/arch/arch.js';
import { UserError } from '../../src/base/errors.js';
import type { Candidate, StrategyRequest } from '../../src/search/candidate.js';
import { sampledRange } from '../../src/search/reach.js';
import { budgetedSize } from '../../src/search/size-function.js';
import { defaultSpace, searchedShapes } from '../../src/search/space.js';
import { randomCandidates } from '../../src/search/strategies/random.js';
import { requestOf, type RequestParts } from './requests.js';

const bands = 20;
/**
 * The chi-square value of 19 degrees of freedom that chance exceeds once in 100: NIST/SEMATECH e-Handbook of Statistical
 * Methods, table 1.3.6.7.4.
 */
const chiSquareLimit = 36.191;

/** Chi-square of the counts in bands of equal width on a log scale against an even spread. */
function chiSquare(candidates: readonly Candidate[], request: StrategyRequest): number {
  const { lowest, highest } = sampledRange(request);
  const counts = new Array<number>(bands).fill(0);
  for (const { size: params } of candidates) {
    const position = Math.log(params / lowest) / Math.log(highest / lowest);
    counts[Math.min(bands - 1, Math.floor(position * bands))]! += 1;
  }
  const expected = candidates.length / bands;
  return counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
}

const wide = { input: 3072, output: 3072 };
const upscaling = { input: 196, output: 784 };
const cases: [string, RequestParts][] = [
  ['1M', { budget: '1M', pairs: 10_000 }],
  ['0.3M..3M', { budget: '0.3M..3M', pairs: 10_000 }],
  ['8M', { budget: '8M', pairs: 10_000 }],
  ['a list of 1M and 10M', { budget: '1M,10M', pairs: 10_000 }],
  ['0.1M, few', { budget: '0.1M', pairs: 200 }],
  ['1M, input projection fixed', { setting: { inputProjection: 'fixed' }, pairs: 10_000 }],
  ['1M, fixed and counted', { setting: { inputProjection: 'fixed', size: 'total' }, pairs: 10_000 }],
  ['8M, input projection identity', { budget: '8M', setting: { inputProjection: 'identity' }, pairs: 1000 }],
  ['8M, no projections', { budget: '8M', setting: { inputProjection: 'none', outputProjection: 'none' }, pairs: 1000 }],
  ['1M, 196 to 784', { setting: { dimensions: upscaling }, pairs: 10_000 }],
  ['30M, 3072 to 3072', { budget: '30M', setting: { dimensions: wide }, pairs: 10_000 }],
];

describe.each(cases)('Random candidates at %s', (_, parts) => {
  const request = requestOf({ ...parts, seed: 7 });
  const candidates = [...randomCandidates(request)];

  test('are as many as asked for, all different, all possible, all within the budget.', () => {
    const { lowest, highest } = sampledRange(request);
    expect(candidates.length).toBe(2 * request.pairs);
    expect(new Set(candidates.map(({ arch }) => archName(arch))).size).toBe(candidates.length);
    for (const { arch, size: params } of candidates) {
      checkArch(arch, request.setting.dimensions);
      if (params !== budgetedSize(arch, request.setting) || params < lowest || params > highest) {
        expect.fail(`${archName(arch)} has ${params} parameters, expected ${lowest} to ${highest}`);
      }
    }
  });

  test('keep to the depths and ratios of their shape.', () => {
    for (const shape of searchedShapes) {
      const { depth, ratio } = defaultSpace[shape];
      const outside = candidates.filter(({ arch }) => {
        const drawn = arch.bottleneckWidth / arch.skipWidth;
        const inside = drawn >= ratio[0] && drawn <= ratio[1] && arch.depth >= depth[0] && arch.depth <= depth[1];
        return shapeOf(arch) === shape && !inside;
      });
      expect(outside).toEqual([]);
    }
  });

  test('come in pairs of both shapes, an hourglass first, within 1 % of the same parameters.', () => {
    for (let pair = 0; pair < request.pairs; pair += 1) {
      const [hourglass, conventional] = candidates.slice(2 * pair, 2 * pair + 2) as [Candidate, Candidate];
      const gap = Math.abs(Math.log(hourglass.size / conventional.size));
      const shapes = `${shapeOf(hourglass.arch)} ${shapeOf(conventional.arch)}`;
      if (hourglass.pair !== pair || conventional.pair !== pair || gap > 0.01 || shapes !== 'hourglass conventional') {
        expect.fail(`pair ${pair}: ${shapes}, ${hourglass.size} and ${conventional.size}`);
      }
    }
  });

  test('give each band of parameters its share, for each shape.', () => {
    for (const shape of searchedShapes) {
      const ofShape = candidates.filter(({ arch }) => shapeOf(arch) === shape);
      expect(ofShape.length).toBe(request.pairs);
      expect(chiSquare(ofShape, request)).toBeLessThan(chiSquareLimit);
    }
  });
});

describe('Random candidates', () => {
  const drawn = (parts: RequestParts) => [...randomCandidates(requestOf(parts))];

  test('are the same each time, and others with another seed.', () => {
    expect(drawn({ pairs: 50 })).toEqual(drawn({ pairs: 50 }));
    const names = new Set(drawn({ pairs: 50 }).map(({ arch }) => archName(arch)));
    expect(drawn({ pairs: 50, seed: 2 }).filter(({ arch }) => names.has(archName(arch))).length).toBeLessThan(5);
  });

  test('stay as they are when more are asked for, also where widths have become scarce.', () => {
    for (const budget of ['1M', '20k']) {
      expect(drawn({ budget, pairs: 150 }).slice(0, 80)).toEqual(drawn({ budget, pairs: 40 }));
    }
  });

  test('are spread over the budget from the first few on.', () => {
    const quarters = drawn({ pairs: 12, shapes: ['hourglass'] }).map(({ size: params }) =>
      Math.min(3, Math.floor(Math.log(params / 62_500) / Math.log(2))),
    );
    for (const quarter of [0, 1, 2, 3]) {
      expect(quarters.filter((other) => other === quarter).length).toBeGreaterThanOrEqual(2);
    }
  });

  test('draw depths evenly on a log scale.', () => {
    const depths = drawn({ budget: '8M', pairs: 3000 }).map(({ arch }) => [shapeOf(arch), arch.depth] as const);
    for (const shape of searchedShapes) {
      const [shallowest, deepest] = defaultSpace[shape].depth;
      let weights = 0;
      for (let depth = shallowest; depth <= deepest; depth += 1) weights += 1 / depth;
      for (let depth = shallowest; depth <= deepest; depth += 1) {
        const share = depths.filter(([of, is]) => of === shape && is === depth).length / 3000;
        expect(share).toBeCloseTo(1 / depth / weights, 1.5);
      }
    }
  });

  test('have skips narrower than the input and wider ones, in both shapes.', () => {
    for (const shape of searchedShapes) {
      const widths = drawn({ pairs: 200, budget: '4M', shapes: [shape] }).map(({ arch }) => arch.skipWidth);
      const narrower = widths.filter((width) => width < 784).length / 200;
      expect(narrower).toBeGreaterThan(0.2);
      expect(narrower).toBeLessThan(0.99);
    }
  });

  test('of one shape alone are the same as in pairs.', () => {
    const alone = drawn({ pairs: 40, shapes: ['conventional'] });
    const paired = drawn({ pairs: 40 }).filter(({ arch }) => shapeOf(arch) === 'conventional');
    expect(alone).toEqual(paired);
  });

  test('have only depths that are possible at their parameters.', () => {
    // At 3,140 parameters there is one hourglass for 784 values, of skip width 2, bottleneck width 1 and depth 1.
    const [only] = drawn({ budget: '3140', shapes: ['hourglass'], pairs: 1 });
    expect(only!.arch).toMatchObject({ skipWidth: 2, bottleneckWidth: 1, depth: 1 });
  });

  test('are drawn one at a time.', () => {
    const candidates = randomCandidates(requestOf({ pairs: Number.MAX_SAFE_INTEGER }));
    expect(candidates.next().value).toEqual(drawn({ pairs: 1 })[0]);
  });

  test('end with an error that says how many there are where no more are to be had.', () => {
    const request = requestOf({ budget: '5k', pairs: 1000 });
    const found: Candidate[] = [];
    const drawAll = () => {
      for (const candidate of randomCandidates(request)) found.push(candidate);
    };
    expect(drawAll).toThrow(UserError);
    const pairs = found.length / 2;
    expect(new Set(found.map(({ arch }) => archName(arch))).size).toBe(2 * pairs);
    expect(() => [...randomCandidates(request)]).toThrow(
      `budget 5k: found only ${pairs} different pairs of networks of matched parameters; ask for ${pairs} candidates`,
    );
    expect(drawn({ budget: '5k', pairs })).toEqual(found);
  });

  test('end with an error where no two networks match at all.', () => {
    expect(() => drawn({ budget: '3140' })).toThrow('budget 3140: found no pairs of networks of matched parameters');
  });
});
