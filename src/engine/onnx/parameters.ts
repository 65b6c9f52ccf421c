/**
 * The trainable matrices of a pack as one tensor, `[members, parameters]`: for each member one matrix after the other, in
 * the program's order, each `[out, in]`. So the optimiser is a dozen nodes for all matrices together, and not for each.
 */
import { fixedMatrices, trainableMatrices, type Matrix, type Program } from '../../arch/program.js';
import type { Weights } from '../../arch/weights.js';
import { valueAt } from '../../base/items.js';
import type { GraphBuilder, TensorName } from './graph.js';
import { packed } from './dialects.js';
import { transpose } from './runtime.js';

/** Counts the weights that a member trains. */
export function parametersOf(program: Program): number {
  return trainableMatrices(program).reduce((sum, matrix) => sum + sizeOf(matrix), 0);
}

/** Gives the tensors of all matrices by name, `[members, out, in]`; the fixed ones are inputs of their own. */
export function matrixTensors(graph: GraphBuilder, program: Program, weights: TensorName): Map<string, TensorName> {
  const tensors = new Map(fixedMatrices(program).map(({ name }) => [name, name]));
  for (const { matrix, start } of placesOf(program)) {
    const [from, to] = [graph.integers([start]), graph.integers([start + sizeOf(matrix)])];
    const slice = graph.node('Slice', [weights, from, to, graph.integers([1])]);
    const shape = graph.integers(packed.shape(matrix.columns, matrix.rows));
    tensors.set(matrix.name, graph.node('Reshape', [slice, shape]));
  }
  return tensors;
}

/** Gives one tensor, `[members, parameters]`, of one for each trainable matrix, `[members, out, in]`. */
export function joined(graph: GraphBuilder, program: Program, tensors: ReadonlyMap<string, TensorName>): TensorName {
  const flat = graph.integers([0, -1]);
  const lists = trainableMatrices(program).map(({ name }) => graph.node('Reshape', [valueAt(tensors, name), flat]));
  return graph.node('Concat', lists, { axis: 1 });
}

/** Gives the members' trainable weights, `[members, parameters]`, from matrices `[in, out]`. */
export function parameterList(program: Program, members: readonly Weights[]): Float32Array {
  const list = new Float32Array(members.length * parametersOf(program));
  members.forEach((weights, member) => {
    const ofMember = equalPart(list, member, members.length);
    for (const { matrix, start } of placesOf(program)) ofMember.set(outputMajor(matrix, weights), start);
  });
  return list;
}

/** Gives a fixed matrix of all members, `[members, out, in]`. */
export function fixedMatrix(matrix: Matrix, members: readonly Weights[]): Float32Array {
  const values = new Float32Array(members.length * sizeOf(matrix));
  members.forEach((weights, member) => values.set(outputMajor(matrix, weights), member * sizeOf(matrix)));
  return values;
}

/** Gives a member's trainable matrices by name, `[in, out]`, from its part of the list. */
export function matricesOf(program: Program, ofMember: Float32Array): Map<string, Float32Array> {
  const entries = placesOf(program).map(({ matrix, start }) => {
    const values = ofMember.subarray(start, start + sizeOf(matrix));
    return [matrix.name, transpose(values, matrix.columns, matrix.rows)] as const;
  });
  return new Map(entries);
}

/** Gives the part with that index, of so many parts of the same length; a view. */
export function equalPart(values: Float32Array, index: number, parts: number): Float32Array {
  const length = values.length / parts;
  return values.subarray(index * length, (index + 1) * length);
}

function placesOf(program: Program): { readonly matrix: Matrix; readonly start: number }[] {
  let start = 0;
  return trainableMatrices(program).map((matrix) => {
    const place = { matrix, start };
    start += sizeOf(matrix);
    return place;
  });
}

function outputMajor({ name, rows, columns }: Matrix, weights: Weights): Float32Array {
  return transpose(valueAt(weights, name), rows, columns);
}

function sizeOf({ rows, columns }: Matrix): number {
  return rows * columns;
}
