// A worker whose training is what the spec's task says: an end of each kind, without a network.
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => undefined);
process.on('disconnect', () => process.exit());

const endings = {
  succeed: async (spec) => {
    process.send({ type: 'epoch', place: 0, epoch: { epoch: 1 } });
    return { key: 'k', spec, state: 'finished', worker: process.pid, device: process.env.CUDA_VISIBLE_DEVICES };
  },
  sheet: async (spec) => {
    process.send({ type: 'sheet', place: 0, png: Uint8Array.of(137, 80, 78, 71, 0, 255) });
    return { key: 'k', spec, state: 'finished', worker: process.pid };
  },
  throw: () => Promise.reject(new Error('no such luck')),
  'run out of memory': () => Promise.reject(Object.assign(new Error('no memory'), { name: 'OutOfMemory' })),
  abort: () => process.kill(process.pid, 'SIGABRT') && new Promise(() => undefined),
  exit: () => process.exit(7),
  kill: () => process.kill(process.pid, 'SIGKILL') && new Promise(() => undefined),
  hang: () => {
    process.send({ type: 'epoch', place: 0, epoch: { epoch: process.pid } });
    return new Promise(() => undefined);
  },
  spin: () => {
    // Synchronous to the end: neither a message nor a signal handler gets its turn.
    process.send({ type: 'epoch', place: 0, epoch: { epoch: process.pid } });
    for (;;);
  },
};

process.on('message', async ({ pack: [spec] }) => {
  try {
    process.send({ type: 'runs', runs: [await endings[spec.task](spec)] });
  } catch (error) {
    process.send({ type: 'failure', reason: error.message, outOfMemory: error.name === 'OutOfMemory' });
  }
});
