/**
 * `hgmlp retry --failed`: train again what the log of a results folder records as failed, and nothing else; `--stopped`:
 * train on, to its end, what a search by halving has stopped.
 */
import { exitCodes, UserError, type ExitCode } from '../base/errors.js';
import { counted } from '../base/numbers.js';
import { knownTime } from '../run/timing.js';
import { prepareRetry, runRetry, type PreparedRetry } from '../study/retry.js';
import type { CommandContext } from './context.js';
import { exitCodeOf, openPort } from './port.js';
import { renderRun } from './progress.js';
import { showFrontier } from './show-frontier.js';
import { showReproduction } from './show-reproduction.js';

export async function retryCommand(given: CommandContext): Promise<ExitCode> {
  const { values, words, commandLine } = given;
  if (values.failed === values.stopped) {
    throw new UserError(
      `retry: expected --failed or --stopped, which says what to train again, got ${values.failed ? 'both; leave one out' : 'nothing; add one'}`,
    );
  }
  const goesOn = (folder: string) => (words[0] === undefined ? [...commandLine, folder] : commandLine);
  const context = { ...given, port: openPort({ ...given, goesOn }) };
  const prepared = await prepareRetry(words[0], values.failed ? 'failed' : 'stopped', context);
  if (values.dryRun || prepared.unfinished.length === 0) {
    show(prepared, context);
    return exitCodes.done;
  }
  const { trained, report } = await runRetry(prepared);
  const { folder } = prepared;
  const shown = { ...context, values: prepared.stored.context.values };
  if (report?.kind === 'search') showFrontier(report.report, { study: report.study, folder }, shown);
  else if (report !== null) showReproduction(report.report, shown);
  return exitCodeOf(trained);
}

function show({ unfinished, state, folder }: PreparedRetry, { values, terminal }: CommandContext): void {
  if (values.json) {
    const runs = unfinished.map(({ key, spec, reason, timing }) => {
      const startedAt = knownTime(timing) === null ? null : timing!.startedAt;
      return { key, ...spec.arch, ...spec.recipe, reason, startedAt };
    });
    terminal.print(JSON.stringify({ schemaVersion: 1, folder, [state]: runs }, null, 2));
    return;
  }
  for (const run of unfinished) terminal.print(renderRun(run));
  const none = state === 'failed' ? `No run of ${folder} has failed.` : `No run of ${folder} was stopped early.`;
  terminal.print(unfinished.length === 0 ? none : `${counted(unfinished.length, `${state} run`)} in ${folder}`);
}
