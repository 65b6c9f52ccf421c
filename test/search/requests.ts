/** A request to a strategy with the defaults of the tests. */
import { parseBudget } from '../../src/search/budget.js';
import type { StrategyRequest } from '../../src/search/candidate.js';
import { defaultSpace, searchedShapes, type CandidateSetting } from '../../src/search/space.js';

export const mnistSetting: CandidateSetting = {
  dimensions: { input: 784, output: 784 },
  inputProjection: 'trainable',
  outputProjection: 'trainable',
  size: 'trainable',
  limits: [],
};

export interface RequestParts extends Partial<Omit<StrategyRequest, 'budget' | 'setting'>> {
  readonly budget?: string;
  readonly setting?: Partial<CandidateSetting>;
}

export function requestOf({ budget = '1M', setting = {}, ...rest }: RequestParts): StrategyRequest {
  return {
    budget: parseBudget(budget, setting.size),
    setting: { ...mnistSetting, ...setting },
    shapes: searchedShapes,
    seed: 1,
    pairs: 10,
    space: defaultSpace,
    grid: {},
    ...rest,
  };
}
