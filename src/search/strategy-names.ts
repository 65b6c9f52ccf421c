/** The strategies by name, sorted by increasing complexity; apart from what they do, so that reading options loads none. */

/** Lists the strategies that look at no result. */
export const plannedNames = ['grid', 'random'] as const;
/** Lists the strategies that choose by results. */
export const adaptiveNames = ['evolve', 'model'] as const;
/** Lists all strategies. `halving` trains what random search would, and stops early what cannot reach the frontier. */
export const strategyNames = [...plannedNames, 'halving', ...adaptiveNames] as const;
/** Lists what may be asked for: a strategy, or `auto`. */
export const strategyChoices = ['auto', ...strategyNames] as const;

/** Names a strategy that looks at no result. */
export type PlannedName = (typeof plannedNames)[number];
/** Names a strategy that chooses by results. */
export type AdaptiveName = (typeof adaptiveNames)[number];
/** Names a strategy. */
export type StrategyName = (typeof strategyNames)[number];

/**
 * Lists how a search over several shapes may divide its trainings: as many for each, or wherever the frontier of all
 * gains most.
 */
export const efforts = ['equal', 'free'] as const;
/** Names how a search over several shapes divides its trainings. */
export type EffortRule = (typeof efforts)[number];
