/**
 * The table of kinds of tasks: what each makes of a data set. Those of pictures whose targets are pictures are of
 * arXiv 2510.01796; the others are the usual ones of classes and tables.
 */
import type { Dimensions } from '../arch/arch.js';
import type { LossKind } from '../arch/loss.js';
import { UserError } from '../base/errors.js';
import { pictureMetrics, type TaskMetrics } from '../run/metrics.js';
import { valuesPerImage, type ImageShape } from './images.js';
import { noisyInput, oneHotTarget, prototypeTarget, reducedInput, type MakePairs } from './pairs.js';
import type { PicturePairs } from './picture-pairs.js';
import type { TargetKind } from './table/request.js';
import { taskSettingOf, type TaskName, type TaskSetting } from './task-name.js';

/** Describes a kind of task on pictures: its settings, and the pairs it makes of them. */
export interface PictureKind {
  /** The settings that it takes. */
  readonly settings: readonly TaskSetting[];
  /** True where an image, flipped or not, gives the same training input in every epoch: no noise. */
  readonly inputsRepeat: boolean;
  /** What of their classes matters: the picture that stands for each, or their labels. */
  readonly needs: PicturePairs['needs'];
  /** Whether targets and outputs are pictures. */
  readonly showsPictures: boolean;
  /** What it is measured by; the first decides. */
  metricsFor(classes: number): TaskMetrics;
  /** Throws a UserError where the settings do not fit the images. */
  pairsOf(
    pictures: { readonly shape: ImageShape; readonly classes: number },
    name: TaskName,
  ): { readonly dimensions: Dimensions; readonly makePairs: MakePairs };
}

/** With so few classes the right one is nearly always among five. */
const manyClasses = 6;

const ofPictures = { needs: null, showsPictures: true, metricsFor: () => pictureMetrics } as const;

/** Lists the kinds of tasks on pictures by name. */
export const pictureKinds = {
  denoising: {
    ...ofPictures,
    settings: ['noise-level'],
    inputsRepeat: false,
    pairsOf: ({ shape }, name) => ({
      dimensions: sameSize(shape),
      makePairs: noisyInput(Number(taskSettingOf(name, 'noise-level'))),
    }),
  },
  'super-resolution': {
    ...ofPictures,
    settings: ['scale'],
    inputsRepeat: true,
    pairsOf({ shape }, name) {
      const scale = Number(taskSettingOf(name, 'scale'));
      if (shape.height % scale !== 0 || shape.width % scale !== 0) {
        throw new UserError(
          `scale: expected a whole number that divides the height and the width of ${name.dataset}, ` +
            `${shape.height} and ${shape.width}, got ${scale}`,
        );
      }
      const output = valuesPerImage(shape);
      return { dimensions: { input: output / scale ** 2, output }, makePairs: reducedInput(scale) };
    },
  },
  'generative-classification': {
    ...ofPictures,
    settings: [],
    inputsRepeat: true,
    needs: 'prototypes',
    pairsOf: ({ shape }) => ({ dimensions: sameSize(shape), makePairs: prototypeTarget }),
  },
  classification: {
    settings: [],
    inputsRepeat: true,
    needs: 'labels',
    showsPictures: false,
    metricsFor: (classes) => [
      ...(['accuracy', 'logLoss'] as const),
      ...(classes < manyClasses ? [] : (['top5Accuracy'] as const)),
    ],
    pairsOf: ({ shape, classes }) => ({
      dimensions: { input: valuesPerImage(shape), output: classes, loss: 'softmaxCrossEntropy' },
      makePairs: oneHotTarget(classes),
    }),
  },
} as const satisfies Record<string, PictureKind>;

/** Names a kind of task on pictures. */
export type PictureKindName = keyof typeof pictureKinds;

/** Says whether a kind of task on pictures has this name. */
export function isPictureKind(kind: string): kind is PictureKindName {
  return Object.hasOwn(pictureKinds, kind);
}

/** Describes a kind of task on rows of a table. */
export interface TableKind {
  readonly loss: LossKind;
  /** What it is measured by; the first decides. */
  readonly metrics: TaskMetrics;
}

/** Lists the kinds of tasks on tables by name: one for each kind of target. */
export const tableKinds = {
  regression: { loss: 'squaredError', metrics: ['rmse', 'mae', 'r2'] },
  classification: { loss: 'softmaxCrossEntropy', metrics: ['accuracy', 'logLoss', 'auc'] },
  'multi-label': { loss: 'binaryCrossEntropy', metrics: ['meanAuc', 'logLoss'] },
} as const satisfies Record<TargetKind, TableKind>;

/** Says whether a kind of task on tables has this name. */
export function isTableKind(kind: string): kind is TargetKind {
  return Object.hasOwn(tableKinds, kind);
}

function sameSize(shape: ImageShape): Dimensions {
  return { input: valuesPerImage(shape), output: valuesPerImage(shape) };
}
