/** The strategies by name, each as the plan that it makes. */
import { strategies } from '../../search/strategies.js';
import type { StrategyName } from '../../search/strategy-names.js';
import { adaptivePlan, unstable } from './adaptive.js';
import { fixedPlan } from './fixed.js';
import { halvingPlan } from './halving.js';
import type { Plan, PlanSetting } from './plan.js';

export type MakePlan = (setting: PlanSetting) => Plan;

export const planOf: Readonly<Record<StrategyName, MakePlan>> = {
  grid: (setting) => plannedBy('grid', setting),
  random: (setting) => plannedBy('random', setting),
  halving: halvingPlan,
  evolve: (setting) => adaptivePlan('evolve', setting),
  model: (setting) => adaptivePlan('model', setting),
};

function plannedBy(name: keyof typeof strategies, { request, training, values }: PlanSetting): Plan {
  if (values.untilStable !== null) throw unstable(name);
  return fixedPlan(name, () => strategies[name](request), training);
}
