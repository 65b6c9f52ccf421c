/** `hgmlp reproduce`: train the published points that tell most in the time there is, and hold ours against them. */
import { exitCodes, type ExitCode } from '../base/errors.js';
import { prepareReproduction, runReproduction } from '../study/reproduce.js';
import type { CommandContext } from './context.js';
import { exitCodeOf } from './port.js';
import { reproductionDryRun } from './reproduction-dry-run.js';
import { showReproduction } from './show-reproduction.js';

export async function reproduceCommand(context: CommandContext): Promise<ExitCode> {
  const { logger } = context;
  const prepared = await prepareReproduction(context.words[0], context);
  const { study, plan, folder } = prepared;
  logger.info({ picked: plan.picked.length, leftOut: plan.leftOut.length }, 'points chosen');
  const settled = { ...context, values: prepared.context.values };
  if (settled.values.dryRun) return reproductionDryRun(study, plan, settled);

  const { trained, report } = await runReproduction(prepared);
  if (report === null) return exitCodes.stoppedResumable;
  showReproduction(report, settled);
  logger.info({ folder }, 'report written');
  return exitCodeOf(trained);
}
