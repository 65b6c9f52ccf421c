/** What the logs of several folders make together: the runs of the plan, what is missing, and what overlaps. */
import { isSameResult, preferredRun } from '../../run/preferred-run.js';
import { keyOf } from '../../run/key.js';
import type { Run } from '../../run/run.js';
import type { RunSpec } from '../../run/spec.js';
import { planRuns } from '../../search/plan.js';
import { dealOut, type Shard } from '../../search/shard.js';
import type { MergeSource } from './sources.js';
import type { Study } from '../definition.js';

/** Describes a finished or diverged run that not all folders agree on. */
export interface Disagreement {
  /** The one that counts. */
  readonly kept: Run;
  readonly records: readonly { readonly folder: string; readonly run: Run }[];
}

/** Lists runs of the plan that no folder has. */
export interface MissingRuns {
  /** The one that these runs belong to; null where the folders do not say into how many the study was divided. */
  readonly shard: Shard | null;
  /** Of that shard; empty where none was given. */
  readonly folders: readonly string[];
  /** Never empty. */
  readonly specs: readonly RunSpec[];
}

/** Tells what the logs of several folders make together. */
export interface MergedRuns {
  /** Of the plan. */
  readonly planned: number;
  /** In plan order. */
  readonly runs: readonly Run[];
  /** Runs that the plan does not have, by key; they stay in the log alone. */
  readonly outsidePlan: readonly Run[];
  /** By the number of the shard. */
  readonly gaps: readonly MissingRuns[];
  /** Runs that ended in several folders, in all of them alike. */
  readonly repeated: number;
  readonly disagreements: readonly Disagreement[];
}

/**
 * Gathers the runs of the plan from several folders. The result is the same in whatever order these are given, but for
 * the order in which they are told.
 */
export function mergeRuns(study: Study, sources: readonly MergeSource[]): MergedRuns {
  const byKey = joined(sources);
  const { runs, missing, planned } = alongPlan(study, byKey, shardCountOf(sources));
  const inPlan = new Set(runs.map(({ key }) => key));
  return {
    planned,
    runs,
    outsidePlan: [...byKey.values()].filter(({ key }) => !inPlan.has(key)).sort((a, b) => (a.key < b.key ? -1 : 1)),
    gaps: missing.map((gap) => ({ ...gap, folders: foldersOf(gap.shard, sources) })),
    ...overlapsOf(byKey, sources),
  };
}

function joined(sources: readonly MergeSource[]): Map<string, Run> {
  const byKey = new Map<string, Run>();
  for (const { runs } of sources) {
    for (const run of runs.values()) {
      const known = byKey.get(run.key);
      byKey.set(run.key, known === undefined ? run : preferredRun(known, run));
    }
  }
  return byKey;
}

/** Into how many shards the study was divided; null where the folders do not say it, or say several numbers. */
function shardCountOf(sources: readonly MergeSource[]): number | null {
  const counts = new Set(sources.flatMap(({ shard }) => (shard === null ? [] : [shard.count])));
  return counts.size === 1 ? [...counts][0]! : null;
}

function foldersOf(wanted: Shard | null, sources: readonly MergeSource[]): string[] {
  return sources.filter(({ shard }) => shard !== null && shard.number === wanted?.number).map(({ folder }) => folder);
}

function alongPlan(study: Study, byKey: ReadonlyMap<string, Run>, shardCount: number | null) {
  const runs: Run[] = [];
  const missing = new Map<number, RunSpec[]>();
  let planned = 0;
  for (const { candidate, shard } of dealOut(study.plan.candidates(), study.task.dimensions, shardCount ?? 1)) {
    for (const spec of planRuns([candidate], study.training)) {
      planned += 1;
      const run = byKey.get(keyOf(spec));
      if (run !== undefined) runs.push(run);
      else if (missing.has(shard)) missing.get(shard)!.push(spec);
      else missing.set(shard, [spec]);
    }
  }
  const gaps = [...missing].toSorted(([left], [right]) => left - right);
  const shardOf = (number: number): Shard | null => (shardCount === null ? null : { number, count: shardCount });
  return { planned, runs, missing: gaps.map(([number, specs]) => ({ shard: shardOf(number), specs })) };
}

/** Failed runs are no results: a failed one agrees with any. */
function overlapsOf(
  byKey: ReadonlyMap<string, Run>,
  sources: readonly MergeSource[],
): Pick<MergedRuns, 'repeated' | 'disagreements'> {
  const disagreements: Disagreement[] = [];
  let repeated = 0;
  for (const kept of byKey.values()) {
    const records = sources.flatMap(({ folder, runs }) => {
      const run = runs.get(kept.key);
      return run === undefined || run.state === 'failed' ? [] : [{ folder, run }];
    });
    if (records.length < 2) continue;
    if (records.every(({ run }) => isSameResult(run, kept))) repeated += 1;
    else disagreements.push({ kept, records });
  }
  disagreements.sort((left, right) => (left.kept.key < right.kept.key ? -1 : 1));
  return { repeated, disagreements };
}
