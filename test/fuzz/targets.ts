/** The table of targets. */
import { configTargets } from './config-targets.js';
import type { AnyTarget } from './target.js';

export const targets: readonly AnyTarget[] = [...configTargets];
