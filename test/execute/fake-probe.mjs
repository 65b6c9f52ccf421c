// A probe that ends, hangs or answers as the name of the engine says.
process.on('disconnect', () => process.exit());

const answers = {
  works: () => ({
    largestLossDifference: 1e-7,
    largestOutputDifference: 1e-7,
    adapter: process.env.CUDA_VISIBLE_DEVICES ?? null,
    durationMs: 5,
  }),
  'is wrong': () => ({ ...answers.works(), largestLossDifference: 0.5 }),
  'cannot start': () => {
    process.stderr.write(
      '[E] failed to load with error: libcublasLt.so.12: cannot open shared object file: No such file\n',
    );
    return { cannotStart: 'CUDA did not load' };
  },
  throws: () => {
    throw new Error('no such luck');
  },
  crashes: () => {
    process.stderr.write('some noise\nterminate called after throwing\n');
    process.kill(process.pid, 'SIGSEGV');
    return new Promise(() => undefined);
  },
  exits: () => process.exit(7),
  // Synchronous to the end: only SIGKILL gets its turn.
  hangs: () => {
    for (;;);
  },
};

process.once('message', async () => {
  try {
    process.send({ type: 'answer', answer: await answers[process.env.FAKE_PROBE]() });
  } catch (error) {
    process.send({ type: 'failure', reason: error.message, userError: { exitCode: 2, details: ['a detail'] } });
  }
});
