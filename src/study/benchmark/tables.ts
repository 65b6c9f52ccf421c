/** The benchmark of strategies on the tables that were recorded of a folder or a file. */
import { seriesText } from '../../arch/series.js';
import { UserError } from '../../base/errors.js';
import type { StrategyReport } from '../../report/strategies.js';
import type { StudyContext } from '../port.js';
import { readTables } from './read-tables.js';
import type { RecordedTable } from './recorded-table.js';
import { benchmark } from './strategies.js';

/** Reads the tables of the shapes that are asked for. Throws a UserError where there is none. */
export async function tablesOf(context: StudyContext): Promise<readonly RecordedTable[]> {
  const { values } = context;
  if (values.table === null) {
    throw new UserError('--table: expected recorded runs, got none; name a results folder or a CSV file of runs');
  }
  const all = await readTables(values.table, values.curves, context);
  const tables = all.filter(({ shape }) => shape !== 'straight' && values.ofShapes!.includes(shape));
  if (tables.length > 0) return tables;
  const there = [...new Set(all.map(({ shape }) => shape))].join(', ');
  throw new UserError(`${values.table}: expected runs of ${values.ofShapes!.join(' or ')}, got ${there}; see --shapes`);
}

/** Plays every strategy on every table, and tells how far it is. */
export async function playTables(
  tables: readonly RecordedTable[],
  { values, port }: StudyContext,
): Promise<readonly StrategyReport[]> {
  const reports: StrategyReport[] = [];
  try {
    for (const table of tables) {
      const { task, configurations, ...series } = table;
      const replays = values.strategies!.length * values.seeds!;
      const what = `${task.name}, ${seriesText(series)}: ${configurations.length} recorded configurations`;
      port.onEvent({ type: 'step', what, total: { amount: replays, unit: 'replays' } });
      reports.push(
        await benchmark(table, {
          strategies: values.strategies!,
          seeds: values.seeds!,
          mostShare: values.most!,
          batchSize: values.playLookEvery!,
          onReplay: () => port.onEvent({ type: 'advance', amount: 1 }),
        }),
      );
    }
  } finally {
    port.onEvent({ type: 'stepsEnded' });
  }
  return reports;
}
