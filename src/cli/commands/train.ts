/** `hgmlp train`: one network from start to end. */
import { clock } from '../../base/clock.js';
import { exitCodes } from '../../base/errors.js';
import { shellLine } from '../../base/shell-line.js';
import type { CommandRow } from '../command-row.js';

/**
 * Prints how the training ended; ends with exit code 3 where it diverged or failed, 75 where it was stopped and saved.
 */
export const train: CommandRow = {
  name: 'train',
  summary: 'train one network',
  about: 'Trains one network.',
  examples: [
    'hgmlp train --task mnist/denoising --skip 785 --bottleneck 115 --depth 4 --lr 1e-3 --epochs 30',
    'hgmlp train --skip 784 --bottleneck 1150 --depth 1 --input-projection none --output-projection none',
  ],
  async action(given) {
    const [
      { prepareTraining, runTraining },
      { renderEpoch, renderOutcome },
      interrupt,
      { specText },
      { defaultSavingMs },
    ] = await Promise.all([
      import('../../study/train-network.js'),
      import('../text/train.js'),
      import('../terminal/interrupt.js'),
      import('../../run/spec-text.js'),
      import('../../execute/pool.js'),
    ]);
    if (given.values.checkpoints !== null) interrupt.endAtInterrupts();
    const prepared = await prepareTraining(given);
    const { spec, sizes } = prepared;
    const { values, terminal, logger, port, commandLine } = given;
    const { trainableParams: trainable, totalParams: total } = sizes;
    logger.info({ run: specText(spec), task: spec.task, engine: spec.engine, trainable, total }, 'training started');
    const startedMs = clock.monotonicMs();
    let earlierEpochs = 0;
    // A step may take longer than a stopped process is given.
    port.signal.addEventListener('abort', () => interrupt.endAfter(defaultSavingMs), { once: true });
    const run = await runTraining(prepared, {
      onEpoch(record, again) {
        logger.debug(record, 'epoch');
        if (again) earlierEpochs = record.epoch;
        else terminal.say(renderEpoch(record, spec, { elapsedMs: clock.monotonicMs() - startedMs, earlierEpochs }));
      },
      onRun(ended) {
        terminal.print(values.json ? JSON.stringify({ schemaVersion: 1, ...ended }, null, 2) : renderOutcome(ended));
        const { key, state, timing } = ended;
        logger.info({ key, state, durationMs: timing?.durationMs ?? null }, 'training ended');
      },
      onSamples: (file) => logger.info({ file }, 'samples written'),
    });
    if (run === null) {
      terminal.say(`Stopped. Resume with:\n  ${shellLine(['hgmlp', ...commandLine])}`);
      return exitCodes.stoppedResumable;
    }
    return run.state === 'finished' ? exitCodes.done : exitCodes.someRunsFailed;
  },
};
