/** What `hgmlp retry` lists before it trains: the runs that have failed or were stopped. */
import { counted } from '../../base/numbers.js';
import { knownTime } from '../../run/timing.js';
import type { PreparedRetry } from '../../study/retry.js';
import type { CommandContext } from '../context.js';
import { renderRun } from '../terminal/progress.js';

/** Prints the runs that would be trained again, and how many they are. */
export function showUnfinished(
  { unfinished, state, folder }: PreparedRetry,
  { values, terminal }: Pick<CommandContext, 'values' | 'terminal'>,
): void {
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
