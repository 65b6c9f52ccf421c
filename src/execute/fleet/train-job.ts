/** One job of a worker from its message to its result. */
import { DelayedError, UnrecoverableError, WaitingError, type Job } from 'bullmq';
import type { Redis } from 'ioredis';
import { messageOf, OutOfMemory } from '../../base/errors.js';
import type { Run, RunSpec } from '../../run/run.js';
import type { Train } from '../../search/search.js';
import { parseJob, plainLine, resultText, type ProgressMessage, type Result } from './messages.js';
import { jobIdOf, keptForSeconds, queueName, resultKey, studyOf, type FleetKind } from './names.js';
import { within } from './rounds.js';

export type WorkerEvent =
  | { readonly type: 'taken'; readonly job: string; readonly pack: readonly RunSpec[] }
  | { readonly type: 'done'; readonly job: string; readonly runs: readonly Run[] }
  /** `lost`: the lease, to another worker. `unable`: it lacks something here. */
  | { readonly type: 'failed' | 'given back' | 'unable' | 'lost'; readonly job: string; readonly reason: string }
  | { readonly type: 'problem'; readonly reason: string };

export interface JobInHand {
  /** Not checked. */
  readonly job: Job<unknown>;
  /** Of the lease. */
  readonly token: string;
  /** Aborted where the lease is lost. */
  readonly signal: AbortSignal;
}

export interface JobSetting {
  readonly redis: Redis;
  readonly kind: FleetKind;
  readonly leaseMs: number;
  readonly train: Train;
  /** Why runs of a task cannot be trained here; null where they can. */
  readonly unable: (task: string) => Promise<string | null>;
  /** Aborted where what trains is to go to other workers. */
  readonly letGo: AbortSignal;
  readonly onEvent: (event: WorkerEvent) => void;
}

/** Until a job that was given back as beyond this worker is offered again. */
const unableMs = 500;
const givingBackMs = 5_000;

/** The runs that a job asks for. Throws what makes it fail for good where it is none of ours. */
export function packOf({ id, data }: Job<unknown>, kind: FleetKind): readonly RunSpec[] {
  try {
    const pack = parseJob(data, kind);
    // Results go by this number, so it must be that of these runs.
    if (id !== jobIdOf(studyOf(id ?? ''), pack)) throw new Error('job: expected the number of its runs, got another');
    return pack;
  } catch (error) {
    throw new UnrecoverableError(plainLine(messageOf(error)));
  }
}

/**
 * Trains the runs and leaves their result in Redis. Throws, for BullMQ, where there is none: then the job has gone to
 * others, or fails and is tried again.
 */
export async function trainJob(inHand: JobInHand, pack: readonly RunSpec[], setting: JobSetting): Promise<void> {
  const { job, token, signal } = inHand;
  const { kind, leaseMs, redis, onEvent, letGo } = setting;
  const reason = await setting.unable(pack[0]!.task);
  if (reason !== null) return refuse(inHand, reason, onEvent);
  onEvent({ type: 'taken', job: job.id!, pack });
  try {
    const result = await resultOf(inHand, pack, setting);
    // Nobody else is to have the job now, and nobody gets it before its result stands there.
    if ((await job.extendLock(token, leaseMs)) !== 1) throw leaseLost();
    await redis.set(resultKey(queueName(kind), job.id!), resultText(result), 'EX', keptForSeconds);
    if (result.type === 'runs') onEvent({ type: 'done', job: job.id!, runs: result.runs });
  } catch (error) {
    if (letGo.aborted && !signal.aborted) return giveBack(inHand, 'this worker was asked to stop', onEvent);
    const cause = signal.aborted ? leaseLost() : error;
    const isLost = signal.aborted || cause instanceof LeaseLost;
    onEvent({ type: isLost ? 'lost' : 'failed', job: job.id!, reason: messageOf(cause) });
    throw cause;
  }
}

/** Puts the job to the front of the queue; that it was begun is no failure. */
export async function giveBack({ job, token }: JobInHand, reason: string, onEvent: JobSetting['onEvent']) {
  onEvent({ type: 'given back', job: job.id!, reason });
  await within(givingBackMs, job.moveToWait(token));
  throw new WaitingError();
}

async function refuse({ job, token }: JobInHand, reason: string, onEvent: JobSetting['onEvent']): Promise<never> {
  onEvent({ type: 'unable', job: job.id!, reason });
  await job.updateProgress({ type: 'unable', reason } satisfies ProgressMessage);
  await job.moveToDelayed(Date.now() + unableMs, token);
  throw new DelayedError();
}

class LeaseLost extends Error {}

const leaseLost = () => new LeaseLost('this worker was silent for too long, and its runs have gone to others');

/** Also that a pack needs more memory than there is: then it is for the search to ask for less at a time. */
async function resultOf({ job, signal }: JobInHand, pack: readonly RunSpec[], setting: JobSetting): Promise<Result> {
  const sheets = pack.map((): Uint8Array | null => null);
  // A curve is whole in the result; what is lost of it on the way is only not seen early.
  const tell = (message: ProgressMessage) => void job.updateProgress(message).catch(() => undefined);
  try {
    const runs = await setting.train(pack, {
      signal: AbortSignal.any([signal, setting.letGo]),
      onEpoch: (place, epoch) => tell({ type: 'epoch', place, epoch }),
      onSheet: (place, png) => void (sheets[place] = png),
    });
    return { type: 'runs', runs, sheets };
  } catch (error) {
    const wasStopped = signal.aborted || setting.letGo.aborted;
    if (!(error instanceof OutOfMemory) || pack.length === 1 || wasStopped) throw error;
    return { type: 'out of memory', reason: error.message };
  }
}
