/** The script of a worker process: it trains what it is handed, one run at a time. */
import workerpool from 'workerpool';
import type { RunSpec } from '../run/run.js';
import { trainRun } from '../train/train.js';

// Ctrl-C reaches the whole process group; what becomes of the workers is for the parent to decide.
process.on('SIGINT', () => undefined);

workerpool.worker({
  train: (spec: RunSpec, { dataFolder }: { dataFolder?: string }) =>
    trainRun(spec, {
      ...(dataFolder !== undefined && { dataFolder }),
      onEpoch: (record) => workerpool.workerEmit(record),
    }),
});
