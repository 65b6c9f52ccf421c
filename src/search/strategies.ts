/** The strategies by name, sorted by increasing complexity. */
import type { Strategy } from './candidate.js';
import type { Chooser } from './choice.js';
import { withEqualEffort } from './equal-effort.js';
import { evolveChooser } from './strategies/evolve.js';
import { gridCandidates } from './strategies/grid.js';
import { modelChooser, type Effort } from './strategies/model.js';
import { randomCandidates } from './strategies/random.js';

/** Those that look at no result. */
export const strategies = {
  grid: gridCandidates,
  random: randomCandidates,
} as const satisfies Record<string, Strategy>;

/** Those that choose by results, each by how it divides its effort among shapes. */
export const adaptiveStrategies = {
  evolve: (effort) => (effort === 'equal' ? withEqualEffort(evolveChooser) : evolveChooser),
  model: modelChooser,
} as const satisfies Record<string, (effort: Effort) => Chooser>;

export type AdaptiveName = keyof typeof adaptiveStrategies;
export type StrategyName = keyof typeof strategies | AdaptiveName;

export const strategyNames = [...Object.keys(strategies), ...Object.keys(adaptiveStrategies)] as StrategyName[];

export function isAdaptive(name: StrategyName): name is AdaptiveName {
  return Object.hasOwn(adaptiveStrategies, name);
}
