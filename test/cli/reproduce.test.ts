import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { sizeOf } from '../../src/arch/sizes.js';
import { recordsOf } from './records.js';
import { callHgmlp, fewDigits, startHgmlp } from './run-hgmlp.js';

// In this process; those that are started measure.
vi.mock(import('../../src/execute/measure.js'), () => ({
  measureDurations: (_, { dimensions }) =>
    Promise.resolve(({ arch, recipe }) => 1e-2 * recipe.epochs * sizeOf(arch, dimensions, 'trainable')),
}));

const files = [
  'config.yaml',
  'runs.csv',
  'reproduction.csv',
  'reproduction.md',
  'reproduction.svg',
  'reproduction.png',
];

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'hgmlp-reproduce-'));
  mkdirSync(path.join(folder, 'search'));
  writeFileSync(path.join(folder, 'search', 'config.yaml'), 'task: mnist/denoising\nbudget: 1M\nseed: 1\n');
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('a reproduction', () => {
  test('shows what it would pick, why and for how long, and makes nothing', async () => {
    const out = path.join(folder, 'dry');
    const args = ['reproduce', 'mnist/denoising', '--max-time', '1000h', '--dry-run', '--json', '--out', out];
    const { code, stdout } = await callHgmlp(args);
    expect(code).toBe(0);
    const plan = JSON.parse(stdout) as { picked: Record<string, unknown>[]; leftOut: unknown[]; epochs: unknown };
    expect(plan.leftOut).toEqual([]);
    expect(plan.picked.length).toBe(40);
    expect(plan.epochs).toEqual({ trained: 30, published: 30 });
    expect(plan.picked[0]).toMatchObject({
      reason: 'left end',
      trainableParams: 1_230_880,
      learningRate: 0.001,
      learningRatePublished: false,
      psnrDb: 24.061,
      runs: 1,
    });
    expect(plan.picked.every(({ estimatedDurationMs }) => Number(estimatedDurationMs) > 1000)).toBe(true);
    expect(readdirSync(folder)).not.toContain('dry');
  });

  test('stops on Ctrl-C with the command that resumes; what is in the log costs no time and is compared', async () => {
    const out = path.join(folder, 'run');
    const command = ['reproduce', 'mnist/denoising', '--epochs', '5', '--workers', '1', '--out', out];
    const stopped = startHgmlp([...command, '--max-time', '2h'], { env: fewDigits });
    await stopped.shown('1/40 runs');
    process.kill(-stopped.child.pid!, 'SIGINT');
    const { code, stderr } = await stopped.ended;
    expect(code).toBe(75);
    expect(stderr).toMatch(/^NOT the published recipe: 5 epochs in place of 30/m);
    expect(stderr).toContain(`Resume with:\n  hgmlp ${command.join(' ')} --max-time 2h`);
    const runs = recordsOf(out);
    expect(runs.length).toBeGreaterThan(0);
    // It is a trial, the point with the fewest parameters; more may have ended before the signal came.
    const { depth, skipWidth } = runs[0]!.spec.arch;
    expect(depth * skipWidth).toBeLessThanOrEqual(5 * 785);

    const again = await callHgmlp([...command, '--max-time', '1s']);
    expect(again.code).toBe(0);
    expect(again.stdout).toContain(`dB over ${runs.length} of 40 published points.`);
    expect(again.stdout).toContain('NOT the published recipe');
    // Whether anything was in training when it was stopped is a matter of time.
    const written = readdirSync(out).filter((name) => name !== 'checkpoints');
    expect(written.toSorted()).toEqual([...files, 'log', 'samples'].toSorted());
    const bytes = () => files.map((file) => readFileSync(path.join(out, file), 'base64'));
    const before = bytes();
    const json = await callHgmlp([...command, '--max-time', '1s', '--json']);
    expect(bytes()).toEqual(before);
    const document = JSON.parse(json.stdout) as {
      points: { differenceDb: number; ours: { validation: { psnrDb: number } } }[];
    };
    const [point] = document.points;
    expect(point!.differenceDb).toBeLessThan(0);
    expect(point!.ours.validation.psnrDb).toBeGreaterThan(15);

    const shown = await callHgmlp(['frontier', 'show', out]);
    expect(shown.code).toBe(0);
    expect(shown.stdout).toContain('PSNR frontier of mnist/denoising');
  });

  test.each<[string, string[], RegExp]>([
    [
      'a task without a published frontier',
      ['mnist/denoise'],
      /task: expected one with a published frontier \(mnist\/denoising, .*\), got 'mnist\/denoise'; did you mean 'mnist\/denoising'\?/,
    ],
    [
      'data that are not there',
      ['imagenet32/denoising', '--data-folder', 'nowhere'],
      /nowhere.imagenet32: expected the files of ImageNet-32, got none named train_data_batch_1/,
    ],
    ['no task', [], /task: expected one with a published frontier .*, got none; name one of them/],
    [
      'a time that is none',
      ['mnist/denoising', '--max-time', '1 hour'],
      /--max-time: expected a duration such as 45s.* got '1 hour'/,
    ],
    [
      'a time in which not one point fits',
      ['mnist/denoising', '--max-time', '5s'],
      /--max-time: expected time for at least one point, got 5s; the cheapest, .*-.*, takes about \d+ (s|min) here; try --max-time \d+m$/,
    ],
    [
      'results of a search',
      ['mnist/denoising', '--max-time', '1000h', '--out', 'search'],
      /search holds another study \(budget: "1M"/,
    ],
  ])('refuses %s with one line', async (_, args, expected) => {
    const { code, stdout, stderr } = await callHgmlp(['reproduce', ...args, '--quiet'], { cwd: folder });
    expect(stderr.trimEnd().split('\n')).toEqual([expect.stringMatching(expected)]);
    expect(stdout).toBe('');
    expect(code).toBe(2);
  });
});
