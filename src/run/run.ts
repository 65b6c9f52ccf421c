/**
 * The Run: what was asked (its spec), and what came of it. Never changed once written.
 * Both halves of the house meet here: training makes Runs, frontiers and reports read them.
 */
import type { Measurement } from './metrics.js';
import type { RunSpec } from './spec.js';

/** Lists the sets of images that a network is measured on. */
export const evaluationSets = ['validation', 'test'] as const;
/** Names a set of images that a network is measured on. */
export type EvaluationSet = (typeof evaluationSets)[number];

/** Is one point of the learning curve. */
export interface EpochRecord {
  /** 1-based. */
  readonly epoch: number;
  readonly learningRate: number;
  /** Mean over the epoch's images of the loss during training. */
  readonly trainLoss: number;
  readonly validation: Measurement;
}

/** Says when a run was trained, and how long that took. */
export interface Timing {
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  readonly durationMs: number;
  /** Training images over training time alone; null where no step was timed. */
  readonly imagesPerSecond: number | null;
  /** Its parts, where a search trained it; absent in older records. */
  readonly spans?: readonly Span[];
}

/**
 * Says from when to when a part of a training took, in milliseconds of the clock of its study: that clock begins at 0,
 * stands still while no search trains, and is never set.
 */
export type Span = readonly [fromMs: number, toMs: number];

/** Says where a run comes from that was not trained here. */
export interface Imported {
  /** The name of the file. */
  readonly source: string;
  /** The one set on which PSNR is known: its number stands for both sets. Null where both were measured. */
  readonly onlySet: EvaluationSet | null;
}

interface Outcome {
  /** From `keyOf(spec)`. */
  readonly key: string;
  readonly spec: RunSpec;
  readonly curve: readonly EpochRecord[];
  /** Null where it is not known, as for an imported run. */
  readonly timing: Timing | null;
  /** Absent for a run that was trained here. */
  readonly imported?: Imported;
}

/** Is a run that was trained to its end and measured on both sets. */
export interface FinishedRun extends Outcome {
  readonly state: 'finished';
  /** At the last epoch; with patience, at the best one. */
  readonly validation: Measurement;
  readonly test: Measurement;
}

/**
 * Is a run that did not come to its end. `diverged`: the loss was not finite. `stopped`: a strategy saw no use in the
 * epochs after those of the curve; its checkpoint is kept, and it may go on. `failed`: the machine, not the network (a
 * crash, no memory).
 */
export interface UnfinishedRun extends Outcome {
  readonly state: 'diverged' | 'stopped' | 'failed';
  readonly reason: string;
}

/** Is one training of one network and what came of it; the log consists of these. */
export type Run = FinishedRun | UnfinishedRun;

/** Is a finished run without its course: of the curve the number of epochs alone. Every FinishedRun is one. */
export interface FinishedResult extends Omit<FinishedRun, 'curve' | 'timing' | 'imported'> {
  readonly curve: Pick<FinishedRun['curve'], 'length'>;
  readonly timing: Pick<Timing, 'startedAt' | 'durationMs'> | null;
  readonly imported?: Imported | undefined;
}

/**
 * Holds what came of a run: frontiers and their reports need no more, and of a long training it is a hundredth part.
 * How far an unfinished one came is told by its curve. Every Run is one.
 */
export type RunResult = FinishedResult | UnfinishedRun;

/** Says whether no further training could change the outcome of a run. */
export function isOver(run: RunResult | undefined): boolean {
  return run !== undefined && (run.state === 'finished' || run.state === 'diverged');
}

/** Asks for the part of a training that ends with an epoch, 1-based. */
export interface Part {
  readonly spec: RunSpec;
  readonly untilEpoch: number;
}

/** Says whether the run tells the outcome of the training up to this epoch, 1-based. */
export function holdsPart(run: Run | undefined, untilEpoch: number): boolean {
  return isOver(run) || (run !== undefined && run.state === 'stopped' && run.curve.length >= untilEpoch);
}
