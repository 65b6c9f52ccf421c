// @ts-check
/**
 * Loaded into a worker, has its clock run so fast that a checkpoint is due at the end of every epoch, not every half minute.
 * The numbers of a run know no clock, so they stay as they are.
 */
import path from 'node:path';

const timesAsFast = 1_000_000;

if (process.argv[1]?.endsWith(path.join('execute', 'worker.js'))) {
  const now = performance.now.bind(performance);
  performance.now = () => timesAsFast * now();
}
