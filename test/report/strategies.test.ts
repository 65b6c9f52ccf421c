import { expect, test } from 'vitest';
import { type EffortPoint, renderStrategies, type StrategyCurve } from '../../src/report/strategies.js';

const point = (effortShare: number, median: number): EffortPoint => ({
  effortShare,
  median,
  low: median,
  high: median,
});

/** Of a strategy that has come so far by cost, and to a tenth of the configurations. */
function curve(strategy: string, costShares: readonly number[]): StrategyCurve {
  return {
    strategy,
    points: { configurations: [point(0.1, 0.9)], cost: costShares.map((share) => point(share, share)) },
  };
}

test('a strategy that spends less than another has an empty cell where only the other comes to', () => {
  const curves = [curve('model', [0.05, 0.1]), curve('random', [0.05]), curve('evolve', [])];
  const table = {
    ...{
      task: 'mnist/denoising',
      metric: 'psnrDb' as const,
      shape: 'hourglass' as const,
      configurations: 40,
      seeds: 1,
      batchSize: 1,
      curves,
    },
    measure: { interval: { lowest: 1e3, highest: 1e6 }, referenceScore: 10 },
  };
  const [model, random, evolve] = renderStrategies([table], { color: false })
    .split('\n')
    .filter((line) => /^(model|random|evolve)/.test(line));
  expect(model!.match(/0\.\d{4}/g)).toEqual(['0.9000', '0.0500', '0.1000']);
  expect(random!.match(/0\.\d{4}/g)).toEqual(['0.9000', '0.0500']);
  expect(evolve!.match(/0\.\d{4}/g)).toEqual(['0.9000']);
});
