/** The strategies by name, sorted by increasing complexity. */
import type { Strategy } from './candidate.js';
import type { Chooser, Outlook } from './choice.js';
import { withEqualEffort } from './equal-effort.js';
import { evolveChooser } from './strategies/evolve.js';
import { gridCandidates } from './strategies/grid.js';
import { modelChooser, modelOutlook, type Effort } from './strategies/model.js';
import { randomCandidates } from './strategies/random.js';

/** Those that look at no result. */
export const strategies = {
  grid: gridCandidates,
  random: randomCandidates,
} as const satisfies Record<string, Strategy>;

export interface AdaptiveStrategy {
  readonly choose: Chooser;
  /** Null where it does not know what is left to gain. */
  readonly outlook: Outlook | null;
}

/** Those that choose by results, each by how it divides its effort among shapes. */
export const adaptiveStrategies = {
  evolve: (effort) => ({ choose: effort === 'equal' ? withEqualEffort(evolveChooser) : evolveChooser, outlook: null }),
  model: (effort) => ({ choose: modelChooser(effort), outlook: modelOutlook(effort) }),
} as const satisfies Record<string, (effort: Effort) => AdaptiveStrategy>;

export type AdaptiveName = keyof typeof adaptiveStrategies;
export type StrategyName = keyof typeof strategies | AdaptiveName;

export const strategyNames = [...Object.keys(strategies), ...Object.keys(adaptiveStrategies)] as StrategyName[];

export function isAdaptive(name: StrategyName): name is AdaptiveName {
  return Object.hasOwn(adaptiveStrategies, name);
}
