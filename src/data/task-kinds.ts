/** The table of kinds of tasks: how images become pairs. Source of the kinds: arXiv 2510.01796. */
import type { Dimensions } from '../arch/arch.js';
import { UserError } from '../base/errors.js';
import { valuesPerImage, type ImageShape } from './images.js';
import { noisyInput, prototypeTarget, reducedInput, type MakePairs } from './pairs.js';
import { taskSettingOf, type TaskName, type TaskSetting } from './task-name.js';

/** Describes a kind of task: its settings, and the pairs it makes of images. */
export interface TaskKind {
  /** The settings that it takes. */
  readonly settings: readonly TaskSetting[];
  /** True where an image, flipped or not, gives the same training input in every epoch: no noise. */
  readonly inputsRepeat: boolean;
  /** The target is the image of a class, so that labels matter. */
  readonly needsPrototypes: boolean;
  /** Throws a UserError where the settings do not fit the images. */
  pairsOf(shape: ImageShape, name: TaskName): { readonly dimensions: Dimensions; readonly makePairs: MakePairs };
}

/** Lists the kinds of tasks by name. */
export const taskKinds = {
  denoising: {
    settings: ['noise-level'],
    inputsRepeat: false,
    needsPrototypes: false,
    pairsOf: (shape, name) => ({
      dimensions: sameSize(shape),
      makePairs: noisyInput(Number(taskSettingOf(name, 'noise-level'))),
    }),
  },
  'super-resolution': {
    settings: ['scale'],
    inputsRepeat: true,
    needsPrototypes: false,
    pairsOf(shape, name) {
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
    settings: [],
    inputsRepeat: true,
    needsPrototypes: true,
    pairsOf: (shape) => ({ dimensions: sameSize(shape), makePairs: prototypeTarget }),
  },
} as const satisfies Record<string, TaskKind>;

/** Names a kind of task. */
export type TaskKindName = keyof typeof taskKinds;

/** Says whether a kind of task has this name. */
export function isTaskKind(kind: string): kind is TaskKindName {
  return Object.hasOwn(taskKinds, kind);
}

function sameSize(shape: ImageShape): Dimensions {
  return { input: valuesPerImage(shape), output: valuesPerImage(shape) };
}
