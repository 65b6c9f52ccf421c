/** `hgmlp search`: plan, train what is missing, trace both frontiers, report. */
import { exitCodes, type ExitCode } from '../base/errors.js';
import { prepareSearch, runSearch } from '../study/search.js';
import type { CommandContext } from './context.js';
import { dryRun } from './dry-run.js';
import { exitCodeOf } from './port.js';
import { hideQueue } from './queue.js';
import { showFrontier } from './show-frontier.js';

export async function searchCommand(context: CommandContext): Promise<ExitCode> {
  const { terminal, logger } = context;
  hideQueue(context);
  const prepared = await prepareSearch(context);
  const { study, workforce, folder } = prepared;
  const settled = { ...context, values: prepared.context.values };
  if (settled.values.dryRun) return dryRun(study, workforce, settled);

  const { trained, report, remarks } = await runSearch(prepared);
  if (report === null) return exitCodes.stoppedResumable;
  logger.info({ folder, runs: trained.runs.length }, 'report written');
  showFrontier(report, { study, folder }, settled);
  for (const remark of remarks) terminal.say(remark);
  return exitCodeOf(trained);
}
