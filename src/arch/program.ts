/**
 * The forward program: the network as a flat list of operations on `[batch, width]` values.
 * Every engine reads this list; none knows the shape of the network by itself.
 */
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

/** Gives the values that an operation reads. */
export function inputsOf(operation: Operation): readonly Value[] {
  return operation.kind === 'product' && operation.skip !== undefined
    ? [operation.input, operation.skip]
    : [operation.input];
}

/** Gives those of the values that an operation reads which its output may be written over, value by value. */
export function overwritable(operation: Operation): readonly Value[] {
  if (operation.kind !== 'product') return [operation.input];
  return operation.skip === undefined ? [] : [operation.skip];
}
