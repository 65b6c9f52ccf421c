/** A fixed first product apart from the rest: what training never changes need not be computed again and again. */
import type { Matrix, Operation, Program, Value } from './program.js';

/** Divides a program into a product that training leaves as it is, and what follows it. */
export interface SplitProgram {
  /** What the program's input is multiplied by before anything else; not trainable. */
  readonly matrix: Matrix;
  /** The program that is left: its input is that product. */
  readonly rest: Program;
}

/** Splits off the program's first product where its matrix is fixed and nothing else reads the input; else null. */
export function splitFixedProduct(program: Program): SplitProgram | null {
  const [first, ...operations] = program.operations;
  if (first?.kind !== 'product' || first.matrix.trainable || first.skip) return null;
  if (operations.some((operation) => reads(operation, program.input))) return null;
  const matrices = program.matrices.filter((matrix) => matrix !== first.matrix);
  return { matrix: first.matrix, rest: { input: first.output, output: program.output, matrices, operations } };
}

function reads(operation: Operation, value: Value): boolean {
  return operation.input === value || (operation.kind === 'product' && operation.skip === value);
}
