/** How far a study is, by its log and its checkpoints. */
import path from 'node:path';
import { archName } from '../arch/arch.js';
import { compareSeries, seriesOf } from '../arch/series.js';
import { scoreOf } from '../run/metrics.js';
import { checkpointsFolder, stoppedTrainings, type KeptTraining } from '../run/checkpoint.js';
import { keyOf } from '../run/key.js';
import type { EpochRecord, RunResult } from '../run/run.js';
import type { RunSpec } from '../run/spec.js';
import type { StudyProgress, UnfinishedTraining } from '../report/study-notes.js';
import type { PlanReport } from './plan/plan.js';
import { runsForPlan } from './plan/runs.js';
import type { Study } from './definition.js';

/** Holds what is known of a study whose progress is asked for. */
export interface KnownStudy {
  /** Null where no plan is known: of a reproduction, which trains what its time allows, and of imported runs. */
  readonly study: Study | null;
  /** Those that the log holds of it. */
  readonly runs: readonly RunResult[];
  readonly folder: string;
  /** What its plan has come to; null where no plan is known. */
  readonly report: PlanReport | null;
}

/** Tells how far a study is; null where nothing is left to be said: it is whole, and some of it has finished. */
export async function progressOf({ study, runs, folder, report }: KnownStudy): Promise<StudyProgress | null> {
  const countOf = (state: RunResult['state']) => runs.filter((run) => run.state === state).length;
  const finished = countOf('finished');
  const isWhole = report?.isWhole(runs) ?? null;
  if (isWhole && finished > 0) return null;
  const begun = isWhole ? [] : await begunRuns(path.join(folder, checkpointsFolder), runs);
  // Without a plan nothing else tells that there is more to come.
  if (study === null && finished > 0 && begun.length === 0) return null;
  const stopped = runs.flatMap((run) => (run.state === 'stopped' ? [run] : []));
  const specs = specsWithKeys(study, runs, new Set(begun.map(({ key }) => key)));
  const courses = [
    ...stopped.map(({ spec, curve }) => ({ spec, curve })),
    ...begun.flatMap(({ key, curve }) => (specs.has(key) ? [{ spec: specs.get(key)!, curve }] : [])),
  ];
  const bound = study?.plan.bound();
  return {
    planned: bound?.most ?? null,
    isBound: bound?.mayEndEarlier ?? false,
    finished,
    diverged: countOf('diverged'),
    failed: countOf('failed'),
    stopped: stopped.filter(({ key }) => !begun.some((one) => one.key === key)).length,
    inTraining: begun.length,
    unfinished: bestOfEachNetwork(courses),
  };
}

interface BegunRun {
  readonly key: string;
  readonly curve: readonly EpochRecord[];
}

/** Those that have come further by a checkpoint than by the log. */
async function begunRuns(checkpoints: string, runs: readonly RunResult[]): Promise<BegunRun[]> {
  const trainings = await stoppedTrainings(checkpoints);
  const keys = new Set(trainings.flatMap((training) => training.keys));
  const known = new Map(runs.filter(({ key }) => keys.has(key)).map((run) => [run.key, run]));
  const isNews = (key: string, { curve }: BegunRun, { step }: KeptTraining) => {
    const run = known.get(key);
    if (run === undefined) return true;
    return (
      run.state === 'stopped' && (curve.length > run.curve.length || (curve.length === run.curve.length && step > 0))
    );
  };
  return trainings.flatMap((training) =>
    training.keys
      .map((key, place): BegunRun => ({ key, curve: training.members[place]!.curve }))
      .filter((begun) => isNews(begun.key, begun, training)),
  );
}

/** What of the plan has these keys. */
function specsWithKeys(
  study: Study | null,
  runs: readonly RunResult[],
  keys: ReadonlySet<string>,
): ReadonlyMap<string, RunSpec> {
  const specs = new Map<string, RunSpec>();
  if (study === null || keys.size === 0) return specs;
  for (const spec of study.plan.specs(runsForPlan(study.plan, runs))) {
    const key = keyOf(spec);
    if (keys.has(key)) specs.set(key, spec);
    if (specs.size === keys.size) break;
  }
  return specs;
}

/** By series, the best first. */
function bestOfEachNetwork(
  courses: readonly { readonly spec: RunSpec; readonly curve: readonly EpochRecord[] }[],
): UnfinishedTraining[] {
  const trainings = courses.flatMap(({ spec: { arch, recipe }, curve }): UnfinishedTraining[] => {
    const last = curve.at(-1);
    if (last === undefined) return [];
    const { learningRate, epochs } = recipe;
    return [{ arch, learningRate, epoch: last.epoch, epochs, validation: last.validation }];
  });
  const bestFirst = trainings.toSorted(
    (left, right) =>
      compareSeries(seriesOf(left.arch), seriesOf(right.arch)) ||
      scoreOf(right.validation) - scoreOf(left.validation) ||
      (archName(left.arch) < archName(right.arch) ? -1 : 1),
  );
  const names = new Set<string>();
  return bestFirst.filter(({ arch }) => {
    const name = archName(arch);
    return !names.has(name) && names.add(name);
  });
}
