/** What stands where in Redis. Every key begins with `hgmlp:`. */
import { createHash } from 'node:crypto';
import { keyOf, numbersVersion } from '../../run/key.js';
import type { RunSpec } from '../../run/spec.js';

/** Tells who can work together: the same numbers come only from the same version and engine. */
export interface FleetKind {
  /** Of hgmlp. */
  readonly version: string;
  readonly engine: string;
}

/** Begins every key. */
export const prefix = 'hgmlp';

/** Names the queue in which searches and workers of one kind meet, and which no other kind looks into. */
export function queueName({ version, engine }: FleetKind): string {
  return `v${version}-${numbersVersion}-${engine}`;
}

/**
 * Gives the number of a job: that of the same pack of the same study is the same, so that it stands in the queue once.
 */
export function jobIdOf(study: string, pack: readonly RunSpec[]): string {
  const hash = createHash('sha256').update(pack.map(keyOf).join()).digest('hex');
  return `${study}-${hash.slice(0, 24)}`;
}

/** Gives the study in the number of a job; some text where it is no number of ours. */
export function studyOfJob(jobId: string): string {
  return jobId.slice(0, jobId.indexOf('-'));
}

/** Names the key under which a worker puts what came of a job. */
export function resultKey(queue: string, jobId: string): string {
  return `${prefix}:result:${queue}:${jobId}`;
}

/** Is a week, in seconds, after which Redis forgets what no search has come for. */
export const keptForSeconds = 7 * 24 * 3600;
