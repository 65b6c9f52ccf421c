/** A product on its own, of engines that offer it. */
import { describe, expect, test } from 'vitest';
import type { Arch } from '../../../src/arch/arch.js';
import { programOf } from '../../../src/arch/families.js';
import type { Matrix } from '../../../src/arch/program.js';
import { splitFixedProduct } from '../../../src/arch/split.js';
import type { Engine } from '../../../src/engine/engine.js';
import { evaluateOnce, stateOf, stepOnce } from '../single.js';
import { batchOf, settings, weightsOf } from './networks.js';

export function testProduct({ open, openProduct }: Engine): void {
  if (openProduct === undefined) return;
  describe('a product on its own', () => {
    test('has the bits of the same product inside a network, at any batch size', async () => {
      const arch: Arch = {
        skipWidth: 130,
        bottleneckWidth: 4,
        depth: 2,
        inputProjection: 'fixed',
        outputProjection: 'trainable',
      };
      const network = { name: 'fixed', program: programOf(arch, { input: 784, output: 10 }) };
      const { matrix, rest } = splitFixedProduct(network.program)!;
      const members = weightsOf(network);
      const [whole, split] = [await open(network.program, members, settings), await open(rest, members, settings)];
      const product = await openProduct(matrix, members[0]!.get('input')!);
      for (const size of [128, 80, 64, 33, 16, 7, 2]) {
        const batch = batchOf(network, size, `of ${size}`);
        const input = new Float32Array(size * arch.skipWidth);
        await product.multiply(batch.input, input);
        expect(await stepOnce(split, { ...batch, input }, 1e-2)).toBe(await stepOnce(whole, batch, 1e-2));
        const [ours, theirs] = [await evaluateOnce(split, { ...batch, input }), await evaluateOnce(whole, batch)];
        expect(ours).toEqual(theirs);
      }
      const [ours, theirs] = [await stateOf(split), await stateOf(whole)];
      expect(ours.running).toEqual(theirs.running);
      for (const [name, values] of ours.weights) expect(values).toEqual(theirs.weights.get(name));
      await Promise.all([whole, split, product].map((opened) => opened.dispose()));
    });

    test('is the sum of products that it says', async () => {
      const matrix: Matrix = { name: 'm', rows: 2, columns: 3, trainable: false, start: 'uniform' };
      const product = await openProduct(matrix, Float32Array.of(1, 2, 3, 4, 5, 6));
      const output = new Float32Array(6);
      await product.multiply(Float32Array.of(1, 0, 2, -1), output);
      expect([...output]).toEqual([1, 2, 3, -2, -1, 0]);
      await product.dispose();
    });
  });
}
