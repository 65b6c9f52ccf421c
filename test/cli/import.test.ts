import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { writeReport } from '../../src/report/write-report.js';
import { readRunLog } from '../../src/run/log.js';
import { traceFrontier } from '../../src/frontier/trace.js';
import { finished, unfinished } from '../frontier/runs.js';
import { runHgmlp, startHgmlp } from './run-hgmlp.js';

const published = fileURLToPath(new URL('../golden/runs.csv', import.meta.url));

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'hgmlp-import-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const hgmlp = (...args: string[]) => runHgmlp(args, { cwd: folder });
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
    const { code, stdout } = await hgmlp('import', published);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^mnist\/denoising: 777 runs of 155 architectures.* PSNR on validation alone; 30 on the/m);
    const tasks = ['imagenet32-super-resolution', 'mnist-denoising', 'mnist-super-resolution'];
    expect(readdirSync(inFolder('results')).toSorted()).toEqual(tasks.map((task) => `runs-${task}`));
    for (const task of tasks) expect(readdirSync(inFolder('results', `runs-${task}`)).toSorted()).toEqual(all);

    const shown = await hgmlp('frontier', 'show', 'results/runs-mnist-denoising');
    expect(shown.stdout).toContain('Learning rate, frontier and PSNR all on validation (imported).');
    expect(shown.stdout).toMatch(/^Hourglass +785-115-4 +1,953,080 +0\.001 +1 +24\.247 +undecided$/m);
    const page = read('results', 'runs-mnist-denoising', 'frontier.html');
    expect(page).toContain('learning rate, frontier and PSNR all on validation (imported)');
    expect(page).toContain('Validation PSNR (dB)');
    expect(page).not.toContain('Test PSNR');
    expect(page).toContain('<pre>hgmlp import runs.csv</pre>');
    expect((await hgmlp('frontier', 'plot', 'results/runs-mnist-denoising')).code).toBe(0);
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
    const frontier = traceFrontier(runs, { ...task, count: 'trainable' });
    mkdirSync(inFolder('ours'));
    await writeReport(inFolder('ours'), { runs, frontier, axis: 'log', command: '', resolvedConfig: {} });
    const { code } = await hgmlp('import', 'ours/runs.csv', '--out', 'again');
    expect(code).toBe(0);
    expect(read('again', 'frontier.csv')).toBe(read('ours', 'frontier.csv'));
  });

  test('again finds nothing new and changes nothing; another one into its place needs --fresh', async () => {
    const file = smallFile();
    await hgmlp('import', file, '--out', 'out');
    const before = all.filter((name) => name !== 'log').map((name) => read('out', name));
    const again = await hgmlp('import', file, '--out', 'out');
    expect([again.code, again.stdout]).toEqual([0, expect.stringContaining('out/ holds them already: nothing is new')]);
    expect(readdirSync(inFolder('out', 'log'))).toEqual(['writer-0001.jsonl']);

    smallFile('small.csv', 25);
    const other = await hgmlp('import', file, '--out', 'out');
    expect(other.code).toBe(2);
    expect(other.stderr).toMatch(/^hgmlp: out: expected no folder or one with this very import, got other results; /);
    expect(all.filter((name) => name !== 'log').map((name) => read('out', name))).toEqual(before);

    expect((await hgmlp('import', file, '--out', 'out', '--fresh', '--yes')).code).toBe(0);
    const { runs } = await readRunLog(inFolder('out'));
    expect([...runs.values()].map((run) => run.state === 'finished' && run.validation.psnrDb)).toEqual([25, 24]);
    expect(readdirSync(folder).toSorted()).toEqual(['out', 'small.csv']);
  });

  test('leaves a folder with other files alone, even with --fresh, and is not searched into', async () => {
    mkdirSync(inFolder('mine'));
    writeFileSync(inFolder('mine', 'letter.txt'), 'dear');
    const refused = await hgmlp('import', smallFile(), '--out', 'mine', '--fresh');
    expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining('got other files (letter.txt)')]);
    await hgmlp('import', smallFile(), '--out', 'out');
    const search = await hgmlp('search', '--out', 'out');
    expect(search.code).toBe(2);
    expect(search.stderr).toMatch(/^hgmlp: out holds runs imported from small\.csv, which a search cannot add to; /m);
  });

  test('with --dry-run writes nothing, and with --json says what it would', async () => {
    const { code, stdout } = await hgmlp('import', published, '--task', 'mnist/denoising', '--dry-run', '--json');
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
    const { code, stdout, stderr } = await hgmlp('import', 'bad.csv', '--quiet');
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
    expect((await hgmlp('import', name, '--out', 'out')).code).toBe(0);
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
    expect((await hgmlp('import', published, '--out', 'out')).code).toBe(0);
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
