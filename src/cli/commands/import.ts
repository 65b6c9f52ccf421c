/** `hgmlp import`: a CSV file of runs from elsewhere becomes results folders, one a task. */
import { exitCodes } from '../../base/errors.js';
import type { CommandRow } from '../command-row.js';

/** Prints what became of each task of the file, and which rows were left out. */
export const importCommand: CommandRow = {
  name: 'import',
  summary: 'make results folders of runs from elsewhere, a CSV file',
  about: 'Makes results folders of runs from elsewhere; see import.md.',
  arguments: [{ name: '<file>', help: 'CSV file with a header line and a line for each run' }],
  examples: [
    'hgmlp import runs.csv',
    'hgmlp import sweep.csv --task mnist/denoising --column skip_width=width --column test_psnr_db=score --dry-run',
  ],
  async action(context) {
    const [{ importRuns }, { importDocument, importLines }] = await Promise.all([
      import('../../study/import-runs.js'),
      import('../text/import.js'),
    ]);
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
  },
};
