/** `hgmlp import`: a CSV file of runs from elsewhere becomes results folders, one a task. */
import { exitCodes, type ExitCode } from '../base/errors.js';
import { importRuns } from '../study/import-runs.js';
import type { CommandContext } from './context.js';
import { importDocument, importLines } from './import-text.js';

export async function importCommand(context: CommandContext): Promise<ExitCode> {
  const { values, words, terminal, logger } = context;
  const { imported, outcomes } = await importRuns(words[0]!, context);
  const dryRun = values.dryRun!;
  if (!dryRun) {
    for (const { study, standing } of outcomes) {
      logger.info({ folder: study.folder, runs: study.runs.length, standing }, 'results written');
    }
  }
  if (values.json) terminal.print(JSON.stringify(importDocument(outcomes, imported, { dryRun }), null, 2));
  else for (const line of importLines(outcomes, imported, { dryRun }, terminal)) terminal.print(line);
  return exitCodes.done;
}
