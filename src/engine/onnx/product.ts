/**
 * The product of batches with one matrix, as a graph of its own. Feature-major inside, as in the graphs of whole
 * networks, so that a product has the same bits here and there.
 */
import { InferenceSession } from 'onnxruntime-node';
import type { Matrix } from '../../arch/program.js';
import type { Product } from '../engine.js';
import { graphBuilder } from './graph.js';
import { keptTensors, sessionOptions, tensor, transpose } from './runtime.js';

/** Opens a product with a copy of the matrix, `[in, out]`. */
export async function openProduct({ rows, columns }: Matrix, values: Float32Array): Promise<Product> {
  const session = await InferenceSession.create(productGraph(rows, columns), sessionOptions);
  const matrix = tensor(transpose(values, rows, columns), [columns, rows]);
  const tensorOver = keptTensors();
  return {
    async multiply(input, output) {
      await session.run({ matrix, x: tensorOver(input, rows) }, { product: tensorOver(output, columns) });
    },
    dispose: () => session.release(),
  };
}

/** Inputs: `x` `[batch, rows]`, `matrix` `[columns, rows]`. Output: `product` `[batch, columns]`. */
function productGraph(rows: number, columns: number): Uint8Array {
  const graph = graphBuilder();
  const input = graph.node('Transpose', [graph.input('x', ['batch', rows])]);
  const product = graph.node('MatMul', [graph.input('matrix', [columns, rows]), input]);
  graph.output(graph.node('Transpose', [product]), 'product');
  return graph.encode();
}
