// A worker whose training is what the spec's task says: an end of each kind, without a network.
import workerpool from 'workerpool';

process.on('SIGINT', () => undefined);

const endings = {
  succeed: async (spec) => {
    workerpool.workerEmit({ epoch: 1 });
    return { key: 'k', spec, state: 'finished', worker: process.pid };
  },
  throw: () => Promise.reject(new Error('no such luck')),
  exit: () => process.exit(7),
  kill: () => process.kill(process.pid, 'SIGKILL') && new Promise(() => undefined),
  hang: () => new Promise(() => setInterval(() => undefined, 1000)),
};

workerpool.worker({ train: (spec) => endings[spec.task](spec) });
