/** A search with plugins goes on with the files that it was begun with, and nothing is run that was not named. */
import { cpSync, existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { callHgmlp, runHgmlp } from '../cli/run-hgmlp.js';
import { openStudy } from '../../src/index.js';
import { familyText, pluginFolder, pluginText, taskText } from './written.js';

const { folder, write } = pluginFolder();
/** Says by a file that the plugin was run. */
const trace = path.join(folder, 'was-run');
const traced = (text: string) =>
  `import { appendFileSync } from 'node:fs';\nappendFileSync(${JSON.stringify(trace)}, 'x');\n${text}`;
const familyFile = write('family.mjs', traced(pluginText({ family: familyText() })));
const taskFile = write('task.mjs', traced(pluginText({ task: taskText() })));
const small = [
  '--budget',
  '400',
  '--candidates',
  '1',
  '--workers',
  '1',
  '--engine',
  'onnx-cpu',
  '--strategy',
  'random',
];
const task = ['--plugin', taskFile, '--task', 'toy/regression'];
const ofFamily = [
  'search',
  ...task,
  '--plugin',
  familyFile,
  '--family',
  'toy',
  ...small,
  '--out',
  path.join(folder, 'both'),
];
const ofTask = ['search', ...task, '--family', 'mlp-ln', ...small, '--out', path.join(folder, 'task')];
const runs = () => (existsSync(trace) ? readFileSync(trace, 'utf8').length : 0);

beforeAll(async () => {
  // In processes of their own, so that nothing is loaded in this one.
  for (const words of [ofFamily, ofTask]) expect(await runHgmlp(words)).toMatchObject({ code: 0 });
});

describe('A finished folder', () => {
  test('of a task of a plugin is shown, drawn and compared without the file, which is not run.', async () => {
    const before = runs();
    const copy = path.join(folder, 'copy');
    cpSync(path.join(folder, 'task'), copy, { recursive: true });
    for (const words of [
      ['show', copy, '--json'],
      ['plot', copy],
      ['compare', copy, '--resamples', '10'],
    ]) {
      const { code, stderr } = await callHgmlp(['frontier', ...words]);
      expect([code, stderr]).toEqual([0, expect.not.stringContaining('expected')]);
    }
    expect(await callHgmlp(['replay', copy])).toMatchObject({ code: 0 });
    expect((await openStudy(copy)).study).not.toBe(null);
    expect(runs()).toBe(before);
  });

  test('of a family of a plugin needs its code for sizes: it says so, runs nothing, and is shown where it is named.', async () => {
    const before = runs();
    const both = path.join(folder, 'both');
    const wanted =
      /family: expected the plugin that defines 'toy', a file whose SHA-256 begins with [0-9a-f]{12}, got no such plugin; name that file with --plugin/;
    const merged = path.join(folder, 'merged');
    for (const words of [
      ['frontier', 'show', both],
      ['frontier', 'compare', both],
      ['replay', both],
      ['merge', both, '--out', merged],
    ]) {
      const { code, stderr } = await callHgmlp(words);
      expect([code, stderr]).toEqual([2, expect.stringMatching(wanted)]);
    }
    expect([runs(), existsSync(merged)]).toEqual([before, false]);
    const shown = await runHgmlp(['frontier', 'show', both, '--plugin', familyFile]);
    expect([shown.code, runs()]).toEqual([0, before + 1]);
  });

  test('is imported from without its plugin.', async () => {
    const before = runs();
    const csv = write('runs.csv', readFileSync(path.join(folder, 'task', 'runs.csv'), 'utf8'));
    const { code, stderr } = await callHgmlp(['import', csv, '--out', path.join(folder, 'imported')]);
    expect([code, runs()], stderr).toEqual([0, before]);
  });
});

describe('A search that goes on', () => {
  const config = path.join(folder, 'both', 'config.yaml');
  const resumed = ['search', '--config', config, '--out', path.join(folder, 'both')];
  const retried = ['retry', path.join(folder, 'both'), '--failed'];

  test('loads what its folder names.', async () => {
    expect(await runHgmlp(resumed)).toMatchObject({ code: 0, stderr: expect.not.stringContaining('1/2') as string });
    expect(await runHgmlp(retried)).toMatchObject({ code: 0 });
  });

  test('is refused where the file has changed, with its name and both hashes, and goes on once it is restored.', async () => {
    const text = readFileSync(familyFile, 'utf8');
    writeFileSync(familyFile, `${text}// changed\n`);
    const [, was] = /family: toy\?plugin=(\w+)/.exec(readFileSync(config, 'utf8'))!;
    for (const words of [resumed, retried]) {
      const { code, stderr } = await callHgmlp(words);
      expect([code, stderr]).toEqual([
        2,
        expect.stringMatching(
          `^hgmlp: plugin ${familyFile}: expected the file whose SHA-256 begins with ${was}, got one that begins with ` +
            '[0-9a-f]{12}; restore that file, or begin another search with --out\\n$',
        ),
      ]);
    }
    const named = await callHgmlp(ofFamily);
    expect([named.code, named.stderr]).toEqual([
      2,
      expect.stringContaining(
        `expected the file that ${folder}/both was made with, whose SHA-256 begins with ${was}, got`,
      ),
    ]);
    const full = await callHgmlp([...ofFamily.slice(0, -2), '--family', `toy?plugin=${was}`]);
    expect([full.code, full.stderr]).toEqual([
      2,
      expect.stringContaining(`begins with ${was}, as 'toy?plugin=${was}' says, got`),
    ]);
    writeFileSync(familyFile, text);
    expect(await runHgmlp(ofFamily)).toMatchObject({ code: 0 });
  });

  test('is refused where the file is gone, and goes on with the file in another place.', async () => {
    const moved = path.join(folder, 'moved.mjs');
    renameSync(familyFile, moved);
    const { code, stderr } = await callHgmlp(resumed);
    expect([code, stderr]).toEqual([
      2,
      expect.stringMatching(
        /^hgmlp: plugin \S+family\.mjs: expected the file whose SHA-256 begins with \w{12}, got no such file; put it back, or name where it is now with --plugin\n$/,
      ),
    ]);
    const elsewhere = [...resumed, '--plugin', taskFile, '--plugin', moved];
    expect(await runHgmlp(elsewhere)).toMatchObject({ code: 0 });
    expect(readFileSync(config, 'utf8')).toContain(moved);
    expect(await runHgmlp([...retried, '--plugin', moved, '--plugin', taskFile])).toMatchObject({ code: 0 });
  });
});

test('A plugin of which nothing is used is said, and is not kept.', async () => {
  const file = write('unused.mjs', pluginText({ family: familyText('', 'unused') }));
  const { code, stderr } = await callHgmlp([
    'search',
    '--plugin',
    file,
    '--budget',
    '20k',
    '--dry-run',
    '--engine',
    'onnx-cpu',
  ]);
  expect([code, stderr]).toEqual([
    0,
    expect.stringContaining('plugin unused.mjs: nothing of it is used; name what it defines: --family unused'),
  ]);
});
