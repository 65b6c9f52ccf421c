/** `hgmlp retry`: train the failed runs of a folder again (`--failed`), or the stopped ones to their end (`--stopped`). */
import { exitCodes, UserError } from '../../base/errors.js';
import { folderArgument, type CommandRow } from '../command-row.js';

/**
 * Prints the report of whatever made the folder, a search or a reproduction; ends with exit code 3 where runs fail
 * again.
 */
export const retry: CommandRow = {
  name: 'retry',
  summary: 'train the failed runs of a results folder again, or the stopped ones to their end',
  about: 'Trains the failed runs of a results folder again, with its own configuration, and reports.',
  arguments: [folderArgument],
  examples: [
    'hgmlp retry --failed results/mnist-denoising-1M',
    'hgmlp retry --failed --dry-run',
    'hgmlp retry --stopped results/mnist-denoising-1M',
  ],
  async action(given) {
    const { values, words, commandLine } = given;
    if (values.failed === values.stopped) {
      throw new UserError(
        `retry: expected --failed or --stopped, which says what to train again, got ${values.failed ? 'both; leave one out' : 'nothing; add one'}`,
      );
    }
    const [{ prepareRetry, runRetry }, { exitCodeOfTraining, openPort }, { showUnfinished }] = await Promise.all([
      import('../../study/retry.js'),
      import('../terminal/port.js'),
      import('../text/unfinished.js'),
    ]);
    const goesOn = (folder: string) => (words[0] === undefined ? [...commandLine, folder] : commandLine);
    const context = { ...given, port: openPort({ ...given, goesOn }) };
    const prepared = await prepareRetry(words[0], values.failed ? 'failed' : 'stopped', context);
    if (values.dryRun || prepared.unfinished.length === 0) {
      showUnfinished(prepared, context);
      return exitCodes.done;
    }
    const { trained, report } = await runRetry(prepared);
    const { folder } = prepared;
    const settled = { ...context, values: prepared.stored.context.values };
    if (report?.kind === 'search') {
      const { showFrontier } = await import('../text/frontier.js');
      showFrontier(report.report, { study: report.study, folder }, settled);
    } else if (report !== null) {
      (await import('../text/reproduction.js')).showReproduction(report.report, settled);
    }
    return exitCodeOfTraining(trained);
  },
};
