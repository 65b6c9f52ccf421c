// Whether two builds of hgmlp give the same: the same commands with both, then every file of every results folder, what was
// printed and every exit code compared byte by byte. Only times of day, durations and what they come to may differ.
// usage: node scripts/compare_builds.mjs --against FOLDER   (another checkout, with its bin/ and dist/)
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { writePictures } from '../test/train/pictures.mjs';

const { values: options } = parseArgs({
  options: { against: { type: 'string' }, keep: { type: 'boolean', default: false } },
});
if (options.against === undefined) throw new Error('--against: expected the folder of another build, got none');
const here = path.resolve(fileURLToPath(new URL('..', import.meta.url)));
const builds = { new: here, old: path.resolve(options.against) };
const place = mkdtempSync(path.join(tmpdir(), 'hgmlp-compare-'));

const task = '--task folder:pictures/denoising --data-folder data --image-size 12 --image-channels 1';
const small = `${task} --epochs 9 --batch-size 12 --engine onnx-cpu`;
const commands = [
  `search ${small} --budget 5k..20k --candidates 6 --strategy random --replicates 2 --out random`,
  `search ${small} --budget 5k..20k --candidates 8 --learning-rates 1e-2,3e-4 --strategy halving --tolerance 0.05 --audit 0.1 --out halving`,
  `search ${small} --budget 5k..20k --candidates 8 --strategy model --replicates auto:1..3 --look-every 2 --out model`,
  `search ${small} --budget 5k..20k --candidates 6 --strategy evolve --out evolve --max-runs 5`,
  `search ${small} --budget 5k..20k --candidates 6 --strategy evolve --out evolve`,
  ...[1, 2].map(
    (shard) =>
      `search ${small} --budget 5k..20k --candidates 6 --strategy random --shard ${shard}/2 --out shard-${shard}`,
  ),
  'merge shard-1 shard-2 --out merged',
  'retry --stopped halving --data-folder data',
  'replay halving',
  'replay model --json',
  'import random/runs.csv --out imported',
  'frontier show halving',
  'frontier show model --json',
  'frontier show merged --format markdown',
  'frontier plot random',
  'frontier compare random merged',
  'frontier check imported --baseline random',
  'frontier trend halving',
  `bench strategies --table ${path.join(here, 'test/golden/runs.csv')} --strategies random,evolve,model --seeds 1 --most 0.2 --out bench`,
  `search ${small} --budget 5k..20k --candidates 8 --strategy halving --learning-rates 1e-2,3e-4 --dry-run`,
  `search ${small} --budget 5k..20k --candidates 8 --strategy model --replicates auto:1..3 --dry-run --json`,
  `search ${small} --budget 5k..20k --candidates 8 --strategy model --shard 1/2 --out refused`,
  `search ${small} --budget 5k..20k --candidates 8 --strategy random --replicates auto:1..3 --shard 1/2 --out refused`,
  `search ${small} --budget 5k..20k --candidates 8 --strategy grid --out refused`,
  'merge halving model --out refused',
  'retry --failed halving',
  'reproduce mnist/denoising --dry-run --max-time 100h --engine onnx-cpu',
];

/** What says when something was, or how long it took. */
function withoutTimes(text, build) {
  return text
    .replaceAll(builds[build], '<hgmlp>')
    .replaceAll(
      /"(startedAt|durationMs|imagesPerSecond|estimatedDurationMs|hours|checksum)": ?("[^"]*"|[\d.e+-]+|null)/g,
      '"$1":0',
    )
    .replaceAll(/,"spans":\[[\d,[\]]*\]/g, '')
    .replaceAll(/about [\d.]+ \w+( [\d.]+ \w+)?|[\d.]+ (ms|s|min|h|days?)\b|time left unknown/g, '<time>')
    .replaceAll(/ +<time>/g, ' <time>');
}

function filesOf(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)))
    .filter((name) => !/^(pictures|data)\/|\/checkpoints\//.test(name))
    .sort();
}

/** Logs by their sorted lines: workers end in any order. */
function contentOf(file, build) {
  const bytes = readFileSync(file);
  if (!/\.(csv|jsonl|json|yaml|html|svg|txt|md|log)$|\/log\//.test(file)) return bytes.toString('base64');
  const text = withoutTimes(bytes.toString('utf8'), build);
  return file.includes('/log/') ? text.split('\n').sort().join('\n') : text;
}

let differences = 0;
function compare(what, now, before) {
  if (now === before) return;
  differences += 1;
  console.log(`DIFFERS: ${what}`);
  const [left, right] = ['new', 'old'].map((build) => path.join(place, `difference-${differences}-${build}`));
  writeFileSync(left, now);
  writeFileSync(right, before);
  console.log(spawnSync('diff', [right, left], { encoding: 'utf8' }).stdout.split('\n').slice(0, 12).join('\n'));
}

try {
  for (const build of Object.keys(builds)) await writePictures(path.join(place, build));
  for (const command of commands) {
    const [now, before] = Object.entries(builds).map(([build, folder]) => {
      const { status, stdout, stderr } = spawnSync(
        process.execPath,
        [path.join(folder, 'bin/hgmlp.js'), ...command.split(' ')],
        { cwd: path.join(place, build), encoding: 'utf8', env: { ...process.env, NO_COLOR: '1' } },
      );
      // What is told of single runs comes in the order of the workers.
      const said = withoutTimes(stderr, build)
        .split('\n')
        .filter((line) => !/^\d+\/\d+ runs|goes on from epoch/.test(line));
      return `exit ${status}\n${withoutTimes(stdout, build)}\n${said.join('\n')}`;
    });
    console.log(`hgmlp ${command}: ${now.split('\n')[0]}`);
    compare(`what hgmlp ${command} prints`, now, before);
  }
  const names = filesOf(path.join(place, 'new'));
  compare('the names of the files', names.join('\n'), filesOf(path.join(place, 'old')).join('\n'));
  for (const name of names) {
    const [now, before] = ['new', 'old'].map((build) => path.join(place, build, name));
    compare(name, contentOf(now, 'new'), contentOf(before, 'old'));
  }
  console.log(`${names.length} files, ${commands.length} commands: ${differences} differences`);
  process.exitCode = differences === 0 ? 0 : 1;
} finally {
  if (!options.keep) rmSync(place, { recursive: true });
}
