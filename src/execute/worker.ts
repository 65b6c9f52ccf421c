/** The script of a worker process: it trains what it is handed, one run at a time, for as long as its parent lives. */
import { messageOf } from '../base/errors.js';
import type { Answer, Job } from './messages.js';

// Ctrl-C in a terminal and a service that stops signal the whole process group; what becomes of the workers is for the
// parent to decide, and it ends them with SIGKILL.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => undefined);

// The channel closes with the parent, however that ended.
process.on('disconnect', () => process.exit());
process.on('message', (job: Job) => void work(job));

async function work({ spec, dataFolder }: Job): Promise<void> {
  try {
    // Loaded here, so that the handlers above stand before the first slow import.
    const { trainRun } = await import('../train/train.js');
    const run = await trainRun(spec, {
      ...(dataFolder !== undefined && { dataFolder }),
      onEpoch: (epoch) => answer({ type: 'epoch', epoch }),
      onSheet: (png) => answer({ type: 'sheet', png }),
    });
    answer({ type: 'run', run });
  } catch (error) {
    answer({ type: 'failure', reason: messageOf(error) });
  }
}

function answer(message: Answer): void {
  process.send!(message);
}
