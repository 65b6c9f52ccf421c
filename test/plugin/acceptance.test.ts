/** A family and a task are added by one file, and nothing else of hgmlp is touched. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
// First, so that workers are those of dist/.
import '../compiled-children.js';
import { frontier, openStudy, search } from '../../src/index.js';
import { familyText, pluginFolder, pluginText, taskText } from './written.js';

const { folder, write } = pluginFolder();

test('A toy family and a toy task are searched to a frontier, by the same names in every process.', async () => {
  const plugin = write('toy.mjs', pluginText({ family: familyText(), task: taskText() }));
  const out = path.join(folder, 'study');
  const options = {
    plugin,
    task: 'toy/regression',
    family: 'toy',
    budget: '400',
    candidates: 2,
    workers: 1,
    out,
  } as const;
  const { ended, runs, frontier: told } = await search({ ...options, engine: 'onnx-cpu', strategy: 'random' }).result;
  expect([ended, runs.map(({ state }) => state)]).toEqual(['done', ['finished', 'finished', 'finished', 'finished']]);
  const [{ spec }] = runs as [(typeof runs)[number]];
  const [, hash] = /^toy\?plugin=([0-9a-f]{12})$/.exec(spec.arch.family!)!;
  expect(spec.task).toBe(`toy/regression?plugin=${hash}&rows=64&input=2&output=2`);
  expect(told!.points).toHaveLength(4);
  expect(Object.keys(told!.points[0]!.test!)).toEqual(expect.arrayContaining(['rmse', 'mae', 'r2']));
  expect((await frontier(await openStudy(out))).points).toEqual(told!.points);
  expect(readFileSync(path.join(out, 'config.yaml'), 'utf8')).toContain(`file: ${plugin}\n    sha256: ${hash}`);
});
