/** Real searches while the time of day is no guide. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import '../report/undrawn.js';
import { smallTaskOptions, writePictures } from '../train/small-task.js';
import { recordsOf } from './records.js';
import { callHgmlp, runHgmlp } from './run-hgmlp.js';

const study = ['search', ...smallTaskOptions, '--budget', '5k..10k', '--candidates', '1', '--workers', '1'];
const short = [...study, '--epochs', '5', '--batch-size', '24'];

let root: string;
const at = (...names: string[]) => path.join(root, ...names);
const csv = (name: string) => readFileSync(at(name, 'runs.csv'), 'utf8');

/** @param pace of the time of day, against true time */
function run(pace: number, args: readonly string[]) {
  const preload = new URL('odd-clock.mjs', import.meta.url).href;
  return runHgmlp(args, {
    cwd: root,
    env: {
      NODE_OPTIONS: `--import=${preload}`,
      HGMLP_CLOCK_FROM_MS: String(Date.now()),
      HGMLP_CLOCK_PACE: String(pace),
    },
  });
}

beforeAll(async () => {
  root = mkdtempSync(path.join(tmpdir(), 'hgmlp-clock-'));
  await writePictures(root);
});
afterAll(() => rmSync(root, { recursive: true }));

describe('where the time of day runs backwards', () => {
  test('durations, the time left and the hours are those that passed, and the results are the same', async () => {
    const startedMs = performance.now();
    const backwards = await run(-1, [...short, '--out', 'backwards']);
    const passedMs = performance.now() - startedMs;
    expect(backwards.code).toBe(0);
    expect(backwards.stderr + backwards.stdout).not.toMatch(/-\d+ (s|min)|-\d+\.\d|−\d+ s|–\s*$/m);
    for (const { timing } of recordsOf(at('backwards'))) {
      expect(timing!.durationMs).toBeGreaterThan(0);
      expect(timing!.durationMs).toBeLessThan(passedMs);
    }
    expect((await callHgmlp([...short, '--out', 'plain'], { cwd: root })).code).toBe(0);
    expect(csv('backwards')).toBe(csv('plain'));
  });

  test('--max-time ends a search after that time, and counts what the log holds of it', async () => {
    const long = [...study, '--epochs', '99999', '--batch-size', '24', '--out', 'long', '--max-time'];
    // The second time it is up before anything starts: only what the start of the first left of its time was trained.
    for (const time of ['2s', '0.05s']) {
      const { code, stderr } = await run(-1, [...long, time]);
      const ended = new RegExp(`^--max-time ${time} has ended the search with 2 of 2 runs left`, 'm');
      expect([code, stderr]).toEqual([0, expect.stringMatching(ended)]);
      expect(stderr.includes(' goes on from ')).toBe(false);
    }
  });
});

test('where the time of day runs ahead, --max-time does not end a search before that time', async () => {
  const { code, stderr } = await run(100_000, [...short, '--out', 'ahead', '--max-time', '1h']);
  expect([code, stderr]).toEqual([0, expect.not.stringContaining('has ended the search')]);
  for (const { timing } of recordsOf(at('ahead'))) expect(timing!.durationMs).toBeLessThan(600_000);
});
