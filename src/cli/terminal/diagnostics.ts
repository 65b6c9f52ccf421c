/** What the diagnostic log tells of trainings: in short at `info`, everything at `debug`, and what is odd at `warn`. */
import type { Logger } from 'pino';
import type { WorkerEvent } from '../../execute/fleet/train-job.js';
import type { Run } from '../../run/run.js';
import type { RunSpec } from '../../run/spec.js';
import { specText } from '../../run/spec-text.js';
import type { SearchEvent } from '../../search/search.js';
import type { StudyEvent } from '../../study/port.js';

/**
 * Logs an event of a study: at `info` what began and ended, at `warn` what is odd, at `debug` every event of a
 * training. Steps of slow work, and what only the terminal shows, are left out.
 */
export function logStudyEvent(logger: Logger, event: StudyEvent): void {
  switch (event.type) {
    case 'engine':
      return logger.info(factsOf(event), 'engine chosen');
    case 'strategy':
      return logger.info(factsOf(event), 'strategy chosen');
    case 'read':
      return logger.info(factsOf(event), 'file read');
    case 'problem':
      return logger.warn(factsOf(event), 'run log');
    case 'began': {
      const { task, planned, inLog, crew, folder } = event;
      return logger.info({ task, ...planned, inLog, crew, folder }, 'plan started');
    }
    case 'ended': {
      const { runs, stopped, limit, folder } = event.result;
      return logger.info({ runs: runs.length, stopped, limit, folder }, 'plan ended');
    }
    case 'step':
    case 'advance':
    case 'stepsEnded':
    case 'stoppable':
    case 'closing':
    case 'closed':
      return;
    default:
      return logSearchEvent(logger, event);
  }
}

function factsOf(event: StudyEvent): object {
  return Object.fromEntries(Object.entries(event).filter(([key]) => key !== 'type'));
}

function logSearchEvent(logger: Logger, event: SearchEvent): void {
  if (logger.isLevelEnabled('debug')) logger.debug(event, event.type);
  else if (event.type === 'started') logger.info(specFacts(event.spec), event.type);
  else if (event.type === 'finished') logRun(logger, event.run);
  else if (event.type === 'split') logger.warn({ networks: event.pack.length, reason: event.reason }, event.type);
}

/** Logs an event of a worker of a fleet: at `debug` everything, at `info` jobs and runs, at `warn` what went wrong. */
export function logWorkerEvent(logger: Logger, event: WorkerEvent): void {
  if (logger.isLevelEnabled('debug')) logger.debug(event, event.type);
  else if (event.type === 'taken') logger.info({ job: event.job, runs: event.pack.length }, event.type);
  else if (event.type === 'done') for (const run of event.runs) logRun(logger, run);
  else logger.warn(event, event.type);
}

function logRun(logger: Logger, run: Run): void {
  const { spec, key, state, timing } = run;
  const outcome = run.state === 'finished' ? { validation: run.validation } : { reason: run.reason };
  const level = state === 'failed' ? 'warn' : 'info';
  logger[level]({ ...specFacts(spec), key, state, ...outcome, durationMs: timing?.durationMs ?? null }, 'finished');
}

function specFacts(spec: RunSpec) {
  return { task: spec.task, run: specText(spec), engine: spec.engine };
}
