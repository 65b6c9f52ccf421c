/** The strategies by name, sorted by increasing complexity. */
import type { Strategy } from './candidate.js';
import { gridCandidates } from './strategies/grid.js';
import { randomCandidates } from './strategies/random.js';

export const strategies = {
  grid: gridCandidates,
  random: randomCandidates,
} as const satisfies Record<string, Strategy>;

export type StrategyName = keyof typeof strategies;
