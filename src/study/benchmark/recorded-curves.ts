/** Learning curves of recorded runs from a CSV file: one row a run and epoch. */
import path from 'node:path';
import type { Arch } from '../../arch/arch.js';
import { meanCurve } from '../../base/averages.js';
import { UserError } from '../../base/errors.js';
import { shown } from '../../base/shown.js';
import { openCsv } from '../../import/read-csv.js';
import { configurationName } from '../../search/choice.js';
import type { RecordedTable } from './recorded-table.js';

const columns = ['skip_width', 'bottleneck_width', 'depth', 'learning_rate', 'epoch', 'validation_psnr_db'] as const;
/** Those that tell runs of one configuration apart, where the file has them. */
const apart = ['task', 'replicate'] as const;

/** Holds learning curves that a table of recorded runs lacks. */
export interface RecordedCurves {
  /** The table with the curves of its configurations. Throws a UserError where one has none, or a gap. */
  addTo(table: RecordedTable): RecordedTable;
}

/**
 * Reads `skip_width`, `bottleneck_width`, `depth`, `learning_rate`, `epoch` and `validation_psnr_db`, with `task`,
 * `replicate`, `input_projection` and `output_projection` where they are there; projections are else trainable. Throws a
 * UserError, with its line, for what is missing or no number.
 */
export async function readCurves(file: string): Promise<RecordedCurves> {
  const source = path.basename(file);
  const { header, records } = await openCsv(file);
  const missing = columns.filter((name) => !header.cells.includes(name));
  if (missing.length > 0) {
    throw new UserError(`${source}: expected the columns ${columns.join(', ')}, got none named ${missing.join(', ')}`);
  }
  const runs = new Map<string, Map<string, number[]>>();
  for await (const { line, cells } of records) {
    const cell = (name: string) => cells[header.cells.indexOf(name)] ?? '';
    const [skipWidth, bottleneckWidth, depth, learningRate, epoch, score] = columns.map((name) => {
      const number = Number(cell(name));
      if (cell(name).trim() !== '' && Number.isFinite(number)) return number;
      throw new UserError(`${source}:${line}: ${name}: expected a number, got ${shown(cell(name))}`);
    }) as [number, number, number, number, number, number];
    if (!Number.isSafeInteger(epoch) || epoch < 1) {
      throw new UserError(`${source}:${line}: epoch: expected a whole number from 1, got ${shown(cell('epoch'))}`);
    }
    const projections = {
      inputProjection: (cell('input_projection') || 'trainable') as Arch['inputProjection'],
      outputProjection: (cell('output_projection') || 'trainable') as Arch['outputProjection'],
    };
    const configuration = configurationName({
      arch: { skipWidth, bottleneckWidth, depth, ...projections },
      learningRate,
    });
    const run = apart.map((name) => (header.cells.includes(name) ? cell(name) : '')).join(' ');
    const ofConfiguration = runs.get(configuration) ?? new Map<string, number[]>();
    const curve = ofConfiguration.get(run) ?? [];
    curve[epoch - 1] = score;
    runs.set(configuration, ofConfiguration.set(run, curve));
  }
  return { addTo: (table) => withCurves(table, runs, source) };
}

function withCurves(
  table: RecordedTable,
  runs: ReadonlyMap<string, ReadonlyMap<string, readonly number[]>>,
  source: string,
): RecordedTable {
  const configurations = table.configurations.map((configuration) => {
    const name = configurationName(configuration);
    const ofTask = [...(runs.get(name) ?? [])].filter(
      ([run]) => run.startsWith(' ') || run.startsWith(`${table.task.name} `),
    );
    const curves = ofTask.map(([, curve]) => Array.from(curve));
    if (curves.length === 0) throw new UserError(`${source}: expected a curve of ${name}, got none`);
    if (curves.some((curve) => curve.includes(undefined as never))) {
      throw new UserError(`${source}: expected a curve of ${name} from its first epoch on, got one with a gap`);
    }
    return { ...configuration, curveScores: meanCurve(curves) };
  });
  return { ...table, configurations };
}
