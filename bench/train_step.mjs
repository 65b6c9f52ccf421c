// Training throughput of hgmlp's engine on one network, batch making included. Prints one JSON line.
// usage: node bench/train_step.mjs SKIP BOTTLENECK DEPTH BATCH SECONDS
import { programOf } from '../dist/arch/families.js';
import { initialWeights } from '../dist/arch/weights.js';
import { openTask } from '../dist/data/task-data.js';
import { adamWDefaults } from '../dist/engine/engine.js';
import { openEngine } from '../dist/engine/engines.js';

const [skipWidth, bottleneckWidth, depth, batchSize, seconds] = process.argv.slice(2).map(Number);
const arch = { skipWidth, bottleneckWidth, depth, inputProjection: 'trainable', outputProjection: 'trainable' };
const data = await openTask('mnist/denoising');
const program = programOf(arch, data.task.dimensions);
const engine = await openEngine('onnx-cpu');
const settings = { ...adamWDefaults, weightDecay: 0.01 };
const model = await engine.open(program, [initialWeights(program, 'bench')], settings);

let batchMs = 0;
function* batches() {
  for (let epoch = 1; ; epoch += 1) {
    const setting = { runKey: 'bench', seed: 1, replicate: 0, epoch, batchSize, flips: 1 };
    let before = performance.now();
    for (const batch of data.trainingBatches(setting)) {
      batchMs += performance.now() - before;
      if (batch.size === batchSize) yield { ...batch, learningRates: [1e-3] };
      before = performance.now();
    }
  }
}

const warmupSteps = 10;
let steps = 0;
let started = 0;
let elapsedMs = 0;
for await (const losses of model.train(batches())) {
  steps += losses.length;
  if (steps === warmupSteps) [started, batchMs] = [performance.now(), 0];
  elapsedMs = performance.now() - started;
  if (steps > warmupSteps && elapsedMs > seconds * 1000) break;
}
const imagesPerSecond = ((steps - warmupSteps) * batchSize * 1000) / elapsedMs;
console.log(JSON.stringify({ imagesPerSecond, batchMakingShare: batchMs / elapsedMs }));
