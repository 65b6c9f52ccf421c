/**
 * The masks of dropout: drawn on the host from the seeds that come with a step, so that all engines drop the same numbers,
 * and a training that is repeated, or goes on where it was stopped, drops them again.
 */
import { operationsOf, type Program } from '../arch/program.js';
import { randomStream } from '../base/random.js';
import type { Step } from './engine.js';

/**
 * Draws what each dropout of the program multiplies its input by, in the program's order, `[members, size, width]` each:
 * 0 with the probability of its rate, else 1 / (1 - rate). Throws a RangeError where the step lacks a seed for a member.
 */
export function dropoutMasks(program: Program, { size, learningRates, dropoutSeeds = [] }: Step): Float32Array[] {
  const dropouts = operationsOf(program, 'dropout');
  if (dropouts.length > 0 && dropoutSeeds.length !== learningRates.length) {
    throw new RangeError(`a step of dropout needs ${learningRates.length} seeds, got ${dropoutSeeds.length}`);
  }
  return dropouts.map(({ input, rate }, place) => {
    const ofMember = size * input.width;
    const mask = new Float32Array(dropoutSeeds.length * ofMember);
    dropoutSeeds.forEach((seed, member) => {
      const stream = randomStream('dropout', seed, place);
      const end = (member + 1) * ofMember;
      for (let index = member * ofMember; index < end; index += 1) {
        mask[index] = stream.uniform() < rate ? 0 : 1 / (1 - rate);
      }
    });
    return mask;
  });
}
