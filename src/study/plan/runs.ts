/** What of its runs a plan is made with. */
import { keyOf } from '../../run/key.js';
import type { Run, RunResult } from '../../run/run.js';
import type { Plan, RunsByKey } from './plan.js';

/** Gives the runs by key, with their curves; none where the plan looks at no results. */
export function runsForPlan(plan: Plan, runs: readonly RunResult[]): RunsByKey {
  return new Map(plan.chooser === null ? [] : runs.map((run) => [run.key, whole(run)]));
}

function whole(run: RunResult): Run {
  if (!Array.isArray(run.curve))
    throw new Error(`run ${run.key}: expected its learning curve, got the number of epochs`);
  return run as Run;
}

/** Picks the runs that there are of a plan, in its order. */
export function inPlanOrder<Kept extends RunResult>(plan: Plan, runs: ReadonlyMap<string, Kept>): Kept[] {
  const planned: Kept[] = [];
  for (const spec of plan.specs(runsForPlan(plan, [...runs.values()]))) {
    const run = runs.get(keyOf(spec));
    if (run !== undefined) planned.push(run);
  }
  return planned;
}
