/** What of its runs the plan of a study is made with. */
import type { Run, RunResult } from '../run/run.js';
import type { Study } from './study.js';

/** Whether its plan goes by what came of its runs; otherwise it is known beforehand. */
export function looksAtResults({ adaptive, halving, auto }: Pick<Study, 'adaptive' | 'halving' | 'auto'>): boolean {
  return adaptive !== null || halving !== null || auto !== null;
}

/** The runs by key, with their curves; none where the plan looks at no results. */
export function runsForPlan(study: Study, runs: readonly RunResult[]): ReadonlyMap<string, Run> {
  return new Map(looksAtResults(study) ? runs.map((run) => [run.key, whole(run)]) : []);
}

function whole(run: RunResult): Run {
  if (!Array.isArray(run.curve))
    throw new Error(`run ${run.key}: expected its learning curve, got the number of epochs`);
  return run as Run;
}
