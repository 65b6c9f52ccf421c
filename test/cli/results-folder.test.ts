import { execFileSync, spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { messageOf } from '../../src/base/errors.js';
import { unfinishedName } from '../../src/base/unfinished.js';
import { readStoredConfig } from '../../src/config/stored.js';
import { inResultsFolder, openResultsFolder, reproducingCommand } from '../../src/study/folder.js';
import { portWith, type Port } from '../../src/study/port.js';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'hgmlp-folder-'));
});
afterEach(() => rm(folder, { recursive: true }));

const windows = process.platform === 'win32';
const asked: string[] = [];

/** @param interactive whether anybody can be asked */
function portOf(answer: boolean, interactive = true): Port {
  const confirm = (question: string) => {
    asked.push(question);
    return Promise.resolve(answer);
  };
  return portWith({ interactive, confirm });
}

const opening = { fresh: false, yes: false, port: portOf(false) };

const open = ({ fresh = false, yes = false, answer = false, seed = 1, interactive = true }) =>
  openResultsFolder({
    ...{ folder, config: { task: 'mnist/denoising', seed }, fresh, yes },
    port: portOf(answer, interactive),
  });

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
    expect(asked.at(-1)).toBe(`Remove the results in ${folder}?`);
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

  test('keeps its results where nobody can be asked, and says --yes', async () => {
    await open({});
    const questions = asked.length;
    const refusal = {
      exitCode: 2,
      message: expect.stringMatching(/^--fresh: expected --yes .*; add --yes /) as unknown,
    };
    await expect(open({ fresh: true, interactive: false, seed: 2 })).rejects.toMatchObject(refusal);
    expect(asked.length).toBe(questions);
    await open({});
    await open({ fresh: true, interactive: false, yes: true, seed: 2 });
  });

  test('is cleared without a question where there is nothing to lose', async () => {
    const left = ['claim-1.json', 'config.yaml.0f0f.tmp', '.gitkeep'];
    for (const name of left) await writeFile(path.join(folder, name), '');
    await open({ fresh: true, interactive: false });
    expect((await readdir(folder)).toSorted()).toEqual(['.gitkeep', 'claim-1.json', 'config.yaml']);
  });

  test('may hold what systems, editors and batch systems leave everywhere, and never loses that', async () => {
    const bystanders = [
      ...['.DS_Store', '.directory', '.gitignore', '.gitkeep', 'Thumbs.db', 'desktop.ini'],
      ...['._config.yaml', '.nfs000000000012', 'slurm-123_4.out'],
    ];
    for (const name of bystanders) await writeFile(path.join(folder, name), 'left');
    await mkdir(path.join(folder, 'lost+found'));
    await inResultsFolder(folder, null, async (claim) => {
      await openResultsFolder({ ...opening, folder, config: {}, claim });
    });
    await open({ fresh: true, yes: true });
    expect((await readdir(folder)).toSorted()).toEqual([...bystanders, 'config.yaml', 'lost+found'].toSorted());
    await rm(path.join(folder, 'config.yaml'));
    await writeFile(path.join(folder, 'slurm-123.txt'), 'mine');
    await expect(open({})).rejects.toThrow('got other files (slurm-123.txt)');
  });

  test('gets not even a claim where it holds other files', async () => {
    await writeFile(path.join(folder, 'notes.txt'), 'mine');
    const before = (await stat(folder)).mtimeMs;
    await expect(inResultsFolder(folder, null, () => Promise.resolve())).rejects.toThrow('got other files (notes.txt)');
    expect((await stat(folder)).mtimeMs).toBe(before);
  });

  test('has its configuration read and written by one process at a time, also where many have a share of it', async () => {
    const seeds = [1, 2, 3, 4, 5, 6];
    const ended = seeds.map((seed) =>
      inResultsFolder(folder, `${seed}/6`, (claim) =>
        openResultsFolder({ ...opening, folder, config: { task: 'mnist/denoising', seed }, claim }),
      ).then(
        () => 'opened',
        (error: unknown) => messageOf(error),
      ),
    );
    const outcomes = await Promise.all(ended);
    expect(outcomes.filter((outcome) => outcome === 'opened').length).toBe(1);
    const { seed } = (await readStoredConfig(folder))!;
    expect(outcomes.indexOf('opened')).toBe(seeds.indexOf(seed as number));
    for (const other of outcomes.filter((outcome) => outcome !== 'opened')) {
      expect(other).toContain(`holds another study (seed: ${seed as number} in the results, `);
    }
    expect(await readdir(folder)).toEqual(['config.yaml']);
  });

  test.skipIf(windows).each(['log', 'samples', 'checkpoints'])(
    'whose %s is a link is refused, and with --fresh loses the link alone',
    async (name) => {
      const elsewhere = await mkdtemp(path.join(tmpdir(), 'hgmlp-elsewhere-'));
      try {
        await writeFile(path.join(elsewhere, 'a1.png.0f0f.tmp'), 'keep');
        await utimes(path.join(elsewhere, 'a1.png.0f0f.tmp'), 1e9, 1e9);
        await symlink(elsewhere, path.join(folder, name));
        await expect(open({})).rejects.toThrow(`${name}: expected a folder, got a link`);
        await open({ fresh: true, yes: true });
        expect(await readdir(folder)).toEqual(['config.yaml']);
        expect(await readdir(elsewhere)).toEqual(['a1.png.0f0f.tmp']);
      } finally {
        await rm(elsewhere, { recursive: true });
      }
    },
  );

  test.skipIf(windows)('whose configuration is a pipe is refused, and not waited for', async () => {
    execFileSync('mkfifo', [path.join(folder, 'config.yaml')]);
    await expect(open({})).rejects.toThrow(/config\.yaml: expected a file, got a pipe; /);
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
