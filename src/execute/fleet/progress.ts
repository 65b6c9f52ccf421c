/** What a search hears of its packs while workers have them in hand. */
import { clock } from '../../base/clock.js';
import type { EpochRecord } from '../../run/run.js';
import type { RunSpec } from '../../run/spec.js';
import type { JobListener } from './events.js';
import { parseProgress } from './messages.js';

/** Holds a pack, and what has been heard of it. */
export interface HeardPack {
  readonly pack: readonly RunSpec[];
  readonly onEpoch: (place: number, epoch: EpochRecord) => void;
  /** The last epoch of each run: a job that was begun anew says its first ones again. */
  readonly epochs: number[];
  /** Since when a worker has it in hand, in milliseconds of `clock.monotonicMs`; null where none has. */
  inHandSinceMs: number | null;
  /** In milliseconds of `clock.monotonicMs`. */
  heardAtMs: number;
}

/** Says who hears of packs, by the number of their job. */
export interface ProgressSetting {
  readonly inFlight: ReadonlyMap<string, HeardPack>;
  /** Called when a pack comes into the hands of a worker. */
  readonly onHands: () => void;
  readonly say: (text: string) => void;
}

/** The most reasons that are said, as a worker could give another one each time. */
const mostReasons = 20;

/**
 * Takes what workers say on the way. Each epoch of a run is handed on once, however often it is told, and each reason for
 * which packs are given back is said once; what is no progress of a pack in flight is ignored.
 */
export function progressHearer({ inFlight, onHands, say }: ProgressSetting): JobListener['onProgress'] {
  const told = new Set<string>();
  return (id, data) => {
    const job = inFlight.get(id);
    const progress = job === undefined ? null : parseProgress(data, job.pack);
    if (job === undefined || progress === null) return;
    job.heardAtMs = clock.monotonicMs();
    if (progress.type === 'epoch') {
      noteHands(job, true);
      onHands();
      const { place, epoch } = progress;
      if (epoch.epoch <= job.epochs[place]!) return;
      job.epochs[place] = epoch.epoch;
      job.onEpoch(place, epoch);
    } else if (!told.has(progress.reason) && told.size < mostReasons) {
      told.add(progress.reason);
      say(`a worker gives runs back: ${progress.reason}`);
    }
  };
}

/** Notes whether a worker has a pack in hand, and since when. */
export function noteHands(job: Pick<HeardPack, 'inHandSinceMs'>, inHand: boolean): void {
  job.inHandSinceMs = inHand ? (job.inHandSinceMs ?? clock.monotonicMs()) : null;
}
