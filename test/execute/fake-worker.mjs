// A worker whose training is what the spec's task says: an end of each kind, without a network.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGUSR1']) process.on(signal, () => undefined);
process.on('disconnect', () => process.exit());

const endings = {
  succeed: async (spec) => {
    process.send({ type: 'epoch', place: 0, epoch: { epoch: 1 }, again: false });
    return { key: 'k', spec, state: 'finished', worker: process.pid, device: process.env.CUDA_VISIBLE_DEVICES };
  },
  sheet: async (spec) => {
    process.send({ type: 'sheet', place: 0, png: Uint8Array.of(137, 80, 78, 71, 0, 255) });
    return { key: 'k', spec, state: 'finished', worker: process.pid };
  },
  note: async (spec, job) => {
    process.send({ type: 'note', text: `saves to ${job.checkpoints}, data from ${job.dataFolder}` });
    return { key: 'k', spec, state: 'finished', worker: process.pid };
  },
  refuse: () => Promise.reject(Object.assign(new Error('the disk is full'), { name: 'Refusal' })),
  throw: () => Promise.reject(new Error('no such luck')),
  'run out of memory': () => Promise.reject(Object.assign(new Error('no memory'), { name: 'OutOfMemory' })),
  abort: () => process.kill(process.pid, 'SIGABRT') && new Promise(() => undefined),
  exit: () => process.exit(7),
  kill: () => process.kill(process.pid, 'SIGKILL') && new Promise(() => undefined),
  hang: () => {
    process.send({ type: 'epoch', place: 0, epoch: { epoch: process.pid } });
    return new Promise(() => undefined);
  },
  // Saves when it is asked to stop, or finds that it cannot.
  save: () => {
    const stopped = new Promise((_, reject) => (stop = () => reject(new Error('saved'))));
    process.send({ type: 'epoch', place: 0, epoch: { epoch: process.pid } });
    return stopped;
  },
  'save to a full disk': () => {
    const stopped = new Promise((_, reject) => {
      stop = () => reject(Object.assign(new Error('the disk is full'), { name: 'Refusal' }));
    });
    process.send({ type: 'epoch', place: 0, epoch: { epoch: process.pid } });
    return stopped;
  },
  spin: () => {
    // Synchronous to the end: neither a message nor a signal handler gets its turn.
    process.send({ type: 'epoch', place: 0, epoch: { epoch: process.pid } });
    for (;;);
  },
};

let stop;

process.on('message', async ({ type, job }) => {
  if (type === 'stop') return stop?.();
  const [spec] = job.pack;
  try {
    process.send({ type: 'runs', runs: [await endings[spec.task](spec, job)] });
  } catch (error) {
    if (error.name === 'Refusal') return process.send({ type: 'refusal', message: error.message, exitCode: 75 });
    process.send({ type: 'failure', reason: error.message, outOfMemory: error.name === 'OutOfMemory' });
  }
});
