/** What is told of a study beside its frontier: how far it has come, and how its effort was spent. */
import type { Arch } from '../arch/arch.js';
import { distinctSeries, isSameSeries, seriesAmong } from '../arch/series.js';
import { counted, formatExactCount } from '../base/numbers.js';
import type { Measurement } from '../run/metrics.js';
import { networkText } from './numbers.js';
import { measuredText } from './scores.js';

/** Tells in sentences how a study stands. */
export interface StudyNotes {
  /** How far the study is, a sentence each; none where it is whole. */
  readonly progress: readonly string[];
  /** How the effort was spent, a sentence each. */
  readonly effort: readonly string[];
  /** What unfinished trainings have come to: shown where none has finished. */
  readonly unfinished: readonly UnfinishedTraining[];
}

/** Stands for a study of which nothing is to be told. */
export const noNotes: StudyNotes = { progress: [], effort: [], unfinished: [] };

/** Is a training at the end of the last epoch that is known of it. */
export interface UnfinishedTraining {
  readonly arch: Arch;
  readonly learningRate: number;
  /** 1-based. */
  readonly epoch: number;
  /** Those of its recipe. */
  readonly epochs: number;
  readonly validation: Measurement;
}

/** Counts the runs of a study by state. */
export interface StudyProgress {
  /** Null where no plan says it. */
  readonly planned: number | null;
  /** Whether it may end with fewer. */
  readonly isBound: boolean;
  readonly finished: number;
  readonly diverged: number;
  readonly failed: number;
  /** Stopped before their end by a strategy, for now or for good. */
  readonly stopped: number;
  /** Not recorded yet, but with a checkpoint: in training, or cut off in it. */
  readonly inTraining: number;
  /** Of those that are stopped or in training, the best of each network on validation; by series, the best first. */
  readonly unfinished: readonly UnfinishedTraining[];
}

/** Puts the progress of a study into sentences. */
export function progressNotes(progress: StudyProgress): string[] {
  const { planned, isBound, finished, diverged, failed, stopped, inTraining, unfinished } = progress;
  const ended = finished + diverged + failed;
  const ofAll =
    planned === null ? counted(ended, 'run') : `${formatExactCount(ended)} of ${plannedText(planned, isBound)}`;
  const states = [
    ...(ended > finished ? [`${formatExactCount(finished)} finished`] : []),
    ...(diverged > 0 ? [`${formatExactCount(diverged)} diverged`] : []),
    ...(failed > 0 ? [`${formatExactCount(failed)} failed`] : []),
  ];
  const others = [
    ...(stopped > 0 ? [`${formatExactCount(stopped)} stopped`] : []),
    ...(inTraining > 0 ? [`${formatExactCount(inTraining)} in training, by the checkpoints`] : []),
  ];
  const inBrackets = states.length === 0 ? '' : ` (${states.join(', ')})`;
  const sentence = `So far ${ofAll} ended${inBrackets}${others.map((text) => `; ${text}`).join('')}.`;
  return finished > 0 ? [sentence] : [sentence, noneFinishedText(unfinished)];
}

function plannedText(planned: number, isBound: boolean): string {
  return `${isBound ? 'at most ' : ''}${counted(planned, 'run')}`;
}

/** `No run has finished. The best so far, on validation: hourglass 12-4-1 at 0.001 with 20.500 dB after epoch 2 of 3.` */
function noneFinishedText(unfinished: readonly UnfinishedTraining[]): string {
  const seriesOf = seriesAmong(unfinished.map(({ arch }) => arch));
  const best = distinctSeries(unfinished.map(({ arch }) => seriesOf(arch))).flatMap((series) => {
    return unfinished.find(({ arch }) => isSameSeries(seriesOf(arch), series)) ?? [];
  });
  if (best.length === 0) return 'No run has finished.';
  const texts = best.map(
    ({ arch, learningRate, epoch, epochs, validation }) =>
      `${lowerFirst(networkText(seriesOf(arch), arch))} at ${learningRate} with ${measuredText(validation)} ` +
      `after epoch ${epoch} of ${epochs}`,
  );
  return `No run has finished. The best so far, on validation: ${texts.join('; ')}.`;
}

function lowerFirst(text: string): string {
  return `${text.charAt(0).toLowerCase()}${text.slice(1)}`;
}
