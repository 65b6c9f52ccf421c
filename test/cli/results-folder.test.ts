import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { unfinishedName } from '../../src/base/unfinished.js';
import { openResultsFolder, reproducingCommand } from '../../src/cli/results-folder.js';
import type { Terminal } from '../../src/cli/terminal.js';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'hgmlp-folder-'));
});
afterEach(() => rm(folder, { recursive: true }));

const asked: string[] = [];

function terminal(answer: boolean): Terminal {
  const silent = () => undefined;
  const confirm = (question: string) => {
    asked.push(question);
    return Promise.resolve(answer);
  };
  return { color: false, width: Infinity, interactive: true, print: silent, say: silent, pass: silent, confirm };
}

const open = ({ fresh = false, yes = false, answer = false, seed = 1 }) =>
  openResultsFolder({ folder, config: { task: 'mnist/denoising', seed }, fresh, yes, terminal: terminal(answer) });

describe('a results folder', () => {
  test('is made ready although a kill left an unfinished copy of its first file', async () => {
    await writeFile(path.join(folder, 'config.yaml.0f0f.tmp'), 'task:');
    await open({});
    expect(await readdir(folder)).toContain('config.yaml');
  });

  test('is rid of what a killed process was writing, and keeps what a living one writes', async () => {
    await open({});
    const dead = spawnSync(process.execPath, ['--version']).pid;
    const copies = (file: string) => {
      const living = unfinishedName(path.join(folder, file));
      return [living, living.replace(`.${process.pid}.`, `.${dead}.`)] as const;
    };
    await mkdir(path.join(folder, 'samples'));
    const pairs = ['runs.csv', 'samples/a1.png', 'notes.txt'].map(copies);
    for (const file of pairs.flat()) await writeFile(file, 'torn');
    await open({});
    const left = await readdir(folder, { recursive: true });
    const [[runs], [sample], notes] = pairs as [(typeof pairs)[0], (typeof pairs)[0], (typeof pairs)[0]];
    expect(left.filter((name) => name.endsWith('.tmp')).toSorted()).toEqual(
      [runs, sample, ...notes].map((file) => path.relative(folder, file)).toSorted(),
    );
  });

  test('keeps its results where the user does not want them thrown away', async () => {
    await open({});
    await expect(open({ fresh: true, seed: 2 })).rejects.toThrow('was left as it is');
    expect(asked.at(-1)).toBe(`Throw away the results in ${folder}?`);
    await open({});
  });

  test('is cleared of what is ours, and of nothing else, where the user says so', async () => {
    await open({});
    await writeFile(path.join(folder, 'runs.csv'), 'key\n');
    await mkdir(path.join(folder, 'samples'));
    await writeFile(path.join(folder, 'samples', 'a1.png.0f0f.tmp'), 'torn');
    await writeFile(path.join(folder, 'samples-hourglass.png'), 'picture');
    await mkdir(path.join(folder, 'checkpoints'));
    await writeFile(path.join(folder, 'checkpoints', `${'0'.repeat(24)}.checkpoint`), 'a training');
    await writeFile(path.join(folder, 'notes.txt'), 'mine');
    await open({ fresh: true, answer: true, seed: 1 }).catch(() => undefined);
    expect(await readdir(folder)).toEqual(['notes.txt']);
  });

  test('is cleared without a question with --yes', async () => {
    await open({});
    const questions = asked.length;
    await open({ fresh: true, yes: true, seed: 2 });
    expect(asked.length).toBe(questions);
  });
});

describe('the command that makes the results again', () => {
  test('is for a search its stored configuration', () => {
    expect(reproducingCommand({ task: 'mnist/denoising', budget: '1M' })).toBe('hgmlp search --config config.yaml');
  });

  test('is for a reproduction its task, its time and what is not as usual', () => {
    const usual = { task: 'mnist/denoising', maxTime: '1h', replicates: 1, seed: 1 };
    expect(reproducingCommand(usual)).toBe('hgmlp reproduce mnist/denoising --max-time 1h');
    expect(reproducingCommand({ ...usual, epochs: 2, seed: 7 })).toBe(
      'hgmlp reproduce mnist/denoising --epochs 2 --seed 7 --max-time 1h',
    );
  });

  test('names the engine, which another machine would choose differently', () => {
    expect(reproducingCommand({ task: 'mnist/denoising', maxTime: '1h', engine: 'onnx-cpu' })).toBe(
      'hgmlp reproduce mnist/denoising --engine onnx-cpu --max-time 1h',
    );
  });
});
