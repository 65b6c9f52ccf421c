// Training throughput of hgmlp's engine on one network, batch making included. Prints one JSON line.
// usage: node bench/train_step.mjs SKIP BOTTLENECK DEPTH BATCH SECONDS
import { programOf } from '../dist/arch/program.js';
import { initialWeights } from '../dist/arch/weights.js';
import { openTask } from '../dist/data/task-data.js';
import { adamWDefaults } from '../dist/engine/engine.js';
import { openEngine } from '../dist/engine/engines.js';

const [skipWidth, bottleneckWidth, depth, batchSize, seconds] = process.argv.slice(2).map(Number);
const arch = { skipWidth, bottleneckWidth, depth, inputProjection: 'trainable', outputProjection: 'trainable' };
const data = await openTask('mnist/denoising');
const program = programOf(arch, data.task.dimensions);
const engine = await openEngine('onnx-cpu');
const model = await engine.open(program, initialWeights(program, 'bench'), { ...adamWDefaults, weightDecay: 0.01 });

const warmupSteps = 10;
let steps = 0;
let batchMs = 0;
let started = 0;
let before = performance.now();
outer: for (let epoch = 1; ; epoch += 1) {
  for (const batch of data.trainingBatches({ runKey: 'bench', seed: 1, replicate: 0, epoch, batchSize, flips: 1 })) {
    if (batch.size < batchSize) continue;
    if (steps > warmupSteps) batchMs += performance.now() - before;
    await model.step(batch, 1e-3);
    steps += 1;
    before = performance.now();
    if (steps === warmupSteps) started = before;
    if (steps > warmupSteps && before - started > seconds * 1000) break outer;
  }
}
const elapsedMs = before - started;
const imagesPerSecond = ((steps - warmupSteps) * batchSize * 1000) / elapsedMs;
console.log(JSON.stringify({ imagesPerSecond, batchMakingShare: batchMs / elapsedMs }));
