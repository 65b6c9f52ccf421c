/**
 * The search's side of a fleet: it puts packs into the queue and waits for what comes of them. It hears of a job as soon
 * as Redis tells; what it has not heard, because either was away, it asks for.
 */
import { randomBytes } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import { clock } from '../../base/clock.js';
import { exitCodes, messageOf, OutOfMemory, Refusal } from '../../base/errors.js';
import type { Run } from '../../run/run.js';
import type { RunSpec } from '../../run/spec.js';
import type { Train, Turn } from '../../search/search.js';
import type { RedisAddress } from './address.js';
import { connect } from './connection.js';
import { listenToJobs, type JobListener } from './events.js';
import { gateOf } from './gate.js';
import { openJobs, type Jobs } from './jobs.js';
import { keeperOf, type JobKeeper } from './keeper.js';
import { byClock, parseResult, plainLine } from './messages.js';
import { jobIdOf, queueName, type FleetKind } from './names.js';
import { openAll, type Cleanup } from './opening.js';
import { patienceOf, type Patience } from './patience.js';
import { announce } from './presence.js';
import { noteHands, progressHearer, type HeardPack } from './progress.js';
import { refuseForeignKeys } from './rehearsal.js';
import { callTheRoll } from './roll-call.js';
import { everySoOften, within } from './rounds.js';
import { watchTraining } from './training-time.js';

/** Tells which fleet trains for which study. */
export interface DispatcherOptions {
  readonly address: RedisAddress;
  readonly kind: FleetKind;
  /** Names the study among those on this Redis, for every search that goes on with it. */
  readonly study: string;
  readonly say: (text: string) => void;
  /** How long nothing is heard of a job until it is asked for; shorter in tests. */
  readonly patienceMs?: number;
  /** See `PatienceOptions`. */
  readonly calmAfterMs?: number | undefined;
}

/** Has a fleet train for a search. */
export interface Dispatcher {
  readonly train: Train;
  /** For the search: as many packs are in Redis at a time as keep the workers busy. */
  readonly turn: Turn;
  /** The run is safe elsewhere: its job and its result may go. */
  recorded(run: Run): void;
  /** Milliseconds in which, as far as is known, a worker had one of our packs in hand. */
  trainedMs(): number;
  close(): Promise<void>;
}

/** Bounds the packs in Redis at a time, however many workers there are. */
export const mostInFlight = 1024;
const fewestInFlight = 16;
/** In flight for each training that workers do at a time, so that none waits for the search. */
const inFlightPerSlot = 4;
/** A job whose result is gone is begun anew this often. */
const mostLost = 3;
const closingMs = 5_000;

interface InFlight extends HeardPack {
  readonly id: string;
  readonly onSheet: (place: number, png: Uint8Array) => void;
  readonly resolve: (runs: readonly Run[]) => void;
  readonly reject: (error: Error) => void;
  /** Being looked after. */
  busy: boolean;
  lost: number;
}

interface Desk {
  readonly study: string;
  readonly shown: string;
  readonly jobs: Jobs;
  readonly inFlight: Map<string, InFlight>;
  readonly kept: JobKeeper;
  readonly patience: Patience;
  /** How many milliseconds the clock of Redis is ahead of ours. */
  readonly aheadMs: () => number;
  /** To be called when a pack comes into the hands of a worker, or out of them. */
  readonly onHands: () => void;
  readonly say: (text: string) => void;
}

/**
 * Connects a search with the workers of a fleet. Throws a UserError where Redis is away, refuses us or cannot carry a
 * fleet; then nothing is left open.
 */
export function openDispatcher(options: DispatcherOptions): Promise<Dispatcher> {
  return openAll((opening) => open(options, opening), options.address);
}

async function open(options: DispatcherOptions, { closeWith }: Cleanup) {
  const { address, kind, study, say, patienceMs = 5_000, calmAfterMs } = options;
  const { shown } = address;
  const inFlight = new Map<string, InFlight>();
  const training = watchTraining(inFlight);
  const onChange = () => training.update({ isCalm: patience.isCalm() });
  const patience = patienceOf({ shown, say, onChange, calmAfterMs });
  closeWith(patience.end);
  const redis = await connect(address, {
    say,
    onRefused: patience.told,
    onAway: (isAway) => training.update({ isAway }),
  });
  closeWith(() => redis.disconnect());
  await refuseForeignKeys(redis, queueName(kind), address);
  const jobs = await openJobs({ redis, kind, study, patience });
  closeWith(jobs.close);
  const me = { role: 'search' as const, id: randomBytes(8).toString('hex'), slots: 0, ...kind };
  const presence = await announce(redis, me, patience);
  closeWith(presence.close);
  const kept = keeperOf(jobs);
  const { aheadMs } = presence;
  const desk: Desk = { study, shown, jobs, inFlight, kept, patience, aheadMs, onHands: training.update, say };
  const events = await listenToJobs(redis, queueName(kind), listenerOf(desk), patience);
  const gate = gateOf(fewestInFlight, mostInFlight);
  const onSlots = (slots: number) => {
    gate.widen(inFlightPerSlot * slots);
    training.update({ slots });
  };
  const roll = callTheRoll({ presence, kind, shown, role: 'worker', say, onSlots, isCalm: patience.isCalm });
  const rounds = everySoOften(patienceMs / 2, () => askForSilent(patienceMs, desk).catch(patience.told));
  let stopped = false;
  return {
    turn: gate,
    async train(pack, { signal, ...listener }) {
      const stop = () => (stopped = true);
      // All packs in flight listen to the one signal of the search.
      setMaxListeners(0, signal);
      signal.addEventListener('abort', stop);
      try {
        return await dispatch(pack, signal, listener, desk);
      } finally {
        signal.removeEventListener('abort', stop);
      }
    },
    recorded: kept.recorded,
    trainedMs: training.elapsedMs,
    async close() {
      rounds.stop();
      roll.stop();
      // What a search that was killed had recorded, but not taken away.
      if (!stopped) for (const id of jobs.leftovers()) kept.also(jobs.remove(id));
      await within(closingMs, Promise.all([kept.done(), presence.close()]));
      patience.end();
      await within(closingMs, Promise.all([events.close(), jobs.close()]));
      redis.disconnect();
    },
  } satisfies Dispatcher;
}

type PackListener = Pick<InFlight, 'onEpoch' | 'onSheet'>;

/** Puts a pack into the queue and waits for its end; an aborted signal takes it out, unless a worker has begun it. */
async function dispatch(pack: readonly RunSpec[], signal: AbortSignal, listener: PackListener, desk: Desk) {
  const { jobs, inFlight, kept } = desk;
  const id = jobIdOf(desk.study, pack);
  const withdraw = () => {
    const job = inFlight.get(id);
    if (inFlight.delete(id)) kept.also(jobs.withdraw(id));
    job?.reject(new Error('stopped'));
  };
  try {
    return await new Promise<readonly Run[]>((resolve, reject) => {
      const epochs = pack.map(() => 0);
      const state = { epochs, inHandSinceMs: null, heardAtMs: clock.monotonicMs(), busy: false, lost: 0 };
      inFlight.set(id, { id, pack, ...listener, resolve, reject, ...state });
      signal.addEventListener('abort', withdraw);
      jobs.add(id, pack, signal).then((wasThere) => {
        if (signal.aborted) kept.also(jobs.withdraw(id));
        else if (wasThere) void settle(id, desk);
      }, reject);
    });
  } finally {
    signal.removeEventListener('abort', withdraw);
    inFlight.delete(id);
    desk.onHands();
  }
}

async function askForSilent(patienceMs: number, desk: Desk): Promise<void> {
  const now = clock.monotonicMs();
  const silent = [...desk.inFlight.values()].filter(({ heardAtMs }) => now - heardAtMs >= patienceMs);
  if (silent.length === 0) return;
  const ids = silent.map((job) => job.id);
  for (const id of await desk.jobs.noLongerWaiting(ids)) await settle(id, desk);
  await desk.jobs.wake(ids);
}

/** Looks what has become of a job, unless that is told, and tells who waits for it where it is over. */
async function settle(id: string, desk: Desk, told?: 'completed' | 'failed'): Promise<void> {
  const { jobs, inFlight, kept, patience } = desk;
  const job = inFlight.get(id);
  if (job === undefined || job.busy) return;
  job.busy = true;
  job.heardAtMs = clock.monotonicMs();
  try {
    // One that is there counts, whatever has become of the job: BullMQ forgets jobs by the clocks of the workers.
    const early = await jobs.result(id);
    const state = early === null ? (told ?? (await jobs.state(id))) : 'completed';
    if (told === undefined) noteHands(job, state === 'active');
    const result = early ?? (state === 'completed' ? await jobs.result(id) : null);
    const failure = result === null && state === 'failed' ? await jobs.failure(id) : null;
    const isLost = result === null && (state === 'unknown' || state === 'completed');
    if (isLost && job.lost < mostLost && inFlight.has(id)) {
      job.lost += 1;
      await jobs.remove(id);
      await jobs.add(id, job.pack);
    } else if ((isLost || result !== null || failure !== null) && inFlight.delete(id)) {
      kept.keep(id, job.pack);
      if (result !== null) deliver(job, result, desk);
      else job.reject(failure === null ? lostAgain(desk) : new Error(plainLine(failure)));
    }
  } catch (error) {
    // It is asked for again.
    patience.told(error);
  } finally {
    job.busy = false;
    desk.onHands();
  }
}

function lostAgain({ shown }: Desk): Refusal {
  return new Refusal(
    `${shown}: expected a Redis that keeps what it is given, got one that has lost a job ${mostLost + 1} times; ` +
      'set its maxmemory-policy to noeviction, then run the same command again',
    exitCodes.stoppedResumable,
  );
}

function deliver(job: InFlight, text: string, { jobs, kept, aheadMs }: Desk): void {
  try {
    const elapsedMs = job.inHandSinceMs === null ? 0 : clock.monotonicMs() - job.inHandSinceMs;
    const result = parseResult(text, job.pack, elapsedMs);
    if (result.type === 'out of memory') {
      // Its halves are other jobs.
      if (job.pack.length > 1) kept.also(jobs.remove(job.id));
      return job.reject(new OutOfMemory(result.reason));
    }
    for (const [place, png] of result.sheets.entries()) if (png !== null) job.onSheet(place, png);
    job.resolve(result.runs.map((run) => byClock(run, -aheadMs())));
  } catch (error) {
    job.reject(new Error(`a worker's answer cannot be used: ${messageOf(error)}`));
  }
}

function listenerOf(desk: Desk): JobListener {
  const { inFlight, onHands } = desk;
  return {
    onOver: (id, state) => void settle(id, desk, state),
    onHands(id, inHand) {
      const job = inFlight.get(id);
      if (job === undefined) return;
      noteHands(job, inHand);
      onHands();
    },
    onProgress: progressHearer(desk),
  };
}
