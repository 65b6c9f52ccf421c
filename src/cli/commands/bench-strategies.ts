/** `hgmlp bench strategies`: which strategy finds how much of the frontier with how little of the effort. */
import path from 'node:path';
import { exitCodes } from '../../base/errors.js';
import type { CommandRow } from '../command-row.js';

/** Refuses a folder that cannot be had before it plays anything, writes tables and plots there, then prints them. */
export const benchStrategies: CommandRow = {
  name: 'bench strategies',
  summary: 'play search strategies on recorded runs and compare them',
  about: 'Replays search strategies on recorded runs, and shows how much of the frontier each finds for which effort.',
  examples: [
    'hgmlp bench strategies --table results/mnist-denoising-1M',
    'hgmlp bench strategies --table runs.csv --strategies random,model --seeds 20',
  ],
  async action(context) {
    const [{ playTables, tablesOf }, { resultsRoot }, { ensureWritableFolder }, report, { writeStrategies }] =
      await Promise.all([
        import('../../study/benchmark/tables.js'),
        import('../../study/folder.js'),
        import('../../base/files.js'),
        import('../../report/strategies.js'),
        import('../../report/write-report.js'),
      ]);
    const { values, terminal } = context;
    const tables = await tablesOf(context);
    const folder = values.out ?? path.join(resultsRoot, 'bench-strategies');
    // Before anything is played, so that a folder that cannot be had costs no time.
    await ensureWritableFolder(folder);
    const reports = await playTables(tables, context);
    const files = await writeStrategies(folder, reports);
    if (values.json) {
      terminal.print(JSON.stringify({ ...report.strategiesDocument(reports), files }, null, 2));
    } else {
      terminal.print(report.renderStrategies(reports, terminal));
      for (const file of files) terminal.print(file);
    }
    return exitCodes.done;
  },
};
