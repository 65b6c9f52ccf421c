/** The strategies by name: what each draws, and the plan that it makes of that. All that is asked of a strategy stands here. */
import { UserError } from '../../base/errors.js';
import type { Values } from '../../config/fields.js';
import type { GridLists, Strategy, StrategyRequest } from '../../search/candidate.js';
import { asRecorded, inGridOrder, shuffledFor, type RecordedOrder } from '../../search/recorded-order.js';
import { poolOf } from '../../search/rounds.js';
import { strategies } from '../../search/strategies.js';
import type { StrategyName } from '../../search/strategy-names.js';
import { adaptivePlan, unstable } from './adaptive.js';
import { fixedPlan } from './fixed.js';
import { halvingPlan } from './halving.js';
import type { Plan, PlanSetting } from './plan.js';

/** Describes a strategy: what it draws, and the plan that it makes of that. */
export interface StrategyRow {
  /** Enumerates what it trains, or chooses from. */
  readonly draw: Strategy;
  /** Orders what is recorded, which then stands for what it would draw. */
  readonly ofRecorded: RecordedOrder;
  /** Makes the plan of what was drawn, or is recorded. */
  readonly plan: (setting: PlanSetting) => Plan;
  /** Counts what it would train at most, without drawing it. */
  readonly countAtMost: (request: StrategyRequest) => number;
  /** What that counts, in words. */
  readonly counted: string;
  /** Throws a UserError where a value is missing that nothing can stand for. */
  readonly check?: (values: Values) => void;
}

/** Of those that draw as many networks as they are asked for. */
const ofCandidates = {
  draw: strategies.random,
  countAtMost: ({ pairs, shapes, families }: StrategyRequest) => pairs * shapes.length * families.length,
  counted: 'candidates',
};

/** Describes every strategy by its name. */
export const strategyTable: Readonly<Record<StrategyName, StrategyRow>> = {
  grid: {
    draw: strategies.grid,
    ofRecorded: inGridOrder,
    plan: (setting) => plainPlan('grid', setting),
    countAtMost: ({ grid, families }) =>
      families.length * Object.values(grid).reduce((sum, lists) => sum + pointsOf(lists), 0),
    counted: 'points of the grid',
    check: checkGrid,
  },
  random: { ...ofCandidates, ofRecorded: shuffledFor('random'), plan: (setting) => plainPlan('random', setting) },
  halving: { ...ofCandidates, ofRecorded: shuffledFor('halving'), plan: halvingPlan },
  evolve: { ...ofCandidates, draw: poolOf, ofRecorded: asRecorded, plan: (setting) => adaptivePlan('evolve', setting) },
  model: { ...ofCandidates, draw: poolOf, ofRecorded: asRecorded, plan: (setting) => adaptivePlan('model', setting) },
};

/** Trains all that is drawn. Throws a UserError for `--until-stable`. */
function plainPlan(name: StrategyName, { candidates, training, values }: PlanSetting): Plan {
  if (values.untilStable !== null) throw unstable(name);
  return fixedPlan(name, candidates, training);
}

function pointsOf({ skipWidths, bottleneckWidths, depths }: GridLists): number {
  return skipWidths.length * bottleneckWidths.length * depths.length;
}

function checkGrid({ grid }: Values): void {
  if (grid) return;
  throw new UserError(
    "grid: expected lists of widths and depths, got none; give a configuration file with 'grid' (--config)",
  );
}
