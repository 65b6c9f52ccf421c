/** The script of a worker process: it trains what it is handed, one pack at a time, for as long as its parent lives. */
import { messageOf, OutOfMemory, Refusal } from '../base/errors.js';
import { limitFault } from '../base/machine-limits.js';
import { outliveStreams } from '../base/streams.js';
import type { Answer, Job, Order } from './messages.js';

// Ctrl-C in a terminal, a service that stops, a batch system whose time is up and a terminal that is gone signal the whole
// process group; what becomes of the workers is for the parent to decide.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGUSR1', 'SIGHUP'] as const) process.on(signal, () => undefined);

outliveStreams();

let stopping = new AbortController();

// The channel closes with the parent, however that ended.
process.on('disconnect', () => process.exit());
process.on('message', (order: Order) => {
  if (order.type === 'stop') stopping.abort();
  else void work(order.job);
});

async function work({ pack, plugins = [], ...options }: Job): Promise<void> {
  stopping = new AbortController();
  try {
    // Loaded here, so that the handlers above stand before the first slow import.
    const { trainPack } = await import('../train/train.js');
    if (plugins.length > 0) await (await import('../plugin/load.js')).loadPlugins(plugins);
    const runs = await trainPack(pack, {
      ...options,
      stop: stopping.signal,
      onEpoch: (place, epoch, again) => answer({ type: 'epoch', place, epoch, again }),
      onSheet: (place, png) => answer({ type: 'sheet', place, png }),
      onNote: (text) => answer({ type: 'note', text }),
    });
    answer({ type: 'runs', runs });
  } catch (thrown) {
    const error = limitFault(thrown) ?? thrown;
    if (error instanceof Refusal) answer({ type: 'refusal', message: error.message, exitCode: error.exitCode });
    else answer({ type: 'failure', reason: messageOf(error), outOfMemory: error instanceof OutOfMemory });
  }
}

function answer(message: Answer): void {
  // A parent that is gone hears nothing more, and the channel's end ends this process.
  process.send!(message, () => undefined);
}
