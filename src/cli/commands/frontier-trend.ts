/** `hgmlp frontier trend`: how depth, skip width and bottleneck width of the best networks move with the budget. */
import { exitCodes } from '../../base/errors.js';
import { folderArgument, type CommandRow } from '../command-row.js';

/** Draws the trends into the results folder, and prints them with the names of the files. */
export const frontierTrend: CommandRow = {
  name: 'frontier trend',
  summary:
    'follow the best depth, skip width and bottleneck width as budgets grow, and draw them: trend.svg and trend.png in the folder',
  about: 'Follows the best depth, skip width and bottleneck width as budgets grow.',
  arguments: [folderArgument],
  examples: ['hgmlp frontier trend', 'hgmlp frontier trend results/mnist-denoising-1M --interval 0.2M..1M'],
  async action(context) {
    const [{ loadStudy }, { followStudy }, { renderTrend, trendDocument, trendMarkdown }, { writeTrendPlots }] =
      await Promise.all([
        import('../../study/load.js'),
        import('../../study/trend.js'),
        import('../../report/trend.js'),
        import('../../report/write-report.js'),
      ]);
    const { values, terminal, words } = context;
    const study = await loadStudy(words[0], context);
    const report = followStudy(study, context);
    const files = await writeTrendPlots(study.folder, report);
    if (values.json) terminal.print(JSON.stringify({ ...trendDocument(report), files }, null, 2));
    else if (values.format === 'markdown') {
      terminal.print(trendMarkdown(report).trimEnd());
      // Beside a document they are a message.
      for (const file of files) terminal.say(`drawn: ${file}`);
    } else {
      terminal.print(renderTrend(report, terminal));
      for (const file of files) terminal.print(file);
    }
    return exitCodes.done;
  },
};
