/** Random candidates of one family, which are as they ever were, and of several. */
import { describe, expect, test } from 'vitest';
import { archName } from '../../src/arch/arch.js';
import { seriesKey, seriesOf } from '../../src/arch/series.js';
import type { StrategyRequest } from '../../src/search/candidate.js';
import { spaceOf } from '../../src/search/space.js';
import { randomCandidates } from '../../src/search/strategies/random.js';
import { requestOf, type RequestParts } from './requests.js';

function requestFor(families: readonly (string | undefined)[], parts: RequestParts = {}): StrategyRequest {
  const request = requestOf({ seed: 7, pairs: 4, ...parts });
  const searched = families.map((family) => ({
    setting: { ...request.setting, ...(family === undefined ? {} : { family }) },
    space: spaceOf(family),
  }));
  return { ...request, families: searched };
}

const drawn = (...request: Parameters<typeof requestFor>) =>
  [...randomCandidates(requestFor(...request))].map(({ arch, pair, size }) => `${pair} ${archName(arch)} ${size}`);

describe('the candidates of one family', () => {
  // As commit c284a80 drew them, which knew of one family a search.
  test.each<[string | undefined, RequestParts, readonly string[]]>([
    [
      undefined,
      {},
      [
        ...['0 87-7-3 140070', '0 38-176-6 139840', '1 42-5-10 70056', '1 42-51-1 70140'],
        ...['2 169-43-1 279526', '2 106-178-3 279416', '3 280-124-5 786240', '3 271-670-1 788068'],
      ],
    ],
    [
      'gated',
      {},
      [
        ...['0 gated 86-6-3 139492', '0 gated 32-156-6 140032', '1 gated 40-6-10 69920', '1 gated 41-48-1 70192'],
        ...['2 gated 167-35-1 279391', '2 gated 94-156-3 279368', '3 gated 246-109-5 787938'],
        ...['3 gated 238-581-1 788018'],
      ],
    ],
    [
      'plain',
      { budget: '200k..800k', setting: { size: 'multiply-adds' } },
      [
        ...['0 plain 186-11-5 299832', '0 plain 50-252-6 299768', '1 plain 196-20-12 212464'],
        ...['1 plain 116-135-2 212444', '2 plain 252-57-3 423864', '2 plain 143-257-4 423853'],
        ...['3 plain 298-136-7 710432', '3 plain 226-528-2 710464'],
      ],
    ],
  ])('%s are the same as ever', (family, parts, names) => {
    expect(drawn([family], parts)).toEqual(names);
  });
});

describe('the candidates of several families', () => {
  test('are those that each of them draws alone, as far as all have widths there', () => {
    const together = drawn([undefined, 'gated'], { pairs: 30 });
    const apart = [undefined, 'gated'].flatMap((family) => drawn([family], { pairs: 30 }));
    expect(together.toSorted()).toEqual(apart.toSorted());
  });

  test('are one of each series a pair, in the order of families and shapes, within a hundredth of one size', () => {
    const candidates = [...randomCandidates(requestFor(['mlp-ln', 'gated', 'plain'], { pairs: 20, budget: '300k' }))];
    expect(candidates).toHaveLength(20 * 6);
    for (let pair = 0; pair < 20; pair += 1) {
      const ofPair = candidates.filter((candidate) => candidate.pair === pair);
      expect(ofPair.map(({ arch }) => seriesKey(seriesOf(arch)))).toEqual(
        ['mlp-ln', 'gated', 'plain'].flatMap((family) => [`${family}/hourglass`, `${family}/conventional`]),
      );
      const sizes = ofPair.map(({ size }) => size);
      expect(Math.max(...sizes) / Math.min(...sizes)).toBeLessThan(1.01);
    }
  });

  test('are none where one family has no network of a shape in the budget, which is said of it', () => {
    expect(() => drawn([undefined, 'gated'], { budget: '2k' })).toThrow(
      'budget 2k: too small for any hourglass gated network with 784 inputs, 784 outputs',
    );
  });
});
