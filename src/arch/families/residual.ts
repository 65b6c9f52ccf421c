/** The residual multilayer perceptron of "Rethinking the shape convention of an MLP", arXiv 2510.01796. */
import { hasInputMatrix, type Arch, type Dimensions } from '../arch.js';
import type { Loss } from '../loss.js';
import { matricesReadBy, type Matrix, type Operation, type Program, type Value } from '../program.js';

/** Makes the program z = x Win; z = z + relu(norm(z) W1) W2 (depth times); y = sigmoid(z Wout). */
export function residualProgram(arch: Arch, dimensions: Dimensions): Program {
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
  operations.push({ kind: 'elementwise', function: 'sigmoid', input: logits, output });

  const loss: Loss = { kind: 'squaredError', targetWidth: dimensions.output };
  return { input, output, matrices: matricesReadBy(operations), operations, loss };
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
    { kind: 'elementwise', function: 'relu', input: preactivation, output: hidden },
    { kind: 'product', input: hidden, matrix: matrixOf(`${name}.w2`, hidden, next), skip, output: next },
  );
  return next;
}

function matrixOf(name: string, from: Value, to: Value): Matrix {
  return { name, rows: from.width, columns: to.width, trainable: true, start: 'uniform' };
}
