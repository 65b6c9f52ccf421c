/** `hgmlp frontier compare`: two series of one study, or two studies, against each other. */
import { exitCodes } from '../../base/errors.js';
import type { CommandRow } from '../command-row.js';

/** Prints the comparison as a table, as Markdown or as JSON, and writes nothing. */
export const frontierCompare: CommandRow = {
  name: 'frontier compare',
  summary: 'compare two frontiers, with intervals and at equal effort',
  about: 'Compares two frontiers: the shapes of a study, or two studies.',
  arguments: [
    {
      name: '[left]',
      help: 'results folder, folder:shape or folder:family/shape; alone, its hourglass against its conventional networks',
    },
    { name: '[right]', help: 'the other one, the baseline' },
  ],
  examples: [
    'hgmlp frontier compare results/mnist-denoising-1M',
    'hgmlp frontier compare results/a results/b --interval 1M..8M --at 2M,4M',
    'hgmlp frontier compare results/a:hourglass results/b:conventional --reference 20',
    'hgmlp frontier compare results/a:gated/hourglass results/a:residual/hourglass',
  ],
  async action(context) {
    const [{ compareFolders }, { comparisonDocument }, { comparisonMarkdown, renderComparison }] = await Promise.all([
      import('../../study/comparison.js'),
      import('../../report/comparison.js'),
      import('../../report/comparison-text.js'),
    ]);
    const { values, terminal, words } = context;
    const report = await compareFolders(words, context);
    if (values.json) terminal.print(JSON.stringify(comparisonDocument(report), null, 2));
    else if (values.format === 'markdown') terminal.print(comparisonMarkdown(report).trimEnd());
    else terminal.print(renderComparison(report, terminal));
    return exitCodes.done;
  },
};
