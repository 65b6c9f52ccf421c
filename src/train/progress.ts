/** How far a training is. */
import { keyOf } from '../run/key.js';
import type { EpochRecord, RunSpec, Timing } from '../run/run.js';
import type { Member } from './packed-steps.js';

/** A run of the pack on its way. */
export interface Course extends Member {
  readonly curve: EpochRecord[];
  /** Why it has diverged; null as long as its losses are finite. */
  diverged: string | null;
  /** Of the running epoch: each step's loss times its images. */
  lossSum: number;
}

export interface Progress {
  readonly pack: readonly Course[];
  /** Epochs that are done, their validation included. */
  epoch: number;
  /** Steps that are done of the epoch after them. */
  step: number;
  /** When the first part of the training began. */
  startedAt: Date;
  /** How long the parts before this one took. */
  earlierMs: number;
  /** When this part began, in milliseconds of `Date.now`. */
  readonly partStartedMs: number;
  /** Images of all members that were trained on, and how long their steps took. */
  images: number;
  trainingMs: number;
}

/** Of runs that have not begun. */
export function beginning(specs: readonly RunSpec[]): Progress {
  const startedAt = new Date();
  const pack = specs.map((spec): Course => ({ spec, key: keyOf(spec), curve: [], diverged: null, lossSum: 0 }));
  const counts = { epoch: 0, step: 0, earlierMs: 0, images: 0, trainingMs: 0 };
  return { pack, ...counts, startedAt, partStartedMs: startedAt.getTime() };
}

export function isGoing({ diverged }: Course): boolean {
  return diverged === null;
}

/** How long all parts of the training have taken. */
export function elapsedMs({ earlierMs, partStartedMs }: Progress): number {
  return earlierMs + Date.now() - partStartedMs;
}

/** Of one run: its share of the pack's. */
export function timingOf(progress: Progress): Timing {
  const { pack, startedAt, images, trainingMs } = progress;
  return {
    startedAt: startedAt.toISOString(),
    durationMs: Math.round(elapsedMs(progress) / pack.length),
    imagesPerSecond: images === 0 ? null : Math.round((1000 * images) / trainingMs),
  };
}
