/** Logs as they come back from Git, from editors and from studies that are longer than a buffer or a string can be. */
import { mkdir, mkdtemp, open, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { encodeLine, headerRecord, parseLog, parseLogInPieces } from '../../src/run/log-format.js';
import { openRunLog, readRunLog, readRunResults } from '../../src/run/log.js';
import type { Run, RunResult } from '../../src/run/run.js';
import { failedRun, finishedRun } from './runs.js';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'hgmlp-read-log-'));
  await mkdir(path.join(folder, 'log'));
});
afterEach(() => rm(folder, { recursive: true }));

const writerFile = (number = 1) => path.join(folder, 'log', `writer-000${number}.jsonl`);
const lineOf = (run: Run) => encodeLine({ type: 'run', run });
const textOf = (...runs: Run[]) => encodeLine(headerRecord(1)) + runs.map(lineOf).join('');

const two = [finishedRun(0), finishedRun(1)];
const altered = {
  'with the line ends of Windows': (text: string) => text.replaceAll('\n', '\r\n'),
  'with a byte order mark': (text: string) => `\uFEFF${text}`,
  'without its last line end': (text: string) => text.slice(0, -1),
  'as an editor on Windows leaves it': (text: string) => `\uFEFF${text.replaceAll('\n', '\r\n').slice(0, -2)}`,
  'without the last half of a line end of Windows': (text: string) => text.replaceAll('\n', '\r\n').slice(0, -1),
};

test.each(Object.entries(altered))('A log %s gives all its runs, and nothing is told.', async (_, alter) => {
  await writeFile(writerFile(), alter(textOf(...two)));
  const { runs, problems } = await readRunLog(folder);
  expect([...runs.values()]).toEqual(two);
  expect(problems).toEqual([]);
});

test.each(Object.entries(altered))('A log %s is left as it is by what is appended later.', async (_, alter) => {
  const text = alter(textOf(...two));
  await writeFile(writerFile(), text);
  const log = await openRunLog(folder);
  await log.append(finishedRun(2));
  await log.close();
  expect(await readFile(writerFile(), 'utf8')).toBe(text);
  expect(await readFile(writerFile(2), 'utf8')).toBe(textOf(finishedRun(2)));
  expect((await readRunLog(folder)).runs.size).toBe(3);
});

test('A header behind a byte order mark still refuses a newer version.', async () => {
  await writeFile(writerFile(), `\uFEFF${encodeLine(headerRecord(99))}`);
  await expect(readRunLog(folder)).rejects.toThrow(/expected a run log of version 4 or older, got 99; update hgmlp/);
});

test('A line that was torn or altered is told in a log with the line ends of Windows too.', () => {
  const text = textOf(...two).replaceAll('\n', '\r\n');
  expect(parseLog(Buffer.from(text.slice(0, -4)))).toEqual({
    runs: [finishedRun(0)],
    problems: ['the last line was cut off in mid-write and was left out'],
    refusal: null,
  });
  expect(parseLog(Buffer.from(text.replace('"replicate":0', '"replicate":5')))).toMatchObject({
    runs: [finishedRun(1)],
    problems: ['line 2 is damaged and was left out'],
  });
});

test('A log gives the same in pieces of any length as in one.', () => {
  const whole = Buffer.from(
    altered['as an editor on Windows leaves it'](`${textOf(...two)}torn\n${lineOf(finishedRun(2))}`),
  );
  for (const pieceBytes of [1, 2, 3, 7, 100, 1000]) {
    const runs: Run[] = [];
    const parser = parseLogInPieces((run) => runs.push(run));
    // One buffer again and again, as a reader of a file does.
    const piece = Buffer.alloc(pieceBytes);
    for (let start = 0; start < whole.length; start += pieceBytes) {
      parser.add(piece.subarray(0, whole.copy(piece, 0, start, start + pieceBytes)));
    }
    expect({ runs, ...parser.end() }).toEqual(parseLog(whole));
    expect(runs).toEqual([...two, finishedRun(2)]);
  }
});

test('A line longer than any run is passed over and told; the lines around it count.', () => {
  const runs: Run[] = [];
  const longest = lineOf(finishedRun(0)).length - 1;
  const parser = parseLogInPieces((run) => runs.push(run), longest);
  parser.add(Buffer.from(lineOf(finishedRun(0))));
  parser.add(Buffer.from(`${'x'.repeat(longest + 1)}\n${'y'.repeat(longest)}`));
  parser.add(Buffer.from(`y\n${lineOf(finishedRun(1))}`));
  expect(parser.end().problems).toEqual(
    [2, 3].map((line) => `line ${line} is longer than that of any run and was left out`),
  );
  expect(runs).toEqual(two);
});

test('A line longer than a string can be is told like any other.', async () => {
  const handle = await open(writerFile(), 'w');
  const before = textOf(finishedRun(0));
  await handle.write(before);
  // A hole in the file, which takes no room on the disk.
  await handle.write(`\n${lineOf(finishedRun(1))}`, before.length + 600_000_000);
  await handle.close();
  const { runs, problems } = await readRunLog(folder);
  expect([...runs.values()]).toEqual(two);
  expect(problems).toEqual([`${writerFile()}: line 3 is longer than that of any run and was left out`]);
});

test('More damaged lines than anybody reads are counted.', () => {
  const { runs, problems } = parseLog(Buffer.from('no run\n'.repeat(1500) + lineOf(finishedRun(0))));
  expect(runs).toEqual([finishedRun(0)]);
  expect(problems.length).toBe(1001);
  expect(problems.slice(-2)).toEqual([
    'line 1000 is damaged and was left out',
    '500 more lines are damaged and were left out',
  ]);
});

test('The results of runs are what the runs say, but for the learning curves.', async () => {
  const odd = { startedAt: '2026-01-01 00:00', durationMs: 1.5, imagesPerSecond: 3 };
  const unknown = { meanSquaredError: null, psnrDb: 24, psnrOfMeanDb: null };
  const imported: Run = {
    ...finishedRun(4),
    ...{ curve: [], timing: null, imported: { source: 'runs.csv', onlySet: 'test' } },
    ...{ validation: unknown, test: { ...unknown, ssim: null } },
  };
  const stopped: Run = { ...failedRun(3), state: 'stopped', reason: 'after epoch 1 of 9', curve: two[0]!.curve };
  const runs = [...two, failedRun(2), stopped, imported, { ...finishedRun(5), timing: odd }];
  await writeFile(writerFile(), runs.map(lineOf).join(''));
  const read = await readRunResults(folder);
  expect(read.problems).toEqual([]);
  expect([...read.runs.values()].map(plain)).toEqual(runs.map(plain));
});

test('Of several records of one key the same one counts with and without learning curves.', async () => {
  const [first] = finishedRun(0).curve;
  const withLoss = (trainLoss: number): Run => ({ ...finishedRun(0), curve: [{ ...first!, trainLoss }] });
  const later = { ...finishedRun(3), timing: { ...finishedRun(3).timing!, durationMs: 7 } };
  const diverged = (trainLoss: number): Run => ({
    ...failedRun(4),
    state: 'diverged',
    curve: withLoss(trainLoss).curve,
  });
  // Of the first and the last ones the curves alone differ, of the third one the ends, of the fourth one the durations.
  const records = [withLoss(0.3), withLoss(0.2), failedRun(1), finishedRun(1), withLoss(0.4), failedRun(2)];
  records.push(finishedRun(3), later, diverged(0.6), diverged(0.5));
  for (const order of [records, records.toReversed()]) {
    await writeFile(writerFile(), order.map(lineOf).join(''));
    const [whole, results] = [await readRunLog(folder), await readRunResults(folder)];
    expect([...results.runs.values()].map(plain)).toEqual([...whole.runs.values()].map(plain));
    expect(whole.runs.get(finishedRun(0).key)).toEqual(withLoss(0.2));
    expect(results.runs.get(failedRun(4).key)).toEqual(diverged(0.5));
  }
});

/** What frontiers and reports read of a run. */
function plain(run: RunResult) {
  const { key, spec, state, curve, timing, imported } = run;
  const outcome = run.state === 'finished' ? [run.validation, run.test] : [run.reason];
  const times = timing && { startedAt: timing.startedAt, durationMs: timing.durationMs };
  return { key, spec, state, epochs: curve.length, times, imported, outcome };
}
