/** `hgmlp frontier compare`: two shapes of one study, or two studies, against each other. */
import { exitCodes, type ExitCode } from '../base/errors.js';
import { comparisonDocument } from '../report/comparison.js';
import { comparisonMarkdown, renderComparison } from '../report/comparison-text.js';
import { compareFolders } from '../study/comparison.js';
import type { CommandContext } from './context.js';

export async function frontierCompareCommand(context: CommandContext): Promise<ExitCode> {
  const { values, terminal, words } = context;
  const report = await compareFolders(words, context);
  if (values.json) terminal.print(JSON.stringify(comparisonDocument(report), null, 2));
  else if (values.format === 'markdown') terminal.print(comparisonMarkdown(report).trimEnd());
  else terminal.print(renderComparison(report, terminal));
  return exitCodes.done;
}
