/** `hgmlp reproduce`: train the published points that tell most in the time there is, and compare ours with them. */
import { exitCodes } from '../../base/errors.js';
import type { CommandRow } from '../command-row.js';

/**
 * Prints our points beside the published ones; ends with exit code 3 where runs have failed, 75 where it was stopped.
 */
export const reproduce: CommandRow = {
  name: 'reproduce',
  summary: 'train points of a published frontier and compare',
  about:
    'Trains points of the published frontiers of a task, those that tell most first, and holds the results against them.',
  arguments: [{ name: '[task]', help: 'a task with a published frontier, such as mnist/denoising' }],
  examples: ['hgmlp reproduce mnist/denoising --max-time 1h', 'hgmlp reproduce mnist/denoising --dry-run'],
  resumable: true,
  async action(context) {
    const [{ prepareReproduction, runReproduction }, { exitCodeOfTraining }] = await Promise.all([
      import('../../study/reproduce.js'),
      import('../terminal/port.js'),
    ]);
    const { logger, words } = context;
    const prepared = await prepareReproduction(words[0], context);
    const { study, plan, folder } = prepared;
    logger.info({ picked: plan.picked.length, leftOut: plan.leftOut.length }, 'points chosen');
    const settled = { ...context, values: prepared.context.values };
    if (settled.values.dryRun) {
      return (await import('../text/reproduction-dry-run.js')).reproductionDryRun(study, plan, settled);
    }

    const { trained, report } = await runReproduction(prepared);
    if (report === null) return exitCodes.stoppedResumable;
    (await import('../text/reproduction.js')).showReproduction(report, settled);
    logger.info({ folder }, 'report written');
    return exitCodeOfTraining(trained);
  },
};
