/** What stands behind the names of strategies. */
import type { Strategy } from './candidate.js';
import type { Chooser, Outlook } from './choice.js';
import { withEqualEffort } from './equal-effort.js';
import { evolveChooser } from './strategies/evolve.js';
import { gridCandidates } from './strategies/grid.js';
import { modelChooser, modelOutlook } from './strategies/model.js';
import { randomCandidates } from './strategies/random.js';
import type { AdaptiveName, EffortRule, PlannedName } from './strategy-names.js';

/** Maps the names of strategies that look at no result to the functions that draw their candidates. */
export const strategies: Readonly<Record<PlannedName, Strategy>> = { grid: gridCandidates, random: randomCandidates };

/** Chooses by results, and may tell what is left to gain. */
export interface AdaptiveStrategy {
  readonly choose: Chooser;
  /** Null where it does not know what is left to gain. */
  readonly outlook: Outlook | null;
}

/** Maps the names of strategies that choose by results to what they do, by how they divide effort among series. */
export const adaptiveStrategies = {
  evolve: (effort) => ({ choose: effort === 'equal' ? withEqualEffort(evolveChooser) : evolveChooser, outlook: null }),
  model: (effort) => ({ choose: modelChooser(effort), outlook: modelOutlook(effort) }),
} as const satisfies Record<AdaptiveName, (effort: EffortRule) => AdaptiveStrategy>;
