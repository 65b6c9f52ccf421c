/** What a merge tells: lines for people, a document for programs. */
import path from 'node:path';
import { counted, formatExactCount } from '../../base/numbers.js';
import { asWord, shellLine } from '../../base/shell-line.js';
import { decidingMetricOf, metricOf, type Measurement } from '../../run/metrics.js';
import { keyOf } from '../../run/key.js';
import type { FinishedRun, Run } from '../../run/run.js';
import { shardText } from '../../search/shard.js';
import type { MergeOutcome } from '../../study/merge/merge.js';
import type { Disagreement, MissingRuns, MergedRuns } from '../../study/merge/runs.js';
import { specText } from '../../run/spec-text.js';
import { nextLine, resultsLine } from './frontier.js';
import { titleOf } from '../../study/definition.js';

/** The most disagreements that are shown one by one. */
const mostShown = 10;

/** Writes what was merged, what folders disagree on, what is missing and how to train it, and where the result is. */
export function* mergeLines(outcome: MergeOutcome): Generator<string> {
  const { study, merged, named, target, dryRun } = outcome;
  const { runs, planned, repeated, disagreements, gaps, outsidePlan } = merged;
  const added = target.standing === null ? '' : ` and ${target.folder}`;
  yield `${titleOf(study)}: ${formatExactCount(runs.length)} of ${counted(planned, 'run')} from ${counted(named.length, 'folder')}${added}`;
  if (repeated > 0) yield `repeated: ${counted(repeated, 'run')} in several folders, with the same results`;
  yield* disagreements.slice(0, mostShown).map(disagreementLine);
  if (disagreements.length > mostShown) {
    yield `different results: ${counted(disagreements.length - mostShown, 'more run')}; --json has them all`;
  }
  yield* gaps.map((gap) => gapLine(gap, outcome));
  const failed = runs.filter((run) => run.state === 'failed');
  if (failed.length > 0) yield `failed: ${counted(failed.length, 'run')}, such as ${failureOf(failed[0]!)}`;
  if (outsidePlan.length > 0) yield `outside the plan: ${counted(outsidePlan.length, 'run')}, kept in the log alone`;
  yield* dryRun ? [`would go to ${target.folder}/`] : placeLines(target.folder, merged);
}

function disagreementLine({ kept, records }: Disagreement): string {
  const outcomeIn = outcomesOf(records.map(({ run }) => run));
  const results = records.map(({ folder, run }) => `${outcomeIn(run)} in ${folder}`).join(', ');
  const keeper = records.find(({ run }) => run === kept)!.folder;
  return `different results: ${specText(kept.spec)}: ${results}; the result in ${keeper} counts, because it was started first`;
}

/** What of finished runs may differ, with all digits, as they may differ in the last. */
const measures: readonly ((run: FinishedRun) => string)[] = [
  ({ validation }) => `${exactText(validation)} on validation`,
  ({ test }) => `${exactText(test)} on test`,
  ({ test }) => `an SSIM of ${test.ssim}`,
];

function exactText(measured: Measurement): string {
  const key = decidingMetricOf(measured);
  const { label, unit, unitTells } = metricOf(key);
  return unitTells ? `${measured[key]} ${unit}` : `${label} ${measured[key]}`;
}

/** Tells of a run the first measure that differs among these; where none does, their curves or errors do. */
function outcomesOf(runs: readonly Run[]): (run: Run) => string {
  const finished = runs.filter((run) => run.state === 'finished');
  const differs = (measure: (typeof measures)[number]) => new Set(finished.map(measure)).size > 1;
  const measure = measures.find(differs) ?? measures[0]!;
  return (run) => (run.state === 'finished' ? measure(run) : `${run.state} (${run.reason})`);
}

function failureOf(run: Run): string {
  return `${specText(run.spec)}: ${run.state === 'finished' ? '' : run.reason}`;
}

function gapLine({ shard, folders, specs }: MissingRuns, { configFile }: MergeOutcome): string {
  const config = folders.length > 0 ? `${folders[0]!}/config.yaml` : configFile;
  const words = ['hgmlp', 'search', '--config', config];
  if (shard !== null) words.push('--shard', shardText(shard));
  // A shard that is not there gets a folder by its name.
  const out = folders[0] ?? (shard === null ? path.dirname(configFile) : null);
  if (out !== null) words.push('--out', asWord(out));
  const what = `${counted(specs.length, 'run')}${shard === null ? '' : ` of shard ${shardText(shard)}`}`;
  const where = shard !== null && folders.length === 0 ? ', of which no folder was given' : '';
  return `missing: ${what}${where}, such as ${specText(specs[0]!)}; train with: ${shellLine(words)}`;
}

function placeLines(folder: string, { gaps }: MergedRuns): string[] {
  return [
    resultsLine(folder),
    ...(gaps.length > 0 ? ['Merge what is missing into the same folder later.'] : []),
    nextLine(folder),
  ];
}

/** Makes plain data of a merge, ready for `JSON.stringify`. */
export function mergeDocument({ study, merged, named, target, dryRun }: MergeOutcome) {
  const { runs, planned, repeated, disagreements, gaps, outsidePlan } = merged;
  const inState = (state: Run['state']) => runs.filter((run) => run.state === state).length;
  return {
    schemaVersion: 1,
    task: study.task.name,
    folder: target.folder,
    dryRun,
    /** Whether every run of the plan is there and none failed. */
    complete: runs.length === planned && inState('failed') === 0,
    runs: {
      planned,
      merged: runs.length,
      finished: inState('finished'),
      diverged: inState('diverged'),
      failed: inState('failed'),
      repeated,
      outsidePlan: outsidePlan.length,
    },
    sources: named.map(({ folder, shard, runs: ofSource, problems }) => {
      return { folder, shard, runs: ofSource.size, problems };
    }),
    missing: gaps.map(({ shard, folders, specs }) => {
      return { shard, folders, runs: specs.map((spec) => ({ key: keyOf(spec), ...spec.arch, ...spec.recipe })) };
    }),
    disagreements: disagreements.map(({ kept, records }) => ({
      key: kept.key,
      kept: records.find(({ run }) => run === kept)!.folder,
      results: records.map(({ folder, run }) => ({
        folder,
        state: run.state,
        validation: run.state === 'finished' ? run.validation : null,
        test: run.state === 'finished' ? run.test : null,
      })),
    })),
  };
}
