/** What the emitted graphs hold, and above all what they do not. */
import { describe, expect, test } from 'vitest';
import { type Arch } from '../../src/arch/arch.js';
import { sizeOf } from '../../src/arch/sizes.js';
import { programOf } from '../../src/arch/families.js';
import { splitFixedProduct } from '../../src/arch/split.js';
import { initialWeights } from '../../src/arch/weights.js';
import { adamWDefaults } from '../../src/engine/engine.js';
import { openEngine } from '../../src/engine/engines.js';
import { evaluationGraph } from '../../src/engine/onnx/evaluation-graph.js';
import { trainingGraph } from '../../src/engine/onnx/training-graph.js';
import { stateOf, stepOnce } from './single.js';
import { readOnnx, type OnnxFile } from './onnx-file.js';

const dimensions = { input: 12, output: 12 };
const depth = 3;
const arch: Arch = {
  skipWidth: 12,
  bottleneckWidth: 5,
  depth,
  inputProjection: 'trainable',
  outputProjection: 'trainable',
};
const bare: Arch = { ...arch, inputProjection: 'none', outputProjection: 'none' };
const blockMatrices = [0, 1, 2].flatMap((block) => [`block${block}.w1`, `block${block}.w2`]);

const products = ({ operators }: OnnxFile) => operators.filter((name) => name === 'MatMul' || name === 'Gemm').length;
const statistics = [0, 1, 2].flatMap((index) => [`mean ${index}`, `inverse deviation ${index}`]);

describe('the graphs of a network without projections', () => {
  const program = programOf(bare, dimensions);

  test('evaluate with the two products of each block, from the matrices of the blocks, and no other', () => {
    const file = readOnnx(evaluationGraph(program));
    expect(products(file)).toBe(2 * depth);
    expect(file.inputs.toSorted()).toEqual(['x', 'target', ...blockMatrices, ...statistics].toSorted());
  });

  test('train with the same products and two gradients of each, but for the one that would reach the image', () => {
    const file = readOnnx(trainingGraph(program));
    expect(products(file)).toBe(2 * depth * 3 - 1);
    expect(file.inputs.toSorted()).toEqual(['x', 'target', 'ones', 'inverse batch', ...blockMatrices].toSorted());
    expect(file.outputs.filter((name) => name.startsWith('gradient')).toSorted()).toEqual(
      blockMatrices.map((name) => `gradient ${name}`).toSorted(),
    );
  });

  test('hide no matrix among their constants: each is a number or a short list', () => {
    for (const graph of [evaluationGraph(program), trainingGraph(program)]) {
      for (const size of readOnnx(graph).constantSizes) expect(size).toBeLessThanOrEqual(2);
    }
  });

  test('leave no more in the state than the blocks have parameters', async () => {
    const model = await (
      await openEngine('onnx-cpu')
    ).open(program, [initialWeights(program, 'run')], { ...adamWDefaults, weightDecay: 0.01 });
    await stepOnce(model, { input: new Float32Array(48).fill(0.5), target: new Float32Array(48), size: 4 }, 1e-3);
    const { weights } = await stateOf(model);
    await model.dispose();
    expect([...weights.keys()]).toEqual(blockMatrices);
    const values = [...weights.values()].reduce((sum, matrix) => sum + matrix.length, 0);
    expect(values).toBe(2 * depth * 12 * 5);
    expect(values).toBe(sizeOf(bare, dimensions, 'total'));
  });

  test('have as many products more as there are projections', () => {
    const count = (change: Partial<Arch>) => {
      const changed = programOf({ ...bare, ...change }, dimensions);
      return [products(readOnnx(evaluationGraph(changed))), products(readOnnx(trainingGraph(changed)))];
    };
    const [evaluation, training] = [2 * depth, 2 * depth * 3 - 1];
    // A projection of the input has a gradient, and now the blocks hand theirs on to it; a fixed one has none.
    expect(count({ inputProjection: 'trainable' })).toEqual([evaluation + 1, training + 3]);
    expect(count({ inputProjection: 'fixed' })).toEqual([evaluation + 1, training + 1]);
    expect(count({ outputProjection: 'trainable' })).toEqual([evaluation + 1, training + 3]);
  });
});

describe('a fixed input projection', () => {
  const program = programOf({ ...arch, inputProjection: 'fixed', skipWidth: 7 }, dimensions);

  test('gets no gradient, so an optimiser is never handed one', () => {
    const gradients = readOnnx(trainingGraph(program)).outputs.filter((name) => name.startsWith('gradient'));
    expect(gradients.toSorted()).toEqual([...blockMatrices, 'output'].map((name) => `gradient ${name}`).toSorted());
  });

  test('is in neither graph and not in the state of the program without it', async () => {
    const { rest } = splitFixedProduct(program)!;
    for (const graph of [evaluationGraph(rest), trainingGraph(rest)]) {
      expect(readOnnx(graph).inputs).not.toContain('input');
    }
    expect(products(readOnnx(evaluationGraph(rest)))).toBe(2 * depth + 1);
    const engine = await openEngine('onnx-cpu');
    const model = await engine.open(rest, [initialWeights(program, 'run')], { ...adamWDefaults, weightDecay: 0.01 });
    expect([...(await stateOf(model)).weights.keys()]).toEqual([...blockMatrices, 'output']);
    await model.dispose();
  });
});
