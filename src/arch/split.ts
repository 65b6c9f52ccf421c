/** A fixed first product apart from the rest: what training never changes need not be computed again and again. */
import { inputsOf, matrixReadBy, type Matrix, type Program } from './program.js';

/** Divides a program into a product that training leaves as it is, and what follows it. */
export interface SplitProgram {
  /** What the program's input is multiplied by before anything else; not trainable. */
  readonly matrix: Matrix;
  /** The program that is left: its input is that product. */
  readonly rest: Program;
}

/** Splits off the program's first product where its matrix is fixed and nothing else reads it or the input; else null. */
export function splitFixedProduct(program: Program): SplitProgram | null {
  const [first, ...operations] = program.operations;
  if (first?.kind !== 'product' || first.matrix.trainable || first.skip) return null;
  if (operations.some((operation) => inputsOf(operation).includes(program.input))) return null;
  if (operations.some((operation) => matrixReadBy(operation) === first.matrix)) return null;
  const matrices = program.matrices.filter((matrix) => matrix !== first.matrix);
  return { matrix: first.matrix, rest: { ...program, input: first.output, matrices, operations } };
}
