// The matrix products of one training step alone, in one graph on the same runtime. Prints one JSON line.
// usage: node bench/products.mjs SKIP BOTTLENECK DEPTH BATCH SECONDS
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { graphBuilder } from '../dist/engine/onnx/graph.js';

const [skipWidth, bottleneckWidth, depth, batchSize, seconds] = process.argv.slice(2).map(Number);
const pixels = 784;
const block = [
  [bottleneckWidth, skipWidth],
  [skipWidth, bottleneckWidth],
];
// [out, in] of every matrix of the network, in order.
const matrices = [[skipWidth, pixels], ...Array.from({ length: depth }, () => block).flat(), [pixels, skipWidth]];

const graph = graphBuilder();
const feeds = {};
const fetches = {};
const filled = (rows, columns) =>
  new Tensor(
    'float32',
    Float32Array.from({ length: rows * columns }, () => Math.random() - 0.5),
    [rows, columns],
  );
const feed = (name, rows, columns) => {
  if (feeds[name]) return name;
  feeds[name] = filled(rows, columns);
  return graph.input(name, [rows, columns]);
};
const fetch = (tensor, name, rows, columns) => {
  graph.output(tensor, name);
  fetches[name] = filled(rows, columns);
};
// Values of one width are one tensor: in a step they come from the operation before, out of the cache.
for (const [index, [out, inner]] of matrices.entries()) {
  const weights = feed(`weights ${index}`, out, inner);
  const value = feed(`value of ${inner}`, inner, batchSize);
  const gradient = feed(`gradient of ${out}`, out, batchSize);
  fetch(graph.node('MatMul', [weights, value]), `forward ${index}`, out, batchSize);
  fetch(graph.node('Gemm', [gradient, value], { transB: 1 }), `of weights ${index}`, out, inner);
  // Nothing asks for the gradient of the images.
  if (index > 0) fetch(graph.node('Gemm', [weights, gradient], { transA: 1 }), `of value ${index}`, inner, batchSize);
}
const options = { intraOpNumThreads: 1, interOpNumThreads: 1, logSeverityLevel: 3 };
const session = await InferenceSession.create(graph.encode(), options);

for (let step = 0; step < 3; step += 1) await session.run(feeds, fetches);
let steps = 0;
const started = performance.now();
while (performance.now() - started < seconds * 1000) {
  await session.run(feeds, fetches);
  steps += 1;
}
console.log(JSON.stringify({ imagesPerSecond: (steps * batchSize * 1000) / (performance.now() - started) }));
