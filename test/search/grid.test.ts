import { beforeEach, describe, expect, test, vi } from 'vitest';
import { archName } from '../../src/arch/arch.js';
import { UserError } from '../../src/base/errors.js';
import { countGrid, gridCandidates } from '../../src/search/strategies/grid.js';
import { requestOf } from './requests.js';

// Every point that is looked at has its shape told, so the counter shows how many were touched.
vi.mock(import('../../src/arch/arch.js'), async (importOriginal) => {
  const original = await importOriginal();
  const shapeOf: typeof original.shapeOf = (...args) => {
    counted.points += 1;
    return original.shapeOf(...args);
  };
  return { ...original, shapeOf };
});

/** No mock of Vitest's, which would keep the arguments of a million calls. */
const counted = vi.hoisted(() => ({ points: 0 }));
beforeEach(() => void (counted.points = 0));

const upTo = (length: number) => Array.from({ length }, (_, index) => index + 1);
const namesOf = (request: ReturnType<typeof requestOf>) =>
  [...gridCandidates(request)].map(({ arch }) => archName(arch));

describe('A grid', () => {
  const small = requestOf({
    grid: {
      hourglass: { skipWidths: [100, 200, 100], bottleneckWidths: [10, 150], depths: [1, 2] },
      conventional: { skipWidths: [100, 1000], bottleneckWidths: [100, 300], depths: [1] },
    },
  });

  test('gives the combinations within the budget, each once, depth by depth.', () => {
    expect(namesOf(small)).toEqual([
      '100-10-1',
      '200-10-1',
      '200-150-1',
      '100-10-2',
      '200-10-2',
      '200-150-2',
      '100-300-1',
    ]);
    expect([...gridCandidates(small)].map(({ pair }) => pair)).toEqual([0, 1, 2, 3, 4, 5, 6]);
    expect([...gridCandidates(small)][0]!.size).toBe(784 * 100 * 2 + 2 * 100 * 10);
  });

  test('counts what is outside the budget and what is impossible, and stops at neither.', () => {
    // Impossible: 100-150 at two depths as hourglass; 100-100, 1000-100 and 1000-300 as conventional.
    expect(countGrid(small)).toEqual({ withinBudget: 7, outsideBudget: 0, impossible: 5 });
    expect(countGrid({ ...small, budget: requestOf({ budget: '300k' }).budget })).toEqual({
      withinBudget: 3,
      outsideBudget: 4,
      impossible: 5,
    });
  });

  test('has a lower end only where the budget is a range.', () => {
    const { grid } = small;
    expect(namesOf(requestOf({ budget: '100M', grid }))).toContain('100-10-1');
    expect(namesOf(requestOf({ budget: '300k..1M', grid }))).toEqual([
      '200-10-1',
      '200-150-1',
      '200-10-2',
      '200-150-2',
    ]);
  });

  test('gives only the skip width that the projections force.', () => {
    const request = requestOf({
      budget: '8M',
      setting: { inputProjection: 'none', outputProjection: 'none' },
      grid: { hourglass: { skipWidths: [783, 784, 785], bottleneckWidths: [100], depths: [1] } },
    });
    expect(namesOf(request)).toEqual(['784-100-1 none/none']);
  });

  test('of more than a million points is looked at one point at a time.', () => {
    const request = requestOf({
      shapes: ['hourglass'],
      grid: { hourglass: { skipWidths: upTo(400), bottleneckWidths: upTo(150), depths: upTo(20) } },
    });
    const candidates = gridCandidates(request);
    for (let taken = 0; taken < 10; taken += 1) expect(candidates.next().done).toBe(false);
    // The first ten hourglasses, 2-1 to 5-4, lie among the first five rows of 150 points.
    expect(counted.points).toBeGreaterThan(0);
    expect(counted.points).toBeLessThanOrEqual(5 * 150);
    const { withinBudget, outsideBudget, impossible } = countGrid(request);
    expect(withinBudget + outsideBudget + impossible).toBe(400 * 150 * 20);
    // Skip widths 1 to 150 have as many bottleneck widths too wide as there are from the skip width up to 150.
    expect(impossible).toBe(20 * ((150 * 151) / 2));
  });

  test('of which nothing is left is an error that says why.', () => {
    const grid = { hourglass: { skipWidths: [100], bottleneckWidths: [10, 200], depths: [1] } };
    expect(() => [...gridCandidates(requestOf({ budget: '100k', grid }))]).toThrow(
      new UserError(
        'grid: expected at least one network within budget 100k, got none: 1 points are outside the budget and 1 are ' +
          'not of their shape or do not fit the projections; change the lists or the budget',
      ),
    );
  });

  test.each([0, -1, 2.5, NaN])('refuses %d in a list.', (wrong) => {
    const grid = { hourglass: { skipWidths: [100], bottleneckWidths: [10, wrong], depths: [1] } };
    expect(() => [...gridCandidates(requestOf({ grid }))]).toThrow(
      new UserError(`grid: expected whole numbers from 1 as hourglass bottleneck widths, got ${wrong}`),
    );
  });
});
