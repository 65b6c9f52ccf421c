// The matrix products of one training step alone, as plain single products on the same runtime. Prints one JSON line.
// usage: node bench/sgemm.mjs SKIP BOTTLENECK DEPTH BATCH SECONDS
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { graphBuilder } from '../dist/engine/onnx/graph.js';

const [skipWidth, bottleneckWidth, depth, batchSize, seconds] = process.argv.slice(2).map(Number);
const pixels = 784;
// [out, in], how often: per matrix the forward product, the weights' gradient and, but for the first, the input's.
const matrices = [
  { out: skipWidth, in: pixels, times: 1, inputGradient: 0 },
  { out: bottleneckWidth, in: skipWidth, times: depth, inputGradient: 1 },
  { out: skipWidth, in: bottleneckWidth, times: depth, inputGradient: 1 },
  { out: pixels, in: skipWidth, times: 1, inputGradient: 1 },
];

async function openProduct(rows, inner, columns) {
  const graph = graphBuilder();
  graph.output(graph.node('MatMul', [graph.input('a', [rows, inner]), graph.input('b', [inner, columns])]), 'c');
  const options = { intraOpNumThreads: 1, interOpNumThreads: 1, logSeverityLevel: 3 };
  const session = await InferenceSession.create(graph.encode(), options);
  const matrix = (r, c) =>
    new Tensor(
      'float32',
      Float32Array.from({ length: r * c }, () => Math.random() - 0.5),
      [r, c],
    );
  const feeds = { a: matrix(rows, inner), b: matrix(inner, columns) };
  const fetches = { c: new Tensor('float32', new Float32Array(rows * columns), [rows, columns]) };
  return () => session.run(feeds, fetches);
}

const products = [];
for (const { out, in: inner, times, inputGradient } of matrices) {
  const single = [
    await openProduct(out, inner, batchSize),
    await openProduct(out, batchSize, inner),
    ...(inputGradient ? [await openProduct(inner, out, batchSize)] : []),
  ];
  for (let time = 0; time < times; time += 1) products.push(...single);
}
for (const product of products) await product();
let steps = 0;
const started = performance.now();
while (performance.now() - started < seconds * 1000) {
  for (const product of products) await product();
  steps += 1;
}
console.log(JSON.stringify({ imagesPerSecond: (steps * batchSize * 1000) / (performance.now() - started) }));
