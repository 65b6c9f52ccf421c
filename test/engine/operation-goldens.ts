/** Networks of every operation and loss that PyTorch trained, out of test/golden/operations.json. */
import { readFileSync } from 'node:fs';
import type { Loss } from '../../src/arch/loss.js';
import {
  inputsOf,
  matricesReadBy,
  matrixReadBy,
  type ElementwiseFunction,
  type Matrix,
  type Operation,
  type Program,
  type Value,
} from '../../src/arch/program.js';
import type { GoldenCase, GoldenMatrix } from '../../src/execute/golden-case.js';

export interface OperationGolden {
  readonly name: string;
  readonly loss: Loss;
  /** Values and matrices that are meant to be the same have the same names, and no more than that. */
  readonly operations: readonly Operation[];
  readonly initial: Readonly<Record<string, GoldenMatrix>>;
  readonly steps: readonly { readonly x: GoldenMatrix; readonly t: GoldenMatrix; readonly loss: number }[];
  readonly final: Readonly<Record<string, GoldenMatrix>>;
  readonly evaluation_output_of_first_batch: GoldenMatrix;
  readonly evaluation_loss_of_first_batch: number;
}

interface OperationGoldens {
  readonly adamw: GoldenCase['adamw'];
  /** Of each step. */
  readonly learning_rates: readonly number[];
  readonly cases: readonly OperationGolden[];
  /** Values and derivatives. */
  readonly functions: readonly {
    readonly function: ElementwiseFunction;
    readonly x: readonly number[];
    readonly y: readonly number[];
    readonly derivative: readonly number[];
  }[];
  /** Losses of one item, and their gradients by its output. */
  readonly losses: readonly {
    readonly loss: Loss;
    readonly output: readonly number[];
    readonly target: readonly number[];
    readonly mean: number;
    readonly gradient: readonly number[];
  }[];
}

export const operationGoldens = JSON.parse(
  readFileSync(new URL('../golden/operations.json', import.meta.url), 'utf8'),
) as OperationGoldens;

/** The program of a case: what has the same name becomes the same object. */
export function programOfGolden({ operations: written, loss }: Pick<OperationGolden, 'operations' | 'loss'>): Program {
  const values = new Map<string, Value>();
  const matrices = new Map<string, Matrix>();
  const known = <Item extends { readonly name: string }>(items: Map<string, Item>, item: Item): Item => {
    if (!items.has(item.name)) items.set(item.name, item);
    return items.get(item.name)!;
  };
  for (const operation of written) {
    for (const value of [...inputsOf(operation), operation.output]) known(values, value);
    const matrix = matrixReadBy(operation);
    if (matrix) known(matrices, { ...matrix, trainable: true, start: 'uniform' });
  }
  const linked = (part: unknown): unknown => {
    if (Array.isArray(part)) return part.map(linked);
    const { name } = part as { name?: string };
    return (name !== undefined && (values.get(name) ?? matrices.get(name))) || part;
  };
  const operations = written.map(
    (operation) =>
      Object.fromEntries(
        Object.entries(operation).map(([key, part]) => [key, typeof part === 'object' ? linked(part) : part]),
      ) as unknown as Operation,
  );
  return {
    input: values.get('x')!,
    output: operations.at(-1)!.output,
    matrices: matricesReadBy(operations),
    operations,
    loss,
  };
}
