/** `hgmlp frontier trend`: how depth, skip width and bottleneck width of the best networks move with the budget. */
import { exitCodes, type ExitCode } from '../base/errors.js';
import { renderTrend, trendDocument, trendMarkdown } from '../report/trend.js';
import { writeTrendPlots } from '../report/write-report.js';
import type { CommandContext } from './context.js';
import { loadStudy } from '../study/load.js';
import { followStudy } from '../study/trend.js';

export async function frontierTrendCommand(context: CommandContext): Promise<ExitCode> {
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
}
