/** What a worker of a fleet tells. */
import { counted } from '../../base/numbers.js';
import type { Farewell } from '../../execute/fleet/fleet-worker.js';
import type { WorkerEvent } from '../../execute/fleet/train-job.js';
import { renderRun } from '../terminal/progress.js';

/** Gives what is said of each event; the rest is for diagnostics. */
export function lineWriter(): (event: WorkerEvent) => readonly string[] {
  const told = new Set<string>();
  return (event) => {
    if (event.type === 'done') return event.runs.map(renderRun);
    if (event.type === 'failed' || event.type === 'lost') return [`${event.type}: ${event.job}: ${event.reason}`];
    // It comes again and again until another worker takes the runs.
    if (event.type !== 'unable' || told.has(event.reason)) return [];
    told.add(event.reason);
    return [`given back: ${event.reason}`];
  };
}

const whyTexts = { drained: 'stopped', idle: 'nothing to do', 'enough runs': '--max-runs reached' } as const;

/** Writes why a worker has ended, and how many runs it has done and given back. */
export function renderFarewell({ why, runs, givenBack }: Farewell): string {
  const back = givenBack === 0 ? '' : `, ${givenBack} given back`;
  return `${whyTexts[why]}: ${counted(runs, 'run')} done${back}`;
}
