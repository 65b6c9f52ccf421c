/** What a command prints of a reproduction once it is reported. */
import { renderReproduction } from '../../report/reproduction-text.js';
import type { ReproductionReport } from '../../study/reproduction-report.js';
import type { CommandContext } from '../context.js';

/** Prints our points beside the published ones, and where the rest stands. */
export function showReproduction(
  { folder, reproduction, setting }: ReproductionReport,
  { values, terminal }: Pick<CommandContext, 'values' | 'terminal'>,
): void {
  if (values.json) {
    terminal.print(JSON.stringify({ schemaVersion: 1, ...reproduction, ...setting, folder }, null, 2));
    return;
  }
  terminal.print(renderReproduction(reproduction, setting, terminal));
  terminal.print(`Results: ${folder}/ (reproduction.md, reproduction.png, reproduction.csv, runs.csv)`);
}
