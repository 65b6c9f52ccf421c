// What it saves to multiply images with a fixed input projection once, and not in every step: training images a second
// of processor time with and without, round after round in turns, in one process. The first epoch, in which products are
// made, is not timed.
// usage: node bench/fixed_projection.mjs TASK [SKIP BOTTLENECK DEPTH [ROUNDS [SECONDS]]]
import { programOf } from '../dist/arch/families.js';
import { initialWeights } from '../dist/arch/weights.js';
import { openTask } from '../dist/data/task-data.js';
import { adamWDefaults } from '../dist/engine/engine.js';
import { openEngine } from '../dist/engine/engines.js';
import { openNetwork } from '../dist/train/network.js';

const [task = 'mnist/super-resolution', ...numbers] = process.argv.slice(2);
const [skipWidth = 785, bottleneckWidth = 115, depth = 4, rounds = 15, seconds = 1] = numbers.map(Number);
const arch = { skipWidth, bottleneckWidth, depth, inputProjection: 'fixed', outputProjection: 'trainable' };
const data = await openTask(task);
const recipe = { ...data.task.recipe, seed: 1, replicate: 0 };
const program = programOf(arch, data.task.dimensions);
const engine = await openEngine('onnx-cpu');
const settings = { ...adamWDefaults, weightDecay: recipe.weightDecay };

const sides = {
  once: await openNetwork([{ spec: { task, arch, recipe, engine: 'onnx-cpu' }, key: 'bench' }], data),
  everyStep: await engine.open(program, [initialWeights(program, 'bench')], settings),
};
let images = 0;
function* steps() {
  for (let epoch = 0; ; epoch += 1) {
    for (const batch of data.trainingBatches({ ...recipe, runKey: 'bench', epoch })) {
      yield { ...batch, learningRates: [recipe.learningRate] };
      images += batch.size;
    }
  }
}
const streams = { once: sides.once.train(steps()), everyStep: sides.everyStep.train(steps()) };

async function train(side, enough) {
  const started = processorMs();
  images = 0;
  while (!enough(images, processorMs() - started)) await streams[side].next();
  return (1000 * images) / (processorMs() - started);
}
function processorMs() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

if (data.task.inputsRepeat) await train('once', (images) => images >= data.trainingImages * recipe.flips);
for (const side of Object.keys(sides)) await train(side, (images) => images >= 20 * recipe.batchSize);
const measured = { once: [], everyStep: [] };
for (let round = 0; round < rounds; round += 1) {
  for (const side of Object.keys(sides)) measured[side].push(await train(side, (_, ms) => ms >= 1000 * seconds));
}
const median = (values) => values.toSorted((left, right) => left - right)[Math.floor(values.length / 2)];
const ratios = measured.once.map((speed, round) => speed / measured.everyStep[round]);
console.log(
  JSON.stringify({
    task,
    arch: [skipWidth, bottleneckWidth, depth],
    rounds,
    imagesPerSecond: { once: Math.round(median(measured.once)), everyStep: Math.round(median(measured.everyStep)) },
    ratio: Number(median(ratios).toFixed(3)),
    megabytes: Math.round(process.memoryUsage().rss / 2 ** 20),
  }),
);
