/** One job of a worker from its message to its result. */
import { DelayedError, UnrecoverableError, WaitingError, type Job } from 'bullmq';
import type { Redis } from 'ioredis';
import { clock } from '../../base/clock.js';
import { messageOf, OutOfMemory } from '../../base/errors.js';
import type { Run } from '../../run/run.js';
import type { RunSpec } from '../../run/spec.js';
import type { Train } from '../../search/search.js';
import type { Lease } from './leases.js';
import { byClock, parseJob, plainLine, resultText, type ProgressMessage, type Result } from './messages.js';
import { jobIdOf, keptForSeconds, queueName, resultKey, studyOfJob, type FleetKind } from './names.js';
import type { Patience } from './patience.js';
import { within } from './rounds.js';

/** Tells what becomes of a job at a worker. */
export type WorkerEvent =
  | { readonly type: 'taken'; readonly job: string; readonly pack: readonly RunSpec[] }
  | { readonly type: 'done'; readonly job: string; readonly runs: readonly Run[] }
  /** `lost`: the lease, to another worker. `unable`: it lacks something here. */
  | { readonly type: 'failed' | 'given back' | 'unable' | 'lost'; readonly job: string; readonly reason: string }
  | { readonly type: 'problem'; readonly reason: string };

/** Holds a job that a worker has taken, and the right to train it. */
export interface JobInHand {
  /** The number of the job. */
  readonly id: string;
  /** Not checked. */
  readonly job: Job<unknown>;
  /** Of the lease. */
  readonly token: string;
  readonly lease: Lease;
}

/** Tells what a worker trains its jobs with. */
export interface JobSetting {
  readonly redis: Redis;
  readonly kind: FleetKind;
  readonly train: Train;
  /** Why runs of a task cannot be trained here; null where they can. */
  readonly unable: (task: string) => Promise<string | null>;
  /** Aborted where what trains is to go to other workers. */
  readonly letGo: AbortSignal;
  readonly patience: Patience;
  /** How many milliseconds the clock of Redis is ahead of ours. */
  readonly aheadMs: () => number;
  readonly onEvent: (event: WorkerEvent) => void;
}

/** Until a job that was given back as beyond this worker is offered again. */
const unableMs = 500;
const givingBackMs = 5_000;

/** Reads the runs that a job asks for. Throws what makes the job fail for good where it is none of ours. */
export function packOf({ id, data }: Job<unknown>, kind: FleetKind): readonly RunSpec[] {
  try {
    const pack = parseJob(data, kind);
    // Results go by this number, so it must be that of these runs.
    if (id !== jobIdOf(studyOfJob(id ?? ''), pack))
      throw new Error('job: expected the number of its runs, got another');
    return pack;
  } catch (error) {
    throw new UnrecoverableError(plainLine(messageOf(error)));
  }
}

/**
 * Trains the runs and leaves their result in Redis, as soon as that takes it; gives how many were trained. Throws, for
 * BullMQ, where there is none: then the job has gone to others, or fails and is tried again.
 */
export async function trainJob(inHand: JobInHand, pack: readonly RunSpec[], setting: JobSetting): Promise<number> {
  const { id, lease } = inHand;
  const { kind, redis, patience, onEvent, letGo } = setting;
  const { signal } = lease;
  const key = resultKey(queueName(kind), id);
  // Left by a worker that trained this to its end while Redis took nothing, and lost its lease over it.
  if (await patience.during(() => redis.exists(key), letGo)) return 0;
  const reason = await setting.unable(pack[0]!.task);
  if (reason !== null) return refuse(inHand, reason, setting);
  onEvent({ type: 'taken', job: id, pack });
  try {
    const result = await resultOf(inHand, pack, setting);
    const isOurs = await patience.during(lease.renew);
    // Nobody else is to have the job now, and nobody gets it before its result stands there. Where somebody else has it
    // all the same, the result may still spare him the work.
    const text = resultText(result);
    await patience.during(() =>
      isOurs ? redis.set(key, text, 'EX', keptForSeconds) : redis.set(key, text, 'EX', keptForSeconds, 'NX'),
    );
    if (!isOurs) throw leaseLost();
    if (result.type === 'runs') onEvent({ type: 'done', job: id, runs: result.runs });
    return pack.length;
  } catch (error) {
    if (letGo.aborted && !signal.aborted) return giveBack(inHand, 'this worker was asked to stop', onEvent);
    const cause = signal.aborted ? leaseLost() : error;
    const isLost = signal.aborted || cause instanceof LeaseLost;
    onEvent({ type: isLost ? 'lost' : 'failed', job: id, reason: messageOf(cause) });
    throw cause;
  }
}

/** Puts the job to the front of the queue; that it was begun is no failure. */
export async function giveBack(
  { id, job, token, lease }: JobInHand,
  reason: string,
  onEvent: JobSetting['onEvent'],
): Promise<never> {
  onEvent({ type: 'given back', job: id, reason });
  lease.release();
  await within(givingBackMs, job.moveToWait(token));
  throw new WaitingError();
}

async function refuse(
  { id, job, token, lease }: JobInHand,
  reason: string,
  { patience, onEvent }: JobSetting,
): Promise<never> {
  onEvent({ type: 'unable', job: id, reason });
  await patience.during(async () => {
    await job.updateProgress({ type: 'unable', reason } satisfies ProgressMessage);
    await job.moveToDelayed(clock.timeOfDay().getTime() + unableMs, token);
  });
  lease.release();
  throw new DelayedError();
}

/** Has BullMQ wait for a Redis that does not take it that the job is over; else it would call the job a failed one. */
export function endPatiently({ job, lease }: JobInHand, patience: Patience): void {
  const [complete, fail] = [job.moveToCompleted.bind(job), job.moveToFailed.bind(job)];
  job.moveToCompleted = (...words) => patience.during(() => complete(...words)).finally(lease.release);
  job.moveToFailed = (...words) => patience.during(() => fail(...words)).finally(lease.release);
}

class LeaseLost extends Error {}

const leaseLost = () => new LeaseLost('this worker was silent for too long, and its runs have gone to others');

/** Also that a pack needs more memory than there is: then it is for the search to ask for less at a time. */
async function resultOf({ job, lease }: JobInHand, pack: readonly RunSpec[], setting: JobSetting): Promise<Result> {
  const sheets = pack.map((): Uint8Array | null => null);
  // A curve is whole in the result; what is lost of it on the way is only not seen early.
  const tell = (message: ProgressMessage) => void job.updateProgress(message).catch(() => undefined);
  try {
    const runs = await setting.train(pack, {
      signal: AbortSignal.any([lease.signal, setting.letGo]),
      onEpoch: (place, epoch) => tell({ type: 'epoch', place, epoch }),
      onSheet: (place, png) => void (sheets[place] = png),
    });
    // The machines of a fleet go by the clock of Redis.
    return { type: 'runs', runs: runs.map((run) => byClock(run, setting.aheadMs())), sheets };
  } catch (error) {
    const wasStopped = lease.signal.aborted || setting.letGo.aborted;
    if (!(error instanceof OutOfMemory) || pack.length === 1 || wasStopped) throw error;
    return { type: 'out of memory', reason: error.message };
  }
}
