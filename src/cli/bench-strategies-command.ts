/** `hgmlp bench strategies`: which strategy finds how much of the frontier with how little of the effort. */
import path from 'node:path';
import { exitCodes, UserError, type ExitCode } from '../base/errors.js';
import { ensureWritableFolder } from '../base/files.js';
import { renderStrategies, strategiesDocument, type StrategyReport } from '../report/strategies.js';
import { writeStrategies } from '../report/write-report.js';
import type { CommandContext } from './context.js';
import { openStepProgress } from './step-progress.js';
import { readTables, type RecordedTable } from '../study/benchmark/recorded-table.js';
import { resultsRoot } from '../study/folder.js';
import { benchmark } from '../study/benchmark/strategies.js';

export async function benchStrategiesCommand(context: CommandContext): Promise<ExitCode> {
  const { values, terminal } = context;
  if (values.table === null) {
    throw new UserError('--table: expected recorded runs, got none; name a results folder or a CSV file of runs');
  }
  const all = await readTables(values.table, values.curves, context);
  const tables = all.filter(({ shape }) => shape !== 'straight' && values.ofShapes!.includes(shape));
  if (tables.length === 0) {
    const there = [...new Set(all.map(({ shape }) => shape))].join(', ');
    throw new UserError(
      `${values.table}: expected runs of ${values.ofShapes!.join(' or ')}, got ${there}; see --shapes`,
    );
  }
  const folder = values.out ?? path.join(resultsRoot, 'bench-strategies');
  // Before anything is played, so that a folder that cannot be had costs no time.
  await ensureWritableFolder(folder);
  const reports = await play(tables, context);
  const files = await writeStrategies(folder, reports);
  if (values.json) terminal.print(JSON.stringify({ ...strategiesDocument(reports), files }, null, 2));
  else {
    terminal.print(renderStrategies(reports, terminal));
    for (const file of files) terminal.print(file);
  }
  return exitCodes.done;
}

async function play(
  tables: readonly RecordedTable[],
  { values, terminal }: CommandContext,
): Promise<readonly StrategyReport[]> {
  const progress = openStepProgress(terminal, values.quiet!);
  const reports: StrategyReport[] = [];
  try {
    for (const table of tables) {
      const { task, shape, configurations } = table;
      const replays = values.strategies!.length * values.seeds!;
      const what = `${task.name}, ${shape}: ${configurations.length} recorded configurations`;
      progress.step(what, { amount: replays, unit: 'replays' });
      reports.push(
        await benchmark(table, {
          strategies: values.strategies!,
          seeds: values.seeds!,
          mostShare: values.most!,
          batchSize: values.playLookEvery!,
          onReplay: () => progress.advance(1),
        }),
      );
    }
  } finally {
    progress.stop();
  }
  return reports;
}
