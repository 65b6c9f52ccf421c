/** Networks that learn by rules which the tests make up. */
import type { Configuration } from '../../../../src/search/choice.js';
import type { CurveTo, HalvingRules } from '../../../../src/search/strategies/halving/trials.js';

export const rules: HalvingRules = {
  ...{ rungs: [1, 3, 9], reduction: 3, seed: 1, audit: 0.05, tolerance: 0.005, effort: 'equal', underWay: 2 },
  leastNoise: 0.01,
};

/** A network of about so many parameters; the wider its bottleneck, the worse. */
export interface Made {
  readonly params: number;
  readonly flaw: number;
  readonly learningRate?: number;
  readonly isHourglass?: boolean;
}

export const configurationOf = ({ params, flaw, learningRate = 1e-3, isHourglass = true }: Made): Configuration => ({
  arch: {
    ...{
      skipWidth: isHourglass ? 100 : 1,
      bottleneckWidth: isHourglass ? 1 + flaw : 2 + flaw,
      depth: 1 + (params % 7),
    },
    ...{ inputProjection: 'trainable', outputProjection: 'trainable' },
  },
  learningRate,
  size: params,
});

/** Larger networks end higher, and lose a decibel a flaw; small ones are nearer to their end after an epoch. */
export function psnrDbOf({ params, flaw }: Made, epoch: number): number {
  const endDb = 20 + 2 * Math.log10(params / 1000) - flaw;
  return endDb - (1 + Math.log10(params / 1000)) * (1 - epoch / 9) * (0.5 + 0.5 / epoch);
}

/** 16 sizes, of each one network without a flaw and two with. */
export const made: readonly Made[] = Array.from({ length: 48 }, (_, index) => ({
  params: Math.round(1000 * 10 ** ((index % 16) / 12)),
  flaw: ((index % 16) + Math.floor(index / 16)) % 3,
}));

export const curvesOf =
  (networks: readonly Made[]): CurveTo =>
  (index, epoch) =>
    Array.from({ length: epoch }, (_, before) => psnrDbOf(networks[index]!, before + 1));
