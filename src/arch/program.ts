/**
 * The forward program: the network as a flat list of operations on `[batch, width]` values.
 * Every engine reads this list; none knows the shape of the network by itself.
 */
import { checkArch, hasInputMatrix, type Arch, type Dimensions } from './arch.js';

/** Names a value of the program, `[batch, width]`. */
export interface Value {
  readonly name: string;
  readonly width: number;
}

/** Describes a weight matrix, `[rows, columns]` = `[in, out]`, without bias. */
export interface Matrix {
  readonly name: string;
  readonly rows: number;
  readonly columns: number;
  readonly trainable: boolean;
  /** `uniform`: in ±1/sqrt(rows). */
  readonly start: 'uniform' | 'identity';
}

/** Describes one step of the forward pass. */
export type Operation =
  /** output = input · matrix, plus the skip where there is one. */
  | {
      readonly kind: 'product';
      readonly input: Value;
      readonly matrix: Matrix;
      readonly skip?: Value;
      readonly output: Value;
    }
  /** Batch normalisation without scale and shift: batch statistics in training, running statistics in evaluation. */
  | { readonly kind: 'batchNormalisation'; readonly input: Value; readonly output: Value }
  | { readonly kind: 'relu'; readonly input: Value; readonly output: Value }
  | { readonly kind: 'sigmoid'; readonly input: Value; readonly output: Value };

/** Picks the operations of a kind. */
export type OperationOf<Kind extends Operation['kind']> = Extract<Operation, { kind: Kind }>;

/** Describes the forward pass of an architecture, which every engine runs. */
export interface Program {
  readonly input: Value;
  readonly output: Value;
  /** In the order of their use. */
  readonly matrices: readonly Matrix[];
  readonly operations: readonly Operation[];
}

/** Constants of batch normalisation, as in the reference recipe. */
export const batchNormalisation = { epsilon: 1e-5, momentum: 0.1 } as const;

/** Picks the matrices that the optimiser changes. */
export function trainableMatrices({ matrices }: Program): readonly Matrix[] {
  return matrices.filter(({ trainable }) => trainable);
}

/** Picks the matrices that stay as they are drawn. */
export function fixedMatrices({ matrices }: Program): readonly Matrix[] {
  return matrices.filter(({ trainable }) => !trainable);
}

/** Gives the widths of the values that the program normalises, in its order. */
export function normalisedWidths({ operations }: Program): readonly number[] {
  return operations.filter(({ kind }) => kind === 'batchNormalisation').map(({ input }) => input.width);
}

/** Makes the forward program of an arch. Throws a UserError where the arch does not fit the dimensions. */
export function programOf(arch: Arch, dimensions: Dimensions): Program {
  checkArch(arch, dimensions);
  const operations: Operation[] = [];
  const input: Value = { name: 'x', width: dimensions.input };

  let skip = input;
  if (hasInputMatrix(arch)) {
    skip = { name: 'z0', width: arch.skipWidth };
    const matrix: Matrix = {
      ...matrixOf('input', input, skip),
      trainable: arch.inputProjection !== 'fixed',
      start: arch.inputProjection === 'identity' ? 'identity' : 'uniform',
    };
    operations.push({ kind: 'product', input, matrix, output: skip });
  }
  for (let block = 0; block < arch.depth; block += 1) {
    skip = pushBlock(operations, block, skip, arch.bottleneckWidth);
  }
  let logits = skip;
  if (arch.outputProjection === 'trainable') {
    logits = { name: 'logits', width: dimensions.output };
    operations.push({ kind: 'product', input: skip, matrix: matrixOf('output', skip, logits), output: logits });
  }
  const output: Value = { name: 'y', width: dimensions.output };
  operations.push({ kind: 'sigmoid', input: logits, output });

  const matrices = operations.flatMap((operation) => (operation.kind === 'product' ? [operation.matrix] : []));
  return { input, output, matrices, operations };
}

/** z + relu(norm(z) W1) W2 */
function pushBlock(operations: Operation[], block: number, skip: Value, bottleneckWidth: number): Value {
  const name = `block${block}`;
  const normalised: Value = { name: `${name}.normalised`, width: skip.width };
  const preactivation: Value = { name: `${name}.preactivation`, width: bottleneckWidth };
  const hidden: Value = { name: `${name}.hidden`, width: bottleneckWidth };
  const next: Value = { name: `z${block + 1}`, width: skip.width };
  operations.push(
    { kind: 'batchNormalisation', input: skip, output: normalised },
    {
      kind: 'product',
      input: normalised,
      matrix: matrixOf(`${name}.w1`, normalised, preactivation),
      output: preactivation,
    },
    { kind: 'relu', input: preactivation, output: hidden },
    { kind: 'product', input: hidden, matrix: matrixOf(`${name}.w2`, hidden, next), skip, output: next },
  );
  return next;
}

function matrixOf(name: string, from: Value, to: Value): Matrix {
  return { name, rows: from.width, columns: to.width, trainable: true, start: 'uniform' };
}
