/** A pack in evaluation, many batches in each run: the weights are then brought to where it computes once for all. */
import type { Program } from '../../arch/program.js';
import { concatenated } from '../../base/float-arrays.js';
import { entryOf } from '../../base/items.js';
import type { Batch } from '../../run/batch.js';
import type { Evaluation, WantedOutputs } from '../engine.js';
import { evaluationOutputs } from './evaluation-graph.js';
import { withinMemory } from './memory.js';
import type { PackContext } from './pack-training.js';
import { packedEvaluationGraph, readsSharedChannels } from './packed-evaluation-graph.js';
import { equalPart } from './parameters.js';
import { openSession } from './providers.js';
import { openRows } from './rows.js';
import { tensor, type Tensors } from './runtime.js';

/** What every WebGPU adapter binds. */
const bindingBytes = 128 * 2 ** 20;

/** Evaluates all networks of a pack on batches that they share. */
export interface PackEvaluation {
  /** @param constants the inputs of packed-evaluation-graph.ts but for images and targets */
  evaluate(
    batches: AsyncIterable<Batch> | Iterable<Batch>,
    constants: Tensors,
    wanted: WantedOutputs,
  ): AsyncGenerator<Evaluation, void, void>;
  dispose(): Promise<void>;
}

/**
 * Opens the evaluation of a pack.
 * @param valueBytes what the widest value of a run may take, where that is enough for one batch
 */
export async function openPackEvaluation(
  { provider, program, members }: PackContext,
  valueBytes = bindingBytes,
): Promise<PackEvaluation> {
  const session = await openSession(provider, packedEvaluationGraph(program));
  const imagesAtMost = valueBytes / (4 * members * widestValue(program));
  const [inputs, targets] = [openRows(), openRows()];
  const zeros = readsSharedChannels(program) ? { zeros: tensor(new Float32Array(members), [members, 1, 1]) } : {};

  async function* run(sizes: readonly number[], constants: Tensors, wanted: WantedOutputs) {
    const images = sum(sizes);
    const x = inputs.tensor([images, program.input.width]);
    const target = targets.tensor([images, program.loss.targetWidth]);
    const results = await withinMemory(() =>
      session.run({ ...constants, ...zeros, x, target }, evaluationOutputs(wanted)),
    );
    const losses = entryOf(results, 'loss sum').data as Float32Array;
    const outputs = results['y']?.data as Float32Array | undefined;
    let start = 0;
    for (const size of sizes) {
      const ofBatch = (values: Float32Array) => imagesOf(values, members, images, start, size);
      yield { lossSums: ofBatch(losses).map(sum), outputs: outputs ? concatenated(ofBatch(outputs)) : null };
      start += size;
    }
  }
  return {
    async *evaluate(batches, constants, wanted) {
      let sizes: number[] = [];
      for await (const { input, target, size } of batches) {
        if (sizes.length > 0 && sum(sizes) + size > imagesAtMost) {
          yield* run(sizes, constants, wanted);
          sizes = [];
        }
        if (sizes.length === 0) for (const rows of [inputs, targets]) rows.clear();
        await withinMemory(() => {
          inputs.add(input);
          targets.add(target);
        });
        sizes.push(size);
      }
      if (sizes.length > 0) yield* run(sizes, constants, wanted);
    },
    dispose: () => session.release(),
  };
}

function widestValue({ input, operations }: Program): number {
  return Math.max(input.width, ...operations.map(({ output }) => output.width));
}

/** Of `[members, images, …]` values each member's that belong to `size` images. */
function imagesOf(values: Float32Array, members: number, images: number, start: number, size: number): Float32Array[] {
  const width = values.length / members / images;
  return Array.from({ length: members }, (_, member) =>
    equalPart(values, member, members).subarray(start * width, (start + size) * width),
  );
}

function sum(values: ArrayLike<number>): number {
  let total = 0;
  for (let index = 0; index < values.length; index += 1) total += values[index]!;
  return total;
}
