// Training throughput on one core, against the plain matrix products of the same shapes and against PyTorch if it is
// there, and two workers against one. All sides run in turns, round after round, pinned to a core where the system can;
// medians are compared.
// usage: npm run bench -- [--json] [--rounds 5] [--seconds 3]
import { execFile, execFileSync } from 'node:child_process';
import { parseArgs, promisify } from 'node:util';
import { fileURLToPath } from 'node:url';

const { values: options } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '3' },
  },
});
const networks = [
  [785, 115, 4],
  [1150, 480, 4],
  [785, 4, 20],
];
const batchSize = 128;
const run = promisify(execFile);
const script = (name) => fileURLToPath(new URL(name, import.meta.url));

const pinned = works('taskset', ['-c', '0', 'true']);
const python = ['/usr/bin/python3', 'python3'].find((name) => works(name, ['-c', 'import torch']));
const sides = {
  hgmlp: [process.execPath, script('train_step.mjs')],
  products: [process.execPath, script('products.mjs')],
  ...(python && { pytorch: [python, script('pytorch_step.py')] }),
};

const results = [];
for (const network of networks) {
  const samples = Object.fromEntries([...Object.keys(sides), 'twoWorkers'].map((side) => [side, []]));
  for (let round = 0; round < Number(options.rounds); round += 1) {
    for (const [side, command] of Object.entries(sides)) samples[side].push(await measure(command, network, 0));
    const both = await Promise.all([0, 1].map((core) => measure(sides.hgmlp, network, core)));
    samples.twoWorkers.push({ imagesPerSecond: both[0].imagesPerSecond + both[1].imagesPerSecond });
  }
  results.push(summarise(network, samples));
}
if (options.json) console.log(JSON.stringify({ schemaVersion: 1, batchSize, pinned, results }, null, 2));
else console.table(Object.fromEntries(results.map(({ network, ...figures }) => [network, figures])));
if (!python && !options.json) console.log('PyTorch is not installed here: no comparison with it.');

function summarise(network, samples) {
  const rate = (side) => median(samples[side].map(({ imagesPerSecond }) => imagesPerSecond));
  const paired = (left, right) =>
    median(samples[left].map(({ imagesPerSecond }, round) => imagesPerSecond / samples[right][round].imagesPerSecond));
  const rounded = (value) => Number(value.toFixed(3));
  return {
    network: network.join('-'),
    imagesPerSecond: Math.round(rate('hgmlp')),
    shareOfPlainProducts: rounded(paired('hgmlp', 'products')),
    batchMakingShare: rounded(median(samples.hgmlp.map(({ batchMakingShare }) => batchMakingShare))),
    twoWorkersTimesOne: rounded(paired('twoWorkers', 'hgmlp')),
    ...(samples.pytorch && {
      pytorchImagesPerSecond: Math.round(rate('pytorch')),
      timesPytorch: rounded(paired('hgmlp', 'pytorch')),
      pytorch: `${samples.pytorch[0].version}, ${samples.pytorch[0].adamw} AdamW`,
    }),
  };
}

async function measure([command, ...first], network, core) {
  const words = [command, ...first, ...network, batchSize, options.seconds].map(String);
  const [program, ...rest] = pinned ? ['taskset', '-c', String(core), ...words] : words;
  const env = { ...process.env, OMP_NUM_THREADS: '1' };
  const { stdout } = await run(program, rest, { env });
  return JSON.parse(stdout.trim().split('\n').at(-1));
}

function median(values) {
  const sorted = values.toSorted((left, right) => left - right);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

function works(command, args) {
  try {
    execFileSync(command, args, { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
