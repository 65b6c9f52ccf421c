/** `hgmlp merge`: the results folders of shards, in any order and any number of steps, become one study. */
import { exitCodes, type ExitCode } from '../base/errors.js';
import { mergeFolders } from '../study/merge/merge.js';
import type { CommandContext } from './context.js';
import { mergeDocument, mergeLines } from './merge-text.js';

export async function mergeCommand(context: CommandContext): Promise<ExitCode> {
  const { values, words, terminal } = context;
  const outcome = await mergeFolders(words, context);
  const document = mergeDocument(outcome);
  if (values.json) terminal.print(JSON.stringify(document, null, 2));
  else for (const line of mergeLines(outcome)) terminal.print(line);
  return document.complete ? exitCodes.done : exitCodes.someRunsFailed;
}
