import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { smallTaskOptions, writePictures } from '../train/small-task.js';
import { runHgmlp } from './run-hgmlp.js';

interface Line {
  readonly level: number;
  readonly name: string;
  readonly msg: string;
  readonly [fact: string]: unknown;
}

const [info, warn] = [30, 40];
let root: string;
beforeAll(async () => {
  root = mkdtempSync(path.join(tmpdir(), 'hgmlp-diagnostics-'));
  await writePictures(root);
});
afterAll(() => rmSync(root, { recursive: true }));

/** The JSON lines of standard error, whatever stands between them. */
function linesOf(stderr: string): Line[] {
  return stderr.split('\n').flatMap((line) => (line.startsWith('{') ? [JSON.parse(line) as Line] : []));
}

describe('--log-level info', () => {
  test('tells of a search what was chosen, started, finished and written, a JSON line each.', async () => {
    const size = ['--budget', '5k..10k', '--candidates', '1', '--epochs', '2', '--strategy', 'random'];
    const search = ['search', ...smallTaskOptions, ...size, '--workers', '1', '--out', 'x', '--quiet'];
    const { code, stderr } = await runHgmlp([...search, '--log-level', 'info'], { cwd: root });
    expect(code).toBe(0);
    const lines = linesOf(stderr);
    // With --quiet there is nothing else.
    expect(stderr.trimEnd().split('\n').length).toBe(lines.length);
    expect(lines.map(({ msg }) => msg)).toEqual([
      ...['command started', 'engine chosen', 'plan started', 'started', 'finished', 'started', 'finished'],
      ...['plan ended', 'report written', 'command ended'],
    ]);
    expect(new Set(lines.map(({ level, name }) => `${level} ${name}`))).toEqual(new Set([`${info} hgmlp`]));
    const [started, chosen, plan, , finished] = lines;
    expect(started).toMatchObject({ command: 'search', node: process.version });
    expect(chosen).toMatchObject({ engine: 'onnx-cpu', device: 'cpu', why: 'as asked for' });
    expect(plan).toMatchObject({ runs: 2, inLog: 0, folder: 'x' });
    expect(finished).toMatchObject({
      state: 'finished',
      engine: 'onnx-cpu',
      run: expect.stringMatching(/^\w+ \d+-\d+-\d+, lr/) as string,
    });
    expect((finished!['validation'] as { psnrDb: number }).psnrDb).toBeGreaterThan(0);
    expect(lines.at(-2)).toMatchObject({ folder: 'x', runs: 2 });
    expect(lines.at(-1)).toMatchObject({ exitCode: 0 });
    expect(lines.at(-1)!['durationMs']).toBeGreaterThan(0);
  });

  test('tells the exit code of a command that is refused.', async () => {
    const { stderr } = await runHgmlp(['train', '--log-level', 'info'], { cwd: root });
    expect(linesOf(stderr).map(({ msg, exitCode }) => [msg, exitCode])).toEqual([
      ['command started', undefined],
      ['command ended', 2],
    ]);
  });
});

test('--log-level warn tells what is odd, and silent nothing.', async () => {
  const of = async (level: string) => {
    const given = ['train', '--seed', '1', '--seed', '2', '--log-level', level];
    return linesOf((await runHgmlp(given, { cwd: root })).stderr);
  };
  expect(await of('warn')).toEqual([
    expect.objectContaining({ level: warn, warning: "--seed is given twice: '2' counts, '1' does not" }),
  ]);
  expect(await of('silent')).toEqual([]);
});
