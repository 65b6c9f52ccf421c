/**
 * The forward program: the network as a flat list of operations on `[batch, width]` values, and the loss it is trained by.
 * Every engine reads this list; none knows the shape of the network by itself.
 */
import type { Loss } from './loss.js';

/** Names a value of the program, `[batch, width]`. */
export interface Value {
  readonly name: string;
  readonly width: number;
}

/**
 * Says how the values of a matrix begin. `uniform`: in ±1/sqrt(rows). `identity`: 1 on the diagonal, 0 elsewhere.
 * `constant`: all equal. `uniformWithin`: in ± the given limit.
 */
export type MatrixStart = 'uniform' | 'identity' | { readonly constant: number } | { readonly uniformWithin: number };

/**
 * Describes a weight matrix, `[rows, columns]` = `[in, out]`. A vector (a bias, a gain) is a matrix of one row,
 * `[1, width]`.
 */
export interface Matrix {
  readonly name: string;
  readonly rows: number;
  readonly columns: number;
  readonly trainable: boolean;
  readonly start: MatrixStart;
}

/** Lists the functions that an operation may apply to each number x of a value. */
export const elementwiseFunctions = [
  /** max(x, 0); its derivative at 0 is 0. */
  'relu',
  /** 1 / (1 + exp(-x)) */
  'sigmoid',
  /** x (1 + erf(x / sqrt(2))) / 2. Source: Hendrycks and Gimpel, arXiv 1606.08415; not its approximation by tanh. */
  'gelu',
  /** x sigmoid(x) */
  'silu',
  'tanh',
  /** log(1 + exp(x)) */
  'softplus',
  'exp',
  /** x² */
  'square',
  /** |x|; its derivative at 0 is 0. */
  'abs',
  /** sin(x), x in radians. */
  'sin',
] as const;
/** Names a function of one number, see `elementwiseFunctions`. */
export type ElementwiseFunction = (typeof elementwiseFunctions)[number];

/** Is an operation that reads one value. */
interface Unary {
  readonly input: Value;
  readonly output: Value;
}

/** Is an operation that reads two values of the same width; they may be the same one. */
interface Binary {
  readonly left: Value;
  readonly right: Value;
  readonly output: Value;
}

/** Describes one step of the forward pass. All values of a batch have its items in the same rows. */
export type Operation =
  /** output = input · matrix, plus the skip where there is one. */
  | (Unary & { readonly kind: 'product'; readonly matrix: Matrix; readonly skip?: Value })
  /**
   * Batch normalisation without scale and shift, of each channel over the batch: (x - mean) / sqrt(variance + epsilon),
   * with the batch's statistics in training and running statistics in evaluation.
   */
  | (Unary & { readonly kind: 'batchNormalisation' })
  /**
   * Normalisation of each item over its channels, without scale and shift. `centred`: (x - mean) / sqrt(variance +
   * epsilon), with the biased variance, as in layer normalisation (arXiv 1607.06450). `rootMeanSquare`: x / sqrt(mean(x²)
   * + epsilon), as in arXiv 1910.07467.
   */
  | (Unary & {
      readonly kind: 'channelNormalisation';
      readonly form: 'centred' | 'rootMeanSquare';
      readonly epsilon: number;
    })
  /** output = function(input), number by number. */
  | (Unary & { readonly kind: 'elementwise'; readonly function: ElementwiseFunction })
  /** output = input + vector, the same for every item. */
  | (Unary & { readonly kind: 'shift'; readonly vector: Matrix })
  /** output = input * vector, channel by channel, the same for every item. */
  | (Unary & { readonly kind: 'scale'; readonly vector: Matrix })
  /** output = left * right, number by number. */
  | (Binary & { readonly kind: 'multiply' })
  /** output = left + right */
  | (Binary & { readonly kind: 'add' })
  /** output = the channels of the input from `from` to before `to`. */
  | (Unary & { readonly kind: 'slice'; readonly from: number; readonly to: number })
  /** output = the channels of all inputs, one input after the other; one may come more than once. */
  | { readonly kind: 'concatenate'; readonly inputs: readonly Value[]; readonly output: Value }
  /**
   * In training each number is 0 with the probability `rate`, in [0, 1), and else divided by 1 - rate; in evaluation
   * output = input. Source: Srivastava and others, JMLR 15 (2014).
   */
  | (Unary & { readonly kind: 'dropout'; readonly rate: number });

/** Picks the operations of a kind. */
export type OperationOf<Kind extends Operation['kind']> = Extract<Operation, { kind: Kind }>;

/** Describes the forward pass of an architecture and its loss, which every engine runs. */
export interface Program {
  readonly input: Value;
  readonly output: Value;
  /** In the order of their use, each once. Each that is trainable has a part in the output. */
  readonly matrices: readonly Matrix[];
  /** Each after those whose outputs it reads. */
  readonly operations: readonly Operation[];
  /** Is taken of `output`, whose width is what `outputWidthFor` says. */
  readonly loss: Loss;
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

/** Picks the operations of a kind, in the program's order. */
export function operationsOf<Kind extends Operation['kind']>(
  { operations }: Pick<Program, 'operations'>,
  kind: Kind,
): readonly OperationOf<Kind>[] {
  return operations.filter((operation): operation is OperationOf<Kind> => operation.kind === kind);
}

/** Gives the widths of the values that the program normalises over the batch, in its order. */
export function normalisedWidths(program: Program): readonly number[] {
  return operationsOf(program, 'batchNormalisation').map(({ input }) => input.width);
}

/** Gives the values that an operation reads; one that it reads twice comes twice. */
export function inputsOf(operation: Operation): readonly Value[] {
  switch (operation.kind) {
    case 'product':
      return operation.skip ? [operation.input, operation.skip] : [operation.input];
    case 'multiply':
    case 'add':
      return [operation.left, operation.right];
    case 'concatenate':
      return operation.inputs;
    default:
      return [operation.input];
  }
}

/** Gives the matrix or vector that an operation reads; null where it reads none. */
export function matrixReadBy(operation: Operation): Matrix | null {
  switch (operation.kind) {
    case 'product':
      return operation.matrix;
    case 'shift':
    case 'scale':
      return operation.vector;
    default:
      return null;
  }
}

/** Gives the matrices and vectors that the operations read, in the order of their use, each once. */
export function matricesReadBy(operations: readonly Operation[]): readonly Matrix[] {
  return [...new Set(operations.flatMap((operation) => matrixReadBy(operation) ?? []))];
}

/** Names the values that depend on one of the chosen matrices. */
export function valuesDependingOn({ operations }: Program, isChosen: (matrix: Matrix) => boolean): ReadonlySet<string> {
  const names = new Set<string>();
  for (const operation of operations) {
    const matrix = matrixReadBy(operation);
    const depends = inputsOf(operation).some(({ name }) => names.has(name)) || (matrix !== null && isChosen(matrix));
    if (depends) names.add(operation.output.name);
  }
  return names;
}

/** Gives those of the values that an operation reads which its output may be written over, value by value. */
export function overwritable(operation: Operation): readonly Value[] {
  switch (operation.kind) {
    case 'product':
      return operation.skip === undefined ? [] : [operation.skip];
    case 'slice':
    case 'concatenate':
      return [];
    default:
      return inputsOf(operation);
  }
}
