/** `hgmlp merge`: the results folders of shards, in any order and any number of steps, become one study. */
import { exitCodes } from '../../base/errors.js';
import type { CommandRow } from '../command-row.js';

/** Ends with exit code 3 where runs of the plan are missing or have failed. */
export const merge: CommandRow = {
  name: 'merge',
  summary: 'make one study of the results folders of its shards',
  about: 'Makes one study of the results folders of its shards; see shards.md.',
  arguments: [{ name: '<folders...>', help: 'results folders of one study, in any order' }],
  examples: [
    'hgmlp merge results/mnist-denoising-1M-shard-*-of-8',
    'hgmlp merge part1 part2 --out results/merged --dry-run',
  ],
  async action(context) {
    const [{ mergeFolders }, { mergeDocument, mergeLines }] = await Promise.all([
      import('../../study/merge/merge.js'),
      import('../text/merge.js'),
    ]);
    const { values, words, terminal } = context;
    const outcome = await mergeFolders(words, context);
    const document = mergeDocument(outcome);
    if (values.json) terminal.print(JSON.stringify(document, null, 2));
    else for (const line of mergeLines(outcome)) terminal.print(line);
    return document.complete ? exitCodes.done : exitCodes.someRunsFailed;
  },
};
