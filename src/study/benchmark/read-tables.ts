/** Makes tables for a replay of finished runs: those of a results folder, or of a CSV file that can be imported. */
import { stat } from 'node:fs/promises';
import type { Dimensions } from '../../arch/arch.js';
import { seriesAmong, seriesKey, seriesText } from '../../arch/series.js';
import { sizeOf } from '../../arch/sizes.js';
import { meanCurve, meanOf } from '../../base/averages.js';
import { UserError } from '../../base/errors.js';
import type { Task } from '../../data/tasks.js';
import { mostEpochs, withoutRepeats } from '../../frontier/evidence.js';
import { groupBy } from '../../frontier/group.js';
import { readImport } from '../../import/import-file.js';
import { scoreOf } from '../../run/metrics.js';
import { trainingMultiplyAdds } from '../../run/cost.js';
import { isOver, type Run } from '../../run/run.js';
import { configurationName } from '../../search/choice.js';
import type { TrainingPlan } from '../../search/plan.js';
import { loadStudyWithCurves } from '../load.js';
import type { StudyContext } from '../port.js';
import { readCurves } from './recorded-curves.js';
import type { RecordedConfiguration, RecordedTable } from './recorded-table.js';

/** Fewer tell nothing: a twentieth of them would be a single training. */
const fewestConfigurations = 20;

/**
 * Reads the tables of a results folder, or of a CSV file that can be imported as it is; one for each task and series
 * that has enough configurations. Throws a UserError where there is none.
 */
export async function readTables(
  place: string,
  curvesFile: string | null,
  context: StudyContext,
): Promise<readonly RecordedTable[]> {
  const isFolder = (await stat(place).catch(() => null))?.isDirectory() ?? false;
  const studies = isFolder ? [await loadStudyWithCurves(place, context)] : await importedStudies(place);
  const curves = curvesFile === null ? null : await readCurves(curvesFile);
  const tables = studies
    .flatMap(({ task, runs }) => tablesPerSeries(task, runs))
    .map((table) => curves?.addTo(table) ?? table);
  const large = tables.filter(({ configurations }) => configurations.length >= fewestConfigurations);
  if (large.length > 0) return large;
  const sizes = tables.map(({ task, configurations, ...series }) => {
    return `${configurations.length} of ${task.name} ${seriesText(series)}`;
  });
  throw new UserError(
    `${place}: expected at least ${fewestConfigurations} configurations (networks at a learning rate) of a task and ` +
      `shape, got ${sizes.join(', ') || 'none'}; replay a larger search`,
  );
}

async function importedStudies(
  file: string,
): Promise<readonly { readonly task: Task; readonly runs: readonly Run[] }[]> {
  const { tasks } = await readImport(file, { columns: [], constants: [], task: null, facts: null });
  return tasks;
}

function tablesPerSeries(task: Task, runs: readonly Run[]): RecordedTable[] {
  const epochs = mostEpochs(runs);
  // A failed run tells nothing of its configuration, and one that was stopped not enough.
  const ended = withoutRepeats(runs).filter((run) => isOver(run) && run.spec.recipe.epochs === epochs);
  const configurations = [...groupBy(ended, nameOf).values()].map((ofOne, pair) => configurationOf(ofOne, pair, task));
  const seriesOf = seriesAmong(configurations.map(({ arch }) => arch));
  return [...groupBy(configurations, ({ arch }) => seriesKey(seriesOf(arch))).values()].map((ofSeries) => ({
    task,
    ...seriesOf(ofSeries[0]!.arch),
    training: trainingOf(ended[0]!, ofSeries),
    configurations: ofSeries,
  }));
}

function trainingOf({ spec }: Run, configurations: readonly RecordedConfiguration[]): TrainingPlan {
  const learningRates = [...new Set(configurations.map(({ learningRate }) => learningRate))];
  return { task: spec.task, engine: spec.engine, recipe: spec.recipe, learningRates, replicates: 1 };
}

function nameOf({ spec: { arch, recipe } }: Run): string {
  return configurationName({ arch, learningRate: recipe.learningRate });
}

function configurationOf(runs: readonly Run[], pair: number, { dimensions }: Task): RecordedConfiguration {
  const { arch, recipe } = runs[0]!.spec;
  const scores = runs.flatMap((run) => (run.state === 'finished' ? [scoreOf(run.validation)] : []));
  return {
    arch,
    pair,
    learningRate: recipe.learningRate,
    size: sizeOf(arch, dimensions, 'trainable'),
    score: scores.length === 0 ? null : meanOf(scores),
    curveScores: meanCurve(runs.map(({ curve }) => curve.map(({ validation }) => scoreOf(validation)))),
    cost: runs.reduce((sum, run) => sum + costOf(run, dimensions), 0),
  };
}

/** One that patience may have ended cost the epochs of its curve, where that is known. */
function costOf({ spec, curve }: Run, dimensions: Dimensions): number {
  const isShorter = spec.recipe.patience !== undefined && curve.length > 0;
  return trainingMultiplyAdds(spec, dimensions, 1, isShorter ? curve.length : spec.recipe.epochs);
}
