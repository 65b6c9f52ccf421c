/**
 * The search's side of a fleet: it puts packs into the queue and waits for what comes of them. It hears of a job as soon
 * as Redis tells; what it has not heard, because either was away, it asks for.
 */
import { randomBytes } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import { messageOf, OutOfMemory } from '../../base/errors.js';
import type { EpochRecord, Run, RunSpec } from '../../run/run.js';
import type { Train, Turn } from '../../search/search.js';
import type { RedisAddress } from './address.js';
import { connect } from './connection.js';
import { listenToJobs } from './events.js';
import { gateOf } from './gate.js';
import { openJobs, type Jobs } from './jobs.js';
import { keeperOf, type Keeper } from './keeper.js';
import { parseProgress, parseResult, plainLine } from './messages.js';
import { jobIdOf, queueName, type FleetKind } from './names.js';
import { announce } from './presence.js';
import { callTheRoll } from './roll-call.js';
import { everySoOften, within } from './rounds.js';

export interface DispatcherOptions {
  readonly address: RedisAddress;
  readonly kind: FleetKind;
  /** Names the study among those on this Redis, for every search that goes on with it. */
  readonly study: string;
  readonly say: (text: string) => void;
  /** How long nothing is heard of a job until it is asked for; shorter in tests. */
  readonly patienceMs?: number;
}

export interface Dispatcher {
  readonly train: Train;
  /** For the search: as many packs are in Redis at a time as keep the workers busy. */
  readonly turn: Turn;
  /** The run is safe elsewhere: its job and its result may go. */
  recorded(run: Run): void;
  close(): Promise<void>;
}

/** The most packs in Redis at a time, however many workers there are. */
export const mostInFlight = 1024;
const fewestInFlight = 16;
/** In flight for each training that workers do at a time, so that none waits for the search. */
const inFlightPerSlot = 4;
/** A job whose result is gone is begun anew this often. */
const mostLost = 3;
const closingMs = 5_000;

interface InFlight {
  readonly id: string;
  readonly pack: readonly RunSpec[];
  readonly onEpoch: (place: number, epoch: EpochRecord) => void;
  readonly onSheet: (place: number, png: Uint8Array) => void;
  readonly resolve: (runs: readonly Run[]) => void;
  readonly reject: (error: Error) => void;
  /** The last epoch of each run: a job that was begun anew says its first ones again. */
  readonly epochs: number[];
  heardAtMs: number;
  /** Being looked after. */
  busy: boolean;
  lost: number;
}

interface Desk {
  readonly study: string;
  readonly jobs: Jobs;
  readonly inFlight: Map<string, InFlight>;
  readonly kept: Keeper;
  readonly say: (text: string) => void;
}

/** Throws a UserError where Redis is away or refuses us. */
export async function openDispatcher(options: DispatcherOptions): Promise<Dispatcher> {
  const { address, kind, study, say, patienceMs = 5_000 } = options;
  const redis = await connect(address, say);
  const jobs = await openJobs(redis, kind, study);
  const desk: Desk = { study, jobs, inFlight: new Map(), kept: keeperOf(jobs), say };
  const gate = gateOf(fewestInFlight, mostInFlight);
  const events = await listenToJobs(address, queueName(kind), {
    onOver: (id) => void settle(id, desk),
    onProgress: progressHearer(desk),
  });
  const presence = await announce(redis, { role: 'search', id: randomBytes(8).toString('hex'), slots: 0, ...kind });
  const onSlots = (slots: number) => gate.widen(inFlightPerSlot * slots);
  const roll = callTheRoll({ presence, kind, shown: address.shown, role: 'worker', say, onSlots });
  const rounds = everySoOften(patienceMs / 2, () => askForSilent(patienceMs, desk));
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
    recorded: desk.kept.recorded,
    async close() {
      rounds.stop();
      roll.stop();
      // What a search that was killed had recorded, but not taken away.
      if (!stopped) for (const id of jobs.leftovers()) desk.kept.also(jobs.remove(id));
      await within(closingMs, Promise.all([desk.kept.done(), presence.close()]));
      await within(closingMs, Promise.all([events.close(), jobs.close()]));
      redis.disconnect();
    },
  };
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
      const state = { epochs: pack.map(() => 0), heardAtMs: Date.now(), busy: false, lost: 0 };
      inFlight.set(id, { id, pack, ...listener, resolve, reject, ...state });
      signal.addEventListener('abort', withdraw);
      jobs.add(id, pack).then((wasThere) => {
        if (signal.aborted) kept.also(jobs.withdraw(id));
        else if (wasThere) void settle(id, desk);
      }, reject);
    });
  } finally {
    signal.removeEventListener('abort', withdraw);
    inFlight.delete(id);
  }
}

async function askForSilent(patienceMs: number, desk: Desk): Promise<void> {
  const silent = [...desk.inFlight.values()].filter(({ heardAtMs }) => Date.now() - heardAtMs >= patienceMs);
  if (silent.length === 0) return;
  for (const id of await desk.jobs.noLongerWaiting(silent.map((job) => job.id))) await settle(id, desk);
}

/** Looks what has become of a job, and tells who waits for it where it is over. */
async function settle(id: string, { jobs, inFlight, kept }: Desk): Promise<void> {
  const job = inFlight.get(id);
  if (job === undefined || job.busy) return;
  job.busy = true;
  job.heardAtMs = Date.now();
  try {
    const state = await jobs.state(id);
    const text = state === 'completed' ? await jobs.result(id) : null;
    const failure = state === 'failed' ? await jobs.failure(id) : null;
    const isLost = state === 'unknown' || (state === 'completed' && text === null);
    if (isLost && job.lost < mostLost && inFlight.has(id)) {
      job.lost += 1;
      await jobs.remove(id);
      await jobs.add(id, job.pack);
    } else if ((isLost || text !== null || failure !== null) && inFlight.delete(id)) {
      kept.keep(id, job.pack);
      if (text !== null) deliver(job, text, { jobs, kept });
      else job.reject(new Error(failure === null ? 'Redis has lost its result again and again' : plainLine(failure)));
    }
  } catch {
    // It is asked for again.
  } finally {
    job.busy = false;
  }
}

function deliver(job: InFlight, text: string, { jobs, kept }: Pick<Desk, 'jobs' | 'kept'>): void {
  try {
    const result = parseResult(text, job.pack);
    if (result.type === 'out of memory') {
      // Its halves are other jobs.
      if (job.pack.length > 1) kept.also(jobs.remove(job.id));
      return job.reject(new OutOfMemory(result.reason));
    }
    for (const [place, png] of result.sheets.entries()) if (png !== null) job.onSheet(place, png);
    job.resolve(result.runs);
  } catch (error) {
    job.reject(new Error(`a worker's answer cannot be used: ${messageOf(error)}`));
  }
}

function progressHearer({ inFlight, say }: Desk): (id: string, data: unknown) => void {
  const told = new Set<string>();
  return (id, data) => {
    const job = inFlight.get(id);
    const progress = job === undefined ? null : parseProgress(data, job.pack);
    if (job === undefined || progress === null) return;
    job.heardAtMs = Date.now();
    if (progress.type === 'epoch') {
      const { place, epoch } = progress;
      if (epoch.epoch <= job.epochs[place]!) return;
      job.epochs[place] = epoch.epoch;
      job.onEpoch(place, epoch);
    } else if (!told.has(progress.reason) && told.size < 20) {
      told.add(progress.reason);
      say(`a worker gives runs back: ${progress.reason}`);
    }
  };
}
