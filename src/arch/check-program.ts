/** Whether a program is sound: all that engines and sizes take for granted of it. */
import { lossKinds, outputWidthFor } from './loss.js';
import {
  elementwiseFunctions,
  inputsOf,
  matricesReadBy,
  matrixReadBy,
  type Matrix,
  type MatrixStart,
  type Operation,
  type Program,
  type Value,
} from './program.js';

/**
 * Says what is wrong with a program, in words that go on after `expected`; null where it is sound: every operation reads
 * values that were made before it, widths fit, each name is that of one value or one matrix, each trainable matrix has a
 * part in the output, and the loss reads an output of its width.
 */
export function faultOfProgram(program: Program): string | null {
  if (typeof program !== 'object' || program === null) return `a program, got ${typeof program}`;
  const { input, output, operations, matrices, loss } = program as Partial<Program>;
  if (!isValue(input)) return 'an input with a name and a width above 0';
  if (!Array.isArray(operations)) return 'a list of operations';
  const made = new Map<string, Value>([[input.name, input]]);
  const read = new Map<string, Matrix>();
  for (const [place, operation] of (operations as readonly Operation[]).entries()) {
    const fault = faultOfOperation(operation, made, read);
    if (fault !== null) return `${fault}; it is operation ${place + 1} of ${operations.length}`;
    made.set(operation.output.name, operation.output);
  }
  const clash = [...read.keys()].find((name) => made.has(name) || takenNames.includes(name));
  if (clash !== undefined) return `names of matrices that nothing else has, got '${clash}'`;
  if (output === undefined || made.get(output.name) !== output) return 'an output that an operation makes';
  return faultOfList(matrices, operations) ?? faultOfUse({ output, operations }) ?? faultOfLoss(loss, output);
}

/** Names that engines give to what they feed a network. */
const takenNames: readonly string[] = ['target', 'ones', 'weights', 'rate', 'decay', 'epsilon', 'report', 'loss'];

function isValue(value: unknown): value is Value {
  const { name, width } = Object(value) as Partial<Value>;
  return typeof name === 'string' && name !== '' && isWidth(width);
}

function isWidth(width: unknown): width is number {
  return typeof width === 'number' && width > 0 && Number.isFinite(width);
}

function faultOfOperation(
  operation: Operation,
  made: ReadonlyMap<string, Value>,
  read: Map<string, Matrix>,
): string | null {
  const { kind, output } = Object(operation) as Partial<Operation>;
  if (kind === undefined || !Object.hasOwn(rules, kind)) return `an operation of a known kind, got '${kind}'`;
  const inputs: unknown = inputsOf(operation);
  if (!Array.isArray(inputs)) return `a list of inputs of ${kind}`;
  for (const input of inputs as readonly Value[]) {
    if (!isValue(input)) return `inputs of ${kind} with a name and a width above 0`;
    const known = made.get(input.name);
    if (known === undefined) return `inputs of ${kind} that were made before it, got '${input.name}'`;
    if (known !== input) return `inputs of ${kind} as they were made, got another value named '${input.name}'`;
  }
  if (!isValue(output)) return `an output of ${kind} with a name and a width above 0`;
  if (made.has(output.name)) return `an output of ${kind} with a name of its own, got '${output.name}' again`;
  const matrix = matrixReadBy(operation);
  if (matrix !== null) {
    const fault = faultOfMatrix(matrix, read);
    if (fault !== null) return fault;
    read.set(matrix.name, matrix);
  }
  return (rules[kind] as (operation: Operation) => string | null)(operation);
}

function faultOfMatrix(matrix: Matrix, read: ReadonlyMap<string, Matrix>): string | null {
  const { name, rows, columns, trainable, start } = Object(matrix) as Partial<Matrix>;
  if (typeof name !== 'string' || !/^[\w.-]+$/.test(name)) {
    return `names of matrices of letters, digits, points and dashes, got '${name}'`;
  }
  const other = read.get(name);
  if (other !== undefined && other !== matrix) return `one matrix of each name, got two named '${name}'`;
  if (!isWidth(rows) || !isWidth(columns)) return `rows and columns above 0 of ${name}, got ${rows} and ${columns}`;
  if (typeof trainable !== 'boolean') return `trainable of ${name} to be true or false`;
  return faultOfStart(start, matrix);
}

function faultOfStart(start: MatrixStart | undefined, { name, rows, columns }: Matrix): string | null {
  if (start === 'uniform') return null;
  if (start === 'identity') return rows === columns ? null : `${name}, which starts as the identity, to be square`;
  const { constant, uniformWithin } = Object(start) as { constant?: unknown; uniformWithin?: unknown };
  if (Number.isFinite(constant) || (isWidth(uniformWithin) && constant === undefined)) return null;
  return `a start of ${name} among 'uniform', 'identity', { constant } and { uniformWithin }`;
}

type Rules = { readonly [Kind in Operation['kind']]: (operation: Extract<Operation, { kind: Kind }>) => string | null };

/** What each operation asks of widths and numbers. */
const rules: Rules = {
  product: ({ input, matrix, output, skip }) =>
    differing(`rows of ${matrix.name}`, input.width, matrix.rows) ??
    differing(`columns of ${matrix.name}`, output.width, matrix.columns) ??
    (skip === undefined ? null : differing(`a skip beside ${matrix.name}`, output.width, skip.width)),
  batchNormalisation: sameWidth,
  channelNormalisation: (operation) =>
    sameWidth(operation) ??
    (isWidth(operation.epsilon) ? null : `epsilon of channelNormalisation above 0, got ${operation.epsilon}`),
  elementwise: (operation) =>
    elementwiseFunctions.some((name) => name === operation.function)
      ? sameWidth(operation)
      : `a function among ${elementwiseFunctions.join(', ')}, got '${operation.function}'`,
  shift: ofVector,
  scale: ofVector,
  multiply: ofTwo,
  add: ofTwo,
  slice({ input, from, to, output }) {
    if (!(from >= 0 && from < to && to <= input.width)) {
      return `a slice inside of ${input.width} channels, got ${from} to ${to}`;
    }
    return differing('the output of slice', to - from, output.width);
  },
  concatenate: ({ inputs, output }) =>
    differing(
      'the output of concatenate',
      inputs.reduce((sum, { width }) => sum + width, 0),
      output.width,
    ),
  dropout: (operation) =>
    operation.rate >= 0 && operation.rate < 1
      ? sameWidth(operation)
      : `a rate of dropout from 0 and below 1, got ${operation.rate}`,
};

function sameWidth({ kind, input, output }: Extract<Operation, { input: Value }>): string | null {
  return differing(`the output of ${kind}`, input.width, output.width);
}

function ofVector(operation: Extract<Operation, { vector: Matrix }>): string | null {
  const { input, vector } = operation;
  return (
    sameWidth(operation) ??
    differing(`columns of ${vector.name}`, input.width, vector.columns) ??
    differing(`rows of ${vector.name}`, 1, vector.rows)
  );
}

function ofTwo({ kind, left, right, output }: Extract<Operation, { left: Value }>): string | null {
  return (
    differing(`the right side of ${kind}`, left.width, right.width) ??
    differing(`the output of ${kind}`, left.width, output.width)
  );
}

/** Widths that are not whole add up to others within rounding. */
function differing(what: string, expected: number, got: number): string | null {
  return Math.abs(expected - got) <= 1e-9 * expected ? null : `${what} to be ${expected} wide, got ${got}`;
}

function faultOfList(matrices: readonly Matrix[] | undefined, operations: readonly Operation[]): string | null {
  const read = matricesReadBy(operations);
  const isSame = matrices?.length === read.length && read.every((matrix, place) => matrices[place] === matrix);
  return isSame ? null : 'a list of the matrices that the operations read, in the order of their use, each once';
}

/** What has no part in the output has no gradient. */
function faultOfUse({ output, operations }: Pick<Program, 'output' | 'operations'>): string | null {
  const used = new Set<Value>([output]);
  const matrices = new Set<Matrix>();
  for (const operation of operations.toReversed()) {
    if (!used.has(operation.output)) continue;
    for (const input of inputsOf(operation)) used.add(input);
    const matrix = matrixReadBy(operation);
    if (matrix !== null) matrices.add(matrix);
  }
  const idle = matricesReadBy(operations).find((matrix) => matrix.trainable && !matrices.has(matrix));
  return idle === undefined ? null : `each trainable matrix to have a part in the output, got ${idle.name} without one`;
}

function faultOfLoss(loss: Program['loss'] | undefined, output: Value): string | null {
  const { kind } = Object(loss) as Partial<Program['loss']>;
  if (loss === undefined || !lossKinds.some((name) => name === kind)) {
    return `a loss among ${lossKinds.join(', ')}, got '${kind}'`;
  }
  return differing(`the output that ${kind} reads`, outputWidthFor(loss), output.width);
}
