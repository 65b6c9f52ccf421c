/** How far a training is. */
import { clock } from '../base/clock.js';
import { keyOf } from '../run/key.js';
import type { EpochRecord, Span, Timing } from '../run/run.js';
import type { RunSpec } from '../run/spec.js';
import type { Member } from './packed-steps.js';
import type { Learnt } from './state-arrays.js';

/** Is a run of the pack on its way. */
export interface Course extends Member {
  readonly curve: EpochRecord[];
  /** Why it has diverged; null as long as its losses are finite. */
  diverged: string | null;
  /**
   * Whether it has come to its end and others of the pack go on: its network is trained beside theirs, and what comes of
   * that counts for nothing.
   */
  isSetAside: boolean;
  /** What its network had learnt by its best epoch; null without patience, and before the first epoch. */
  best: Learnt | null;
  /** Of the running epoch: each step's loss times its images. */
  lossSum: number;
}

/** Tells how far the runs of a pack are, and how long that took. */
export interface PackProgress {
  readonly pack: readonly Course[];
  /** Epochs that are done, their validation included. */
  epoch: number;
  /** Steps that are done of the epoch after them. */
  step: number;
  /** When the first part of the training began. */
  startedAt: Date;
  /** How long the parts before this one took. */
  earlierMs: number;
  /** When this part began, in milliseconds of `clock.monotonicMs`. */
  readonly partStartedMs: number;
  /** The same on the clock of the study; null where there is none. */
  readonly studyStartedMs: number | null;
  /** The parts before this one on the clock of the study. */
  earlierSpans: readonly Span[];
  /** Images of all members that were trained on, and how long their steps took. */
  images: number;
  trainingMs: number;
}

/**
 * Begins a pack of runs, none of which has been trained.
 * @param studyStartedMs when they begin on the clock of their study; null where there is none
 */
export function beginning(specs: readonly RunSpec[], studyStartedMs: number | null = null): PackProgress {
  const atStart = { diverged: null, isSetAside: false, best: null, lossSum: 0 };
  const pack = specs.map((spec): Course => ({ spec, key: keyOf(spec), curve: [], ...atStart }));
  const counts = { epoch: 0, step: 0, earlierMs: 0, earlierSpans: [], images: 0, trainingMs: 0 };
  return { pack, ...counts, startedAt: clock.timeOfDay(), partStartedMs: clock.monotonicMs(), studyStartedMs };
}

/** Tells whether a run goes on, as it has neither diverged nor been set aside at its end. */
export function isGoing({ diverged, isSetAside }: Course): boolean {
  return diverged === null && !isSetAside;
}

/** Tells whether a run has not diverged, be it under way or at its end. */
export function isSound({ diverged }: Course): boolean {
  return diverged === null;
}

/** Says how long all parts of the training have taken, in milliseconds. */
export function elapsedMs({ earlierMs, partStartedMs }: PackProgress): number {
  return earlierMs + clock.monotonicMs() - partStartedMs;
}

/** Gives all parts of the training on the clock of its study, in a record for it; none where there is no such clock. */
export function spansOf({ partStartedMs, studyStartedMs, earlierSpans }: PackProgress): Pick<Timing, 'spans'> {
  if (studyStartedMs === null) return {};
  const partMs = clock.monotonicMs() - partStartedMs;
  return { spans: [...earlierSpans, [studyStartedMs, Math.round(studyStartedMs + partMs)]] };
}

/** Gives the timing of one run: its share of the pack's. */
export function timingOf(progress: PackProgress): Timing {
  const { pack, startedAt, images, trainingMs } = progress;
  return {
    startedAt: startedAt.toISOString(),
    durationMs: Math.round(elapsedMs(progress) / pack.length),
    imagesPerSecond: images === 0 ? null : Math.round((1000 * images) / trainingMs),
    ...spansOf(progress),
  };
}
