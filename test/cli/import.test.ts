import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { writeReport } from '../../src/report/write-report.js';
import { readRunLog } from '../../src/run/log.js';
import { traceFrontier } from '../../src/frontier/trace.js';
import { finished, unfinished } from '../frontier/runs.js';
import '../report/undrawn.js';
import { callHgmlp, startHgmlp } from './run-hgmlp.js';
import { pictureMetrics } from '../../src/run/metrics.js';

const published = fileURLToPath(new URL('../golden/runs.csv', import.meta.url));

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'hgmlp-import-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Without a process of its own. */
const called = (...args: string[]) => callHgmlp(args, { cwd: folder, env: { GITHUB_STEP_SUMMARY: '' } });
const inFolder = (...names: string[]) => path.join(folder, ...names);
const read = (...names: string[]) => readFileSync(inFolder(...names), 'utf8');
const header = 'task,skip_width,bottleneck_width,depth,validation_psnr_db,test_psnr_db';

function smallFile(name = 'small.csv', psnrDb = 24): string {
  writeFileSync(
    inFolder(name),
    `${header}\nmnist/denoising,785,115,4,${psnrDb},24.1\nmnist/denoising,784,785,1,24,24\n`,
  );
  return name;
}

const all = ['config.yaml', 'frontier.csv', 'frontier.html', 'frontier.png', 'frontier.svg', 'log', 'runs.csv'];

describe('importing a file', () => {
  test('of three tasks makes three results folders that frontier show and plot read', async () => {
    const { code, stdout } = await called('import', published);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^mnist\/denoising: 777 runs of 155 architectures.* PSNR on validation alone; 30 on the/m);
    const tasks = ['imagenet32-super-resolution', 'mnist-denoising', 'mnist-super-resolution'];
    expect(readdirSync(inFolder('results')).toSorted()).toEqual(tasks.map((task) => `runs-${task}`));
    for (const task of tasks) expect(readdirSync(inFolder('results', `runs-${task}`)).toSorted()).toEqual(all);

    const shown = await called('frontier', 'show', 'results/runs-mnist-denoising');
    expect(shown.stdout).toContain('Learning rate, frontier and PSNR all on validation (imported).');
    expect(shown.stdout).toMatch(/^Hourglass +785-115-4 +1,953,080 +0\.001 +1 +24\.247 +undecided$/m);
    const page = read('results', 'runs-mnist-denoising', 'frontier.html');
    expect(page).toContain('learning rate, frontier and PSNR all on validation (imported)');
    expect(page).toContain('Validation PSNR (dB)');
    expect(page).not.toContain('Test PSNR');
    expect(page).toContain('<pre>hgmlp import runs.csv</pre>');
    expect((await called('frontier', 'plot', 'results/runs-mnist-denoising')).code).toBe(0);
    expect(read('results', 'runs-mnist-denoising', 'frontier.html')).toBe(page);
  });

  test('that we wrote ourselves gives the same frontier again', async () => {
    const task = { task: 'mnist/denoising', dimensions: { input: 784, output: 784 }, trainingImages: 50_000 };
    const runs = [
      ...[0, 1, 2].map((replicate) => finished({ recipe: { replicate } }, 20 + replicate / 3, 19 + replicate / 7)),
      finished({ recipe: { learningRate: 3e-4 } }, 22, 21),
      finished({ arch: { skipWidth: 20, inputProjection: 'fixed' } }, 23),
      unfinished({ arch: { bottleneckWidth: 30 } }, 'diverged'),
      unfinished({ arch: { bottleneckWidth: 31 } }, 'failed'),
    ];
    const frontier = traceFrontier(runs, { ...task, axis: 'trainable', metrics: pictureMetrics });
    mkdirSync(inFolder('ours'));
    await writeReport(inFolder('ours'), {
      ...{ runs, frontier, images: { width: 28, height: 28 } },
      ...{ axis: 'log', command: '', resolvedConfig: {} },
    });
    const { code } = await called('import', 'ours/runs.csv', '--out', 'again');
    expect(code).toBe(0);
    expect(read('again', 'frontier.csv')).toBe(read('ours', 'frontier.csv'));
  });

  test('again finds nothing new and changes nothing; another one into its place needs --fresh', async () => {
    const file = smallFile();
    await called('import', file, '--out', 'out');
    const before = all.filter((name) => name !== 'log').map((name) => read('out', name));
    const again = await called('import', file, '--out', 'out');
    expect([again.code, again.stdout]).toEqual([0, expect.stringContaining('out/ holds them already: nothing is new')]);
    expect(readdirSync(inFolder('out', 'log'))).toEqual(['writer-0001.jsonl']);

    smallFile('small.csv', 25);
    const other = await called('import', file, '--out', 'out');
    expect(other.code).toBe(2);
    expect(other.stderr).toMatch(/^hgmlp: out: expected no folder, or one with the same import, got other results; /);
    expect(all.filter((name) => name !== 'log').map((name) => read('out', name))).toEqual(before);

    expect((await called('import', file, '--out', 'out', '--fresh', '--yes')).code).toBe(0);
    const { runs } = await readRunLog(inFolder('out'));
    expect([...runs.values()].map((run) => run.state === 'finished' && run.validation.psnrDb)).toEqual([25, 24]);
    expect(readdirSync(folder).toSorted()).toEqual(['out', 'small.csv']);
  });

  test('leaves a folder with other files alone, even with --fresh, and is not searched into', async () => {
    mkdirSync(inFolder('mine'));
    writeFileSync(inFolder('mine', 'letter.txt'), 'dear');
    const refused = await called('import', smallFile(), '--out', 'mine', '--fresh');
    expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining('got other files (letter.txt)')]);
    await called('import', smallFile(), '--out', 'out');
    const search = await called('search', '--out', 'out');
    expect(search.code).toBe(2);
    expect(search.stderr).toMatch(/^hgmlp: out holds runs imported from small\.csv, which a search cannot add to; /m);
  });

  test.each(['my runs', 'Läufe 🚀', 'a=b,c: d', 'results:hourglass'])(
    'into a folder called %j makes results that every command opens, and the same file again finds them',
    async (name) => {
      const file = smallFile();
      const first = await called('import', file, '--out', name);
      expect(first.code).toBe(0);
      expect(first.stdout).toContain(`Next: hgmlp frontier show ${/^[\w:]+$/.test(name) ? name : `'${name}'`}\n`);
      expect((await called('import', file, '--out', name)).stdout).toContain(`${name}/ holds them already`);
      expect((await called('frontier', 'show', name)).code).toBe(0);
      expect((await called('frontier', 'plot', name)).code).toBe(0);
      const gate = await called('frontier', 'check', name, '--baseline', name);
      expect([gate.code, gate.stderr]).toEqual([0, '']);
      expect((await called('frontier', 'compare', name, `${name}:hourglass`)).code).toBe(0);
    },
  );

  test('into the folder that one stands in names the study after it', async () => {
    smallFile();
    mkdirSync(inFolder('here'));
    const { code } = await callHgmlp(['import', '../small.csv', '--out', '.'], { cwd: inFolder('here') });
    expect(code).toBe(0);
    expect(read('here', 'config.yaml')).toContain('name: here\n');
    expect((await called('frontier', 'show', 'here')).code).toBe(0);
  });

  test('of networks larger than any budget that a search may have makes results that every command opens', async () => {
    const lines = ['1000000,900000,1,22', '2000000,900000,1,23'].map(
      (line) => `mnist/denoising,${line},${line.slice(-2)}\n`,
    );
    writeFileSync(inFolder('huge.csv'), `${header}\n${lines.join('')}`);
    expect((await called('import', 'huge.csv', '--out', 'huge')).code).toBe(0);
    for (const command of ['show', 'plot']) expect((await called('frontier', command, 'huge')).code).toBe(0);
    expect((await called('frontier', 'check', 'huge', '--baseline', 'huge')).code).toBe(0);
    expect((await called('frontier', 'compare', 'huge', 'huge')).stdout).toContain('Mean gap, 1.8T to 3.6T (dB)');
  });

  test('tells what it left out and why, in lines and in the document', async () => {
    writeFileSync(
      inFolder('some.csv'),
      `${header},state\n${['785,115,4,24,24,COMPLETE', '785,115,4,24,24,COMPLETE', '785,115,5,,,preempted', ',,,,,FAIL']
        .map((line) => `mnist/denoising,${line}\n`)
        .join('')},,,,,,\n`,
    );
    const { stdout } = await called('import', 'some.csv', '--dry-run');
    expect(stdout.split('\n').filter((line) => line.startsWith('left out'))).toEqual([
      'left out: 1 line: not ended (preempted)',
      'left out: 1 line: failed before it had a network (FAIL)',
      'left out: 1 line: empty in every column that is read',
      'left out: 1 line: equal to another line in every column that is read, so copies of one run; a replicate or seed tells runs apart',
    ]);
    const document = JSON.parse((await called('import', 'some.csv', '--dry-run', '--json')).stdout) as object;
    expect(document).toMatchObject({
      unfinishedRuns: 1,
      leftOut: [{ why: 'not ended', states: ['preempted'], lines: 1 }, {}, {}, {}],
    });
  });

  test('with --dry-run writes nothing, and with --json says what it would', async () => {
    const { code, stdout } = await called('import', published, '--task', 'mnist/denoising', '--dry-run', '--json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      schemaVersion: 1,
      file: 'runs.csv',
      dryRun: true,
      columns: { psnr_db: 'psnr_db', metric: 'metric' },
      unreadColumns: [],
      imports: [
        {
          task: 'mnist/denoising',
          folder: path.join('results', 'runs-mnist-denoising'),
          isNew: true,
          runs: 777,
          architectures: 155,
          frontierPoints: 30,
          onlySet: 'validation',
          params: { lowest: 1_262_280, highest: 7_949_760 },
        },
      ],
    });
    expect(readdirSync(folder)).toEqual([]);
  });

  test('with faults tells each on a line, the summary last, and leaves nothing', async () => {
    writeFileSync(inFolder('bad.csv'), `${header}\nmnist/denoising,785,115,4,24,24\nmnist/denoising,x,y,4,24,24\n`);
    const { code, stdout, stderr } = await called('import', 'bad.csv', '--quiet');
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr.split('\n')).toEqual([
      "bad.csv:3: skip_width: expected a whole number from 1, got 'x'",
      "bad.csv:3: bottleneck_width: expected a whole number from 1, got 'y'",
      expect.stringMatching(/^hgmlp: bad\.csv: expected runs, got 2 faults; nothing was imported/),
      '',
    ]);
    expect(readdirSync(folder)).toEqual(['bad.csv']);
  });

  test('with text that a spreadsheet or a browser would run leaves it inert', async () => {
    const name = '<img src=x onerror=alert(1)>.csv';
    writeFileSync(
      inFolder(name),
      'task,d_z,d_h,depth,state,reason,test_psnr\nmnist/denoising,785,115,4,failed,"=HYPERLINK(""x"")",\n' +
        'mnist/denoising,785,115,5,,,24\n',
    );
    expect((await called('import', name, '--out', 'out')).code).toBe(0);
    expect(read('out', 'frontier.html')).not.toContain('<img');
    expect(read('out', 'frontier.html')).toContain('&#60;img src=x onerror=alert(1)&#62;.csv');
    expect(read('out', 'runs.csv')).toContain(`,failed,"'=HYPERLINK(""x"")",`);
  });
});

describe('an import that ends early', () => {
  test('by a signal leaves nothing but what was there', async () => {
    smallFile();
    const { child, ended } = startHgmlp(['import', published, '--out', 'out'], { cwd: folder });
    await until(() => hidden().length > 0);
    child.kill('SIGTERM');
    const { code, stderr } = await ended;
    expect([code, stderr]).toEqual([75, expect.stringContaining('hgmlp: stopped; nothing was written')]);
    expect(readdirSync(inFolder('out'))).toEqual([]);
  });

  test('by SIGKILL has made no results, and what it left is gone after the next import', async () => {
    const { child, ended } = startHgmlp(['import', published, '--out', 'out'], { cwd: folder });
    await until(() => hidden().length > 0);
    child.kill('SIGKILL');
    await ended;
    expect(readdirSync(inFolder('out'))).toEqual(hidden());
    expect((await called('import', published, '--out', 'out')).code).toBe(0);
    expect(readdirSync(inFolder('out')).toSorted()).toEqual([
      'imagenet32-super-resolution',
      'mnist-denoising',
      'mnist-super-resolution',
    ]);
  });

  const hidden = () =>
    existsSync(inFolder('out')) ? readdirSync(inFolder('out')).filter((name) => name.startsWith('.')) : [];
});

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 5));
}
