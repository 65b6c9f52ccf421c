/** What the graphs of packs hold. */
import { describe, expect, test } from 'vitest';
import { programOf } from '../../src/arch/families.js';
import type { Program } from '../../src/arch/program.js';
import { blockGraph, stepGraph } from '../../src/engine/onnx/step-graph.js';
import { packedEvaluationGraph } from '../../src/engine/onnx/packed-evaluation-graph.js';
import { evaluationGraph } from '../../src/engine/onnx/evaluation-graph.js';
import { trainingGraph } from '../../src/engine/onnx/training-graph.js';
import { readOnnx } from './onnx-file.js';

const settings = { beta1: 0.9, beta2: 0.999 };

const networkOf = (depth: number): Program =>
  programOf(
    { skipWidth: 12, bottleneckWidth: 5, depth, inputProjection: 'fixed', outputProjection: 'trainable' },
    { input: 10, output: 8 },
  );

function counts(model: Uint8Array, ...operators: string[]): number {
  return readOnnx(model).operators.filter((operator) => operators.includes(operator)).length;
}

describe('a training step of a pack', () => {
  test('has the products of one network, each for all members at once', () => {
    for (const depth of [1, 4]) {
      const program = networkOf(depth);
      const products = counts(trainingGraph(program), 'MatMul', 'Gemm');
      expect(counts(stepGraph(program, settings), 'MatMul')).toBe(products);
      expect(counts(packedEvaluationGraph(program), 'MatMul')).toBe(counts(evaluationGraph(program), 'MatMul', 'Gemm'));
    }
  });

  test('updates all matrices together, with one square root and one division however many there are', () => {
    for (const depth of [1, 4]) expect(counts(stepGraph(networkOf(depth), settings), 'Sqrt', 'Div')).toBe(2);
  });

  test('has no operator that the WebGPU provider lacks or that has no axis for members', () => {
    for (const model of [stepGraph(networkOf(2), settings), packedEvaluationGraph(networkOf(2))]) {
      expect(counts(model, 'Sign', 'Gemm', 'Loop', 'Scan')).toBe(0);
    }
  });

  test('reads and gives what it carries on, and the fixed matrix is only read', () => {
    const carried = ['weights', 'first moment', 'second moment'];
    const constant = ['ones', 'inverse size', 'gradient scale', 'input'];
    const inputs = [...carried, 'x', 'target', 'rate', 'decay', 'epsilon', ...constant];
    const outputs = [...carried.map((name) => `next ${name}`), 'report'];
    for (const model of [stepGraph(networkOf(2), settings), blockGraph(networkOf(2), settings)]) {
      const file = readOnnx(model);
      expect(file.inputs.toSorted()).toEqual(inputs.toSorted());
      expect(file.outputs).toEqual(outputs);
    }
  });
});

test('a block is one Scan and nothing beside it', () => {
  const outside = readOnnx(blockGraph(networkOf(2), settings)).operators.filter((operator) => operator !== 'Identity');
  expect(outside).toEqual(['Scan']);
});
