/** The strategies by name, sorted by increasing complexity; apart from what they do, so that reading options loads none. */

/** Those that look at no result. */
export const plannedNames = ['grid', 'random'] as const;
/** Those that choose by results. */
export const adaptiveNames = ['evolve', 'model'] as const;
/** `halving` trains what random search would, and stops early what cannot reach the frontier. */
export const strategyNames = [...plannedNames, 'halving', ...adaptiveNames] as const;
/** What may be asked for. */
export const strategyChoices = ['auto', ...strategyNames] as const;

export type PlannedName = (typeof plannedNames)[number];
export type AdaptiveName = (typeof adaptiveNames)[number];
export type StrategyName = (typeof strategyNames)[number];

/** How a search over several shapes divides its trainings: as many for each, or wherever the frontier of all gains most. */
export const efforts = ['equal', 'free'] as const;
export type EffortRule = (typeof efforts)[number];
