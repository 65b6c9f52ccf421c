/** The script of a worker process: it trains what it is handed, one pack at a time, for as long as its parent lives. */
import { messageOf, OutOfMemory } from '../base/errors.js';
import type { Answer, Job } from './messages.js';

// Ctrl-C in a terminal and a service that stops signal the whole process group; what becomes of the workers is for the
// parent to decide, and it ends them with SIGKILL.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => undefined);

// The channel closes with the parent, however that ended.
process.on('disconnect', () => process.exit());
process.on('message', (job: Job) => void work(job));

async function work({ pack, dataFolder }: Job): Promise<void> {
  try {
    // Loaded here, so that the handlers above stand before the first slow import.
    const { trainPack } = await import('../train/train.js');
    const runs = await trainPack(pack, {
      ...(dataFolder !== undefined && { dataFolder }),
      onEpoch: (place, epoch) => answer({ type: 'epoch', place, epoch }),
      onSheet: (place, png) => answer({ type: 'sheet', place, png }),
    });
    answer({ type: 'runs', runs });
  } catch (error) {
    answer({ type: 'failure', reason: messageOf(error), outOfMemory: error instanceof OutOfMemory });
  }
}

function answer(message: Answer): void {
  // A parent that is gone hears nothing more, and the channel's end ends this process.
  process.send!(message, () => undefined);
}
