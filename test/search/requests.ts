/** A request to a strategy with the defaults of the tests. */
import { parseBudget } from '../../src/search/budget.js';
import type { StrategyRequest } from '../../src/search/candidate.js';
import { defaultSpace, searchedShapes, type CandidateSetting, type RandomSpace } from '../../src/search/space.js';

export const mnistSetting: CandidateSetting = {
  dimensions: { input: 784, output: 784 },
  inputProjection: 'trainable',
  outputProjection: 'trainable',
  size: 'trainable',
  limits: [],
};

export interface RequestParts extends Partial<Omit<StrategyRequest, 'budget' | 'setting' | 'families'>> {
  readonly budget?: string;
  readonly setting?: Partial<CandidateSetting>;
  readonly space?: RandomSpace;
}

/** Of the family of the setting. */
export function requestOf({
  budget = '1M',
  setting: changed = {},
  space = defaultSpace,
  ...rest
}: RequestParts): StrategyRequest {
  const setting = { ...mnistSetting, ...changed };
  return {
    budget: parseBudget(budget, setting.size),
    setting,
    families: [{ setting, space }],
    shapes: searchedShapes,
    seed: 1,
    pairs: 10,
    grid: {},
    ...rest,
  };
}
