// What a results folder of very many runs costs to read: time and memory of `hgmlp frontier show`, for logs of so many
// runs over so many architectures, which are made here by hgmlp's own encoder. With --against, another build of hgmlp (a
// folder that holds bin/ and dist/) is measured in turns, and the ratios are told.
// usage: node bench/many_runs.mjs [--runs 1000000] [--architectures 1000,10000,250000] [--epochs 1] [--rounds 1]
//        [--against FOLDER] [--command "frontier show"] [--folder FOLDER] [--make]
// --folder keeps the logs there for the next time; --make only makes them.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { sizeOf } from '../dist/arch/sizes.js';
import { median } from '../dist/base/averages.js';
import { randomStream } from '../dist/base/random.js';
import { writeStoredConfig } from '../dist/config/stored.js';
import { keyOf } from '../dist/run/key.js';
import { openRunLog } from '../dist/run/log.js';

const { values: options } = parseArgs({
  options: {
    runs: { type: 'string', default: '1000000' },
    architectures: { type: 'string', default: '1000,10000,250000' },
    epochs: { type: 'string', default: '1' },
    rounds: { type: 'string', default: '1' },
    against: { type: 'string' },
    command: { type: 'string', default: 'frontier show' },
    folder: { type: 'string' },
    make: { type: 'boolean', default: false },
  },
});
const [runs, epochs, rounds] = [options.runs, options.epochs, options.rounds].map(Number);
const place = options.folder ?? (await mkdtemp(path.join(tmpdir(), 'hgmlp-many-runs-')));
const here = fileURLToPath(new URL('..', import.meta.url));
const builds = { new: here, ...(options.against !== undefined && { old: options.against }) };

try {
  for (const architectures of options.architectures.split(',').map(Number)) await bench(architectures);
} finally {
  if (options.folder === undefined) await rm(place, { recursive: true });
}

async function bench(architectures) {
  const folder = path.join(place, `runs-${runs}-architectures-${architectures}-epochs-${epochs}`);
  if (!existsSync(path.join(folder, 'config.yaml'))) await make(folder, architectures);
  if (options.make) return;
  const measured = Object.fromEntries(Object.keys(builds).map((name) => [name, []]));
  for (let round = 0; round < rounds; round += 1) {
    for (const [name, build] of Object.entries(builds)) measured[name].push(await measure(build, folder));
  }
  const of = (name, field) => median(measured[name].map((one) => one[field]));
  for (const name of Object.keys(builds)) {
    const [seconds, busy] = [of(name, 'seconds').toFixed(1), of(name, 'busySeconds').toFixed(1)];
    console.log(
      `${name}: ${runs} runs, ${architectures} architectures: ${seconds} s (${busy} s of the processors), ` +
        `${of(name, 'megabytes').toFixed(0)} MB`,
    );
  }
  if (builds.old === undefined) return;
  const ratio = (field) => (of('new', field) / of('old', field)).toFixed(3);
  const isSame = measured.new[0].output === measured.old[0].output;
  console.log(
    `new / old: ${ratio('seconds')} of the time (${ratio('busySeconds')} of the processors'), ` +
      `${ratio('megabytes')} of the memory, ${isSame ? 'the same' : 'ANOTHER'} output`,
  );
}

/** Wall time and that of the processors in seconds, and the maximum resident set in megabytes, of one command. */
async function measure(build, folder) {
  const tell = `process.on('exit', () => console.error(JSON.stringify(process.resourceUsage())))`;
  const words = [`--import=data:text/javascript,${encodeURIComponent(tell)}`, path.join(build, 'bin/hgmlp.js')];
  const started = performance.now();
  const child = spawn(process.execPath, [...words, ...options.command.split(' '), folder]);
  const [hash, messages] = [createHash('sha256'), []];
  child.stdout.on('data', (data) => hash.update(data));
  child.stderr.on('data', (data) => messages.push(data));
  const code = await new Promise((resolve) => child.on('close', resolve));
  const lines = messages.join('').trim().split('\n');
  if (code !== 0) throw new Error(`${build} ended with ${code}: ${lines.slice(-20).join('\n')}`);
  const { maxRSS, userCPUTime, systemCPUTime } = JSON.parse(lines.at(-1));
  return {
    seconds: (performance.now() - started) / 1000,
    busySeconds: (userCPUTime + systemCPUTime) / 1e6,
    megabytes: maxRSS / 1000,
    output: hash.digest('hex'),
  };
}

/** A folder as a search leaves it, without what is made from the log. */
async function make(folder, architectures) {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const log = await openRunLog(folder);
  let batch = [];
  for (const run of madeRuns(architectures)) {
    batch.push(run);
    if (batch.length < 10_000) continue;
    await log.appendAll(batch);
    batch = [];
  }
  await log.appendAll(batch);
  await log.close();
  // Last: a folder without it is made anew.
  await writeStoredConfig(folder, {
    task: 'mnist/denoising',
    budget: '10k..10M',
    size: 'trainable',
    name: 'many-runs',
  });
}

/** In the order of a plan: architecture by architecture, each at several learning rates with several replicates. */
function* madeRuns(architectures) {
  const ofEach = Math.ceil(runs / architectures);
  const rates = [3e-4, 1e-3, 3e-3, 1e-2, 3e-2].slice(0, Math.max(1, Math.min(5, ofEach / 2)));
  const replicates = Math.ceil(ofEach / rates.length);
  const stream = randomStream('many runs', architectures);
  let made = 0;
  for (let number = 0; number < architectures; number += 1) {
    const arch = archOf(number);
    for (const learningRate of rates) {
      for (let replicate = 0; replicate < replicates && made < runs; replicate += 1, made += 1) {
        yield madeRun({ arch, learningRate, replicate, made }, stream);
      }
    }
  }
}

/** Every number another one: hourglass and conventional in turns. */
function archOf(number) {
  const pair = Math.floor(number / 2);
  const narrow = 8 + (Math.floor(pair / 8) % 250);
  const wide = narrow + 1 + Math.floor(pair / 2000);
  const [skipWidth, bottleneckWidth] = number % 2 === 0 ? [wide, narrow] : [narrow, wide];
  const projections = { inputProjection: 'trainable', outputProjection: 'trainable' };
  return { skipWidth, bottleneckWidth, depth: 1 + (pair % 8), ...projections };
}

function madeRun({ arch, learningRate, replicate, made }, stream) {
  const recipe = { epochs, batchSize: 128, learningRateStep: 'epoch', weightDecay: 0.01, flips: 1, seed: 1 };
  const spec = { task: 'mnist/denoising', arch, recipe: { ...recipe, learningRate, replicate }, engine: 'onnx-cpu' };
  const trainable = sizeOf(arch, { input: 784, output: 784 }, 'trainable');
  const noise = () => stream.uniform() - 0.5;
  const bestDb = 12 + 2 * Math.log10(trainable) - Math.log10(learningRate / 1e-3) ** 2 + 0.2 * noise();
  const measured = (psnrDb) => ({
    meanSquaredError: 10 ** (-psnrDb / 10),
    psnrDb: psnrDb + 1e-3 * noise(),
    psnrOfMeanDb: psnrDb,
  });
  const curve = Array.from({ length: epochs }, (_, epoch) => ({
    epoch: epoch + 1,
    learningRate: learningRate * (1 - epoch / epochs),
    trainLoss: 0.05 / (1 + epoch) + 1e-3 * noise(),
    validation: measured(bestDb - 2 / (1 + epoch)),
  }));
  const startedAt = new Date(Date.UTC(2026, 0, 1) + 1000 * made).toISOString();
  const timing = { startedAt, durationMs: 1000 + Math.round(1000 * stream.uniform()), imagesPerSecond: 12_908 };
  const outcome = { key: keyOf(spec), spec, curve, timing };
  if (made % 100 === 99) return { ...outcome, state: 'diverged', reason: 'training loss at epoch 1, step 7 is NaN' };
  if (made % 250 === 3)
    return { ...outcome, curve: [], state: 'failed', reason: 'the worker process was killed (SIGKILL)' };
  const { validation } = curve.at(-1);
  return { ...outcome, state: 'finished', validation, test: { ...measured(validation.psnrDb - 0.05), ssim: 0.8 } };
}
