/** `hgmlp replay`: makes the decisions of a search anew from its log, and says whether its runs are what they lead to. */
import { exitCodes } from '../../base/errors.js';
import { folderArgument, type CommandRow } from '../command-row.js';

/** Ends with exit code 4 where the log holds runs, or the folder records decisions, that do not follow. */
export const replay: CommandRow = {
  name: 'replay',
  summary: 'repeat the decisions of a search from its log, and check that its runs follow from them',
  about:
    'Makes the decisions of a search anew from its log. The exit code is 4 where runs of the log are not what they lead ' +
    'to, as after a search that was given more learning rates, shapes or replicates on the way; see strategies.md.',
  arguments: [folderArgument],
  examples: ['hgmlp replay results/mnist-denoising-1M'],
  async action({ values, words, terminal, port }) {
    const [{ replayFolder }, { replayDocument, replayLines }] = await Promise.all([
      import('../../study/replay.js'),
      import('../text/replay.js'),
    ]);
    const replay = await replayFolder(words[0], port);
    const exitCode = replay.others.length === 0 && replay.isRecord !== false ? exitCodes.done : exitCodes.gateNotMet;
    if (values.json) terminal.print(JSON.stringify(replayDocument(replay, exitCode), null, 2));
    else for (const line of replayLines(replay)) terminal.print(line);
    return exitCode;
  },
};
