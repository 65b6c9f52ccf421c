// How long it takes to read a table, check it, divide it and make inputs of it, and the memory that takes at most. The table
// is made anew from a seed in a temporary folder: numbers with six decimals, and words of ten. With --python, which names a
// Python that has pandas, the same file is read by pandas.read_csv in the same run.
// usage: node bench/table.mjs [--rows 1000000] [--numeric 45] [--categorical 5] [--python python3] [--json]
import { spawnSync } from 'node:child_process';
import { createWriteStream, mkdtempSync, rmSync, statSync } from 'node:fs';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { randomStream } from '../dist/base/random.js';
import { prepareTable } from '../dist/data/table/prepare-table.js';
import { readTable } from '../dist/data/table/read-table.js';
import { defaultRequest } from '../dist/data/table/request.js';

const { values: options } = parseArgs({
  options: {
    rows: { type: 'string', default: '1000000' },
    numeric: { type: 'string', default: '45' },
    categorical: { type: 'string', default: '5' },
    python: { type: 'string' },
    // Of the process that reads.
    read: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
});

async function writeTable(file) {
  const [rows, numeric, categorical] = [options.rows, options.numeric, options.categorical].map(Number);
  const stream = randomStream('bench table', 1);
  const names = (letter, count) => Array.from({ length: count }, (_, index) => `${letter}${index}`);
  const out = createWriteStream(file);
  let block = `${[...names('n', numeric), ...names('c', categorical)].join(',')}\n`;
  for (let row = 0; row < rows; row += 1) {
    const numbers = Array.from({ length: numeric }, () => (stream.uniform() * 100 - 50).toFixed(6));
    const words = Array.from({ length: categorical }, () => `category${stream.integerBelow(10)}`);
    block += `${[...numbers, ...words].join(',')}\n`;
    if (block.length < 2 ** 20) continue;
    if (!out.write(block)) await once(out, 'drain');
    block = '';
  }
  out.end(block);
  await once(out, 'close');
}

async function measureReading(file) {
  const request = { ...defaultRequest, targets: ['n0'] };
  const started = performance.now();
  const table = await readTable(file, request);
  const read = performance.now();
  const { rows, inputWidth } = prepareTable(table, request);
  const seconds = (from, to) => Number(((to - from) / 1000).toFixed(1));
  const ended = performance.now();
  return {
    ...{ rows, inputWidth, seconds: seconds(started, ended), readSeconds: seconds(started, read) },
    ...{ prepareSeconds: seconds(read, ended), peakMegabytes: Math.round(process.resourceUsage().maxRSS / 1000) },
  };
}

const pandas = `
import json, resource, sys, time, pandas
started = time.perf_counter()
rows, columns = pandas.read_csv(sys.argv[1]).shape
print(json.dumps({"rows": rows, "columns": columns, "seconds": round(time.perf_counter() - started, 1),
  "peakMegabytes": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000)}))
`;

function childDocument(program, words) {
  const { status, stdout, stderr } = spawnSync(program, words, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${program} ended with ${status}: ${stderr}`);
  return JSON.parse(stdout);
}

if (options.read !== undefined) {
  console.log(JSON.stringify(await measureReading(options.read)));
} else {
  const folder = mkdtempSync(path.join(tmpdir(), 'hgmlp-bench-table-'));
  try {
    const file = path.join(folder, 'table.csv');
    await writeTable(file);
    const megabytes = Math.round(statSync(file).size / 1e6);
    const hgmlp = childDocument(process.execPath, [fileURLToPath(import.meta.url), '--read', file]);
    const peer = options.python === undefined ? null : childDocument(options.python, ['-c', pandas, file]);
    const ratio = peer === null ? null : Number((hgmlp.readSeconds / peer.seconds).toFixed(2));
    if (options.json) console.log(JSON.stringify({ megabytes, hgmlp, pandas: peer, readRatio: ratio }));
    else {
      console.log(`${hgmlp.rows} rows, ${megabytes} MB, ${hgmlp.inputWidth} inputs`);
      console.log(
        `hgmlp   ${hgmlp.seconds} s (read ${hgmlp.readSeconds}, prepare ${hgmlp.prepareSeconds}), ${hgmlp.peakMegabytes} MB`,
      );
      if (peer !== null) {
        console.log(
          `pandas  ${peer.seconds} s (read_csv), ${peer.peakMegabytes} MB; reading here takes ${ratio} times as long`,
        );
      }
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}
