/** The table of targets. */
import { checkpointTargets } from './checkpoint-targets.js';
import { configTargets } from './config-targets.js';
import { csvTargets } from './csv-targets.js';
import { logTargets } from './log-targets.js';
import { queueTargets } from './queue-targets.js';
import { tableTargets } from './table-targets.js';
import type { AnyTarget } from './target.js';

export const targets: readonly AnyTarget[] = [
  ...configTargets,
  ...csvTargets,
  ...logTargets,
  ...checkpointTargets,
  ...queueTargets,
  ...tableTargets,
];
