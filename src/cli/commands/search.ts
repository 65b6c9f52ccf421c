/** `hgmlp search`: plan, train what is missing, trace both frontiers, report. */
import { exitCodes } from '../../base/errors.js';
import type { CommandRow } from '../command-row.js';

/**
 * Prints the best networks under each budget; ends with exit code 3 where runs have failed, 75 where it was stopped.
 */
export const search: CommandRow = {
  name: 'search',
  summary: 'train candidates of both shapes under a budget and trace their frontiers',
  about: 'Trains candidates of both shapes under a budget and traces their frontiers.',
  examples: [
    'hgmlp search --budget 1M',
    'hgmlp search --budget 0.5M..4M --candidates 24 --replicates 3 --learning-rates 3e-4,1e-3',
    'hgmlp search --families residual,gated --budget 1M',
    'hgmlp search --config configs/paper/mnist-denoising.yaml --dry-run',
    'hgmlp search --budget 1M --shard 2/8',
    'hgmlp search --budget 1M --queue redis://queue.example',
    'hgmlp search --budget 1M --max-time 8h --max-failures 5',
    'hgmlp search --budget 1M --strategy halving --epochs 9 --learning-rates 3e-4,1e-3,3e-3',
  ],
  resumable: true,
  async action(context) {
    const [{ prepareSearch, runSearch }, { exitCodeOfTraining }, { hideQueue }] = await Promise.all([
      import('../../study/search.js'),
      import('../terminal/port.js'),
      import('../terminal/queue.js'),
    ]);
    const { terminal, logger } = context;
    hideQueue(context);
    const prepared = await prepareSearch(context);
    const { study, workforce, folder } = prepared;
    const settled = { ...context, values: prepared.context.values };
    if (settled.values.dryRun) return (await import('../text/dry-run.js')).dryRun(study, workforce, settled);

    const { trained, report, remarks } = await runSearch(prepared);
    if (report === null) return exitCodes.stoppedResumable;
    logger.info({ folder, runs: trained.runs.length }, 'report written');
    const { showFrontier } = await import('../text/frontier.js');
    showFrontier(report, { study, folder }, settled);
    for (const remark of remarks) terminal.say(remark);
    return exitCodeOfTraining(trained);
  },
};
