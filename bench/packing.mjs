// What training several networks side by side costs or gains. Without --provider: images a second on the processor, of one
// network and of a pack on the graph of the accelerators, and of one on onnx-cpu, in turns, round after round. With it:
// what each network's step launches, and the bytes that pass between host and device, counted as the engine runs.
// usage: node bench/packing.mjs [--provider cpu|cuda|webgpu] [--members 6] [--network 454,248,1] [--rounds 5] [--seconds 2] [--json]
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { InferenceSession } from 'onnxruntime-node';
import { programOf } from '../dist/arch/families.js';
import { initialWeights } from '../dist/arch/weights.js';
import { adamWDefaults } from '../dist/engine/engine.js';
import { openEngine } from '../dist/engine/engines.js';
import { stepsOfBlock } from '../dist/engine/onnx/staging.js';

const { values: options } = parseArgs({
  options: {
    provider: { type: 'string' },
    members: { type: 'string', default: '6' },
    network: { type: 'string', multiple: true, default: ['64,16,1', '454,248,1', '785,115,4'] },
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '2' },
    json: { type: 'boolean', default: false },
  },
});
const batchSize = 128;
const dimensions = { input: 784, output: 784 };
const packSize = Number(options.members);
const projections = { inputProjection: 'trainable', outputProjection: 'trainable' };

const rows = [];
for (const network of options.network) {
  const [skipWidth, bottleneckWidth, depth] = network.split(',').map(Number);
  const program = programOf({ skipWidth, bottleneckWidth, depth, ...projections }, dimensions);
  if (options.provider === undefined) rows.push({ network, ...(await throughput(program)) });
  else for (const members of [1, packSize]) rows.push({ network, members, ...(await traffic(program, members)) });
}
if (options.json) console.log(JSON.stringify({ schemaVersion: 1, batchSize, rows }, null, 2));
else console.table(rows);

async function throughput(program) {
  const sides = {
    onnxCpu: await openSide('onnx-cpu', program, 1),
    unpacked: await openSide('onnx-cpu-packed', program, 1),
    packed: await openSide('onnx-cpu-packed', program, packSize),
  };
  const rates = Object.fromEntries(Object.keys(sides).map((side) => [side, []]));
  for (const { measure } of Object.values(sides)) await measure();
  for (let round = 0; round < Number(options.rounds); round += 1) {
    for (const [side, { measure }] of Object.entries(sides)) rates[side].push(await measure());
  }
  for (const { model } of Object.values(sides)) await model.dispose();
  const ratio = (left, right) => round3(median(rates[left].map((rate, index) => rate / rates[right][index])));
  return {
    onnxCpuImagesPerSecond: Math.round(median(rates.onnxCpu)),
    unpackedImagesPerSecond: Math.round(median(rates.unpacked)),
    packedImagesPerSecond: Math.round(median(rates.packed)),
    packedTimesUnpacked: ratio('packed', 'unpacked'),
    packedTimesOnnxCpu: ratio('packed', 'onnxCpu'),
  };
}

/** A model, and a function that trains it for a while and gives its images a second. */
async function openSide(name, program, members) {
  const model = await (await openEngine(name)).open(program, weightsOf(program, members), settings());
  const step = stepOf(members);
  let steps = 1;
  const measure = async () => {
    for (;;) {
      const started = performance.now();
      for await (const losses of model.train(repeated(step, steps))) void losses;
      const seconds = (performance.now() - started) / 1000;
      if (seconds > Number(options.seconds)) return (steps * members * batchSize) / seconds;
      steps = Math.ceil(1.1 * steps * Math.min(20, Math.max(1, Number(options.seconds) / seconds)));
    }
  };
  return { model, measure };
}

/** What the sessions of an engine do in a block of steps, or in one where the provider runs them one by one. */
async function traffic(program, members) {
  const engine = await openEngine(options.provider === 'cpu' ? 'onnx-cpu-packed' : `onnx-${options.provider}`);
  const folder = mkdtempSync(path.join(tmpdir(), 'hgmlp-packing-'));
  const sessions = [];
  const create = InferenceSession.create;
  InferenceSession.create = async (model, sessionOptions) => {
    const profiled = { enableProfiling: true, profileFilePrefix: path.join(folder, 'profile') };
    const session = await create.call(InferenceSession, model, { ...sessionOptions, ...profiled });
    sessions.push(countingBytes(session));
    return session;
  };
  try {
    const model = await engine.open(program, weightsOf(program, members), settings());
    const bytesOfStep = 4 * members * batchSize * (dimensions.input + dimensions.output);
    const steps = options.provider === 'webgpu' ? 1 : stepsOfBlock(bytesOfStep);
    // The first steps bring the weights to the device; what follows is counted.
    const before = await trained(model, members, steps, sessions);
    const after = await trained(model, members, steps, sessions);
    for (const { session } of sessions) session.endProfiling();
    const launches = launchesIn(folder) / (2 * steps);
    return {
      stepsOfRun: steps,
      launchesOfStep: round3(launches),
      launchesOfNetwork: round3(launches / members),
      copiesOfStep: copiesIn(folder),
      toDeviceOfNetwork: Math.round((after.toDevice - before.toDevice) / steps / members),
      toHostOfNetwork: Math.round((after.toHost - before.toHost) / steps / members),
    };
  } finally {
    InferenceSession.create = create;
    rmSync(folder, { recursive: true });
  }
}

/** The session, with the bytes of the tensors that its runs read from the host and leave there. */
function countingBytes(session) {
  const counted = { session, toDevice: 0, toHost: 0 };
  const run = session.run.bind(session);
  session.run = async (feeds, ...rest) => {
    const results = await run(feeds, ...rest);
    counted.toDevice += bytesOnHost(feeds);
    counted.toHost += bytesOnHost(results);
    return results;
  };
  return counted;
}

function bytesOnHost(tensors) {
  const onHost = Object.values(tensors).filter(({ location }) => location === 'cpu');
  return onHost.reduce((sum, { data }) => sum + data.byteLength, 0);
}

async function trained(model, members, steps, sessions) {
  for await (const losses of model.train(repeated(stepOf(members), steps))) void losses;
  const total = (direction) => sessions.reduce((sum, counted) => sum + counted[direction], 0);
  return { toDevice: total('toDevice'), toHost: total('toHost') };
}

/**
 * Dispatches where the profile has them, as WebGPU's does; else the nodes that compute, of the graph as the runtime has
 * fused it.
 */
function launchesIn(folder) {
  const events = eventsIn(folder);
  const dispatches = events.filter(({ cat }) => cat === 'Api');
  if (dispatches.length > 0) return dispatches.length;
  const noKernel = ['Scan', 'Reshape', 'Identity'];
  return nodesOf(events).filter(({ args }) => !noKernel.includes(args.op_name)).length;
}

/** Copies between host and device that the runtime has put between nodes. */
function copiesIn(folder) {
  return nodesOf(eventsIn(folder)).filter(({ args }) => args.op_name.startsWith('Memcpy')).length;
}

function eventsIn(folder) {
  return readdirSync(folder).flatMap((file) => JSON.parse(readFileSync(path.join(folder, file), 'utf8')));
}

function nodesOf(events) {
  return events.filter(({ cat, name }) => cat === 'Node' && name.endsWith('_kernel_time'));
}

function weightsOf(program, members) {
  return Array.from({ length: members }, (_, member) => initialWeights(program, `member ${member}`));
}

function settings() {
  return { ...adamWDefaults, weightDecay: 0.01 };
}

function stepOf(members) {
  const numbers = (width) => Float32Array.from({ length: members * batchSize * width }, Math.random);
  const learningRates = Array(members).fill(1e-3);
  return { input: numbers(dimensions.input), target: numbers(dimensions.output), size: batchSize, learningRates };
}

function* repeated(step, times) {
  for (let count = 0; count < times; count += 1) yield step;
}

function median(values) {
  const sorted = values.toSorted((left, right) => left - right);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

function round3(value) {
  return Number(value.toFixed(3));
}
