/** Several commands that would write into one folder at a time. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isClaim, whileClaimed } from '../../src/run/claim.js';
import '../report/undrawn.js';
import { smallTaskOptions, writePictures } from '../train/small-task.js';
import { ended, planned, writeFolder } from './merges.js';
import { recordsOf } from './records.js';
import { callHgmlp, killWhenShown, runHgmlp, startHgmlp, type Started } from './run-hgmlp.js';

const size = ['--budget', '5k..10k', '--candidates', '2', '--strategy', 'random'];
const study = ['search', ...smallTaskOptions, ...size, '--batch-size', '24', '--workers', '1'];
/** Longer than what is done beside it takes. */
const long = [...study, '--epochs', '30000'];
const short = [...study, '--epochs', '2'];

let root: string;
const at = (...names: string[]) => path.join(root, ...names);
const start = (args: readonly string[]) => startHgmlp(args, { cwd: root });
/** Has it hold its claim, and train on only once it gets SIGCONT. */
const halt = ({ child }: Started) => process.kill(-child.pid!, 'SIGSTOP');
const run = (args: readonly string[]) => runHgmlp(args, { cwd: root });
/** In this process, beside those that were started. */
const call = (args: readonly string[]) => callHgmlp(args, { cwd: root });
const claims = (folder: string) => readdirSync(at(folder)).filter(isClaim);

beforeAll(async () => {
  root = mkdtempSync(path.join(tmpdir(), 'hgmlp-claims-'));
  await writePictures(root);
  writeFileSync(
    at('runs.csv'),
    'task,skip_width,bottleneck_width,depth,validation_psnr_db\nmnist/denoising,785,115,4,24\n',
  );
  expect((await call([...short, '--out', 'whole'])).code).toBe(0);
});
afterAll(() => rmSync(root, { recursive: true }));

describe('beside a search', () => {
  test('no other command writes into its folder, each says who does, and Ctrl-C leaves no claim', async () => {
    const command = [...long, '--out', 'busy'];
    const first = start(command);
    await first.shown('4 runs with 1 worker');
    halt(first);
    const config = readFileSync(at('busy', 'config.yaml'), 'utf8');
    for (const other of [
      command,
      [...command, '--fresh', '--yes'],
      [...command, '--seed', '2'],
      [...command, '--shard', '1/2', '--shared'],
      ['merge', 'whole', '--out', 'busy', '--fresh', '--yes'],
      ['import', 'runs.csv', '--out', 'busy', '--fresh', '--yes'],
    ]) {
      const { code, stdout, stderr } = await call(other);
      expect([code, stdout], other.join(' ')).toEqual([75, '']);
      const line = new RegExp(
        `^hgmlp: busy: expected that nothing else .* process ${first.child.pid} on \\S+, .* since `,
      );
      expect(stderr.trimEnd().split('\n').at(-1)).toMatch(line);
    }
    expect(readFileSync(at('busy', 'config.yaml'), 'utf8')).toBe(config);
    process.kill(-first.child.pid!, 'SIGCONT');
    process.kill(-first.child.pid!, 'SIGINT');
    expect((await first.ended).code).toBe(75);
    expect(claims('busy')).toEqual([]);
    expect(readdirSync(at('busy')).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });

  test('of another configuration that begins at the same moment, only one trains', async () => {
    const seeds = [1, 2];
    const results = await Promise.all(seeds.map((seed) => run([...short, '--seed', String(seed), '--out', 'raced'])));
    const codes = results.map(({ code }) => code);
    expect(codes.filter((code) => code === 0).length).toBe(1);
    for (const code of codes.filter((each) => each !== 0)) expect([2, 75]).toContain(code);
    const winner = seeds[codes.indexOf(0)];
    expect(readFileSync(at('raced', 'config.yaml'), 'utf8')).toMatch(new RegExp(`^seed: ${winner}$`, 'm'));
    expect(recordsOf(at('raced')).map(({ spec }) => spec.recipe.seed)).toEqual([winner, winner, winner, winner]);
    expect(claims('raced')).toEqual([]);
  });

  test('that was killed the same command goes on without a word', async () => {
    const command = [...study, '--epochs', '40', '--out', 'killed'];
    await killWhenShown('1/4 runs', command, { cwd: root });
    expect(claims('killed').length).toBe(1);
    const { code, stderr } = await call(command);
    expect([code, stderr]).toEqual([0, expect.not.stringContaining('claim')]);
    expect(claims('killed')).toEqual([]);
    expect(recordsOf(at('killed')).length).toBe(4);
  });
});

test('What has failed is not trained again while another process writes into the folder.', async () => {
  const [spec] = await planned();
  await writeFolder(at('failed'), [ended(spec!, 'failed')]);
  await whileClaimed(at('failed'), null, async () => {
    const { code, stderr } = await call(['retry', '--failed', 'failed', '--workers', '1']);
    expect([code, stderr]).toEqual([75, expect.stringContaining(`got process ${process.pid} on `)]);
  });
  expect(recordsOf(at('failed')).length).toBe(1);
  expect(claims('failed')).toEqual([]);
});

describe('a share of a folder', () => {
  test('is trained once at a time, and shuts out a search of the whole, but no other share', async () => {
    const shard = (share: string) => ['--shard', share, '--shared', '--out', 'shared'];
    const first = start([...long, ...shard('1/2')]);
    await first.shown('runs with 1 worker');
    halt(first);
    for (const other of [shard('1/2'), shard('1/3'), ['--out', 'shared']]) {
      const { code, stderr } = await call([...long, ...other]);
      expect([code, stderr], other.join(' ')).toEqual([
        75,
        expect.stringMatching(/since \S+Z \(shard 1\/2\); run the/),
      ]);
    }
    const second = start([...long, ...shard('2/2')]);
    await second.shown('runs with 1 worker');
    expect(claims('shared').length).toBe(2);
    process.kill(-first.child.pid!, 'SIGCONT');
    for (const { child } of [first, second]) process.kill(-child.pid!, 'SIGTERM');
    expect((await Promise.all([first.ended, second.ended])).map(({ code }) => code)).toEqual([75, 75]);
    expect(claims('shared')).toEqual([]);
  });
});

describe('--fresh where nobody can be asked', () => {
  test.each([
    ['search', [...short, '--seed', '2', '--out', 'kept']],
    ['merge', ['merge', 'whole', '--out', 'kept']],
    ['import', ['import', 'runs.csv', '--out', 'kept']],
    ['reproduce', ['reproduce', 'mnist/denoising', '--max-time', '1h', '--out', 'kept']],
  ])('has %s keep the results and say --yes', async (_, command) => {
    mkdirSync(at('kept', 'log'), { recursive: true });
    writeFileSync(at('kept', 'config.yaml'), 'task: mnist/denoising\n');
    const { code, stderr } = await call([...command, '--fresh']);
    expect([code, stderr.trimEnd().split('\n').at(-1)]).toEqual([
      2,
      'hgmlp: --fresh: expected --yes where nobody can be asked, got none and results in kept; add --yes to remove them',
    ]);
    expect(readdirSync(at('kept')).toSorted()).toEqual(['config.yaml', 'log']);
  });
});
