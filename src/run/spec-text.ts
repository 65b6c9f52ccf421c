/** A run in the words that its reader knows it by. */
import { archName, shapeOf } from '../arch/arch.js';
import type { RunSpec } from './spec.js';

/** Writes a run as `hourglass 785-115-4, lr 0.001, replicate 0`. */
export function specText({ arch, recipe }: RunSpec): string {
  return `${shapeOf(arch)} ${archName(arch)}, lr ${recipe.learningRate}, replicate ${recipe.replicate}`;
}
