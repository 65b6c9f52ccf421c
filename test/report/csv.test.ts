import { describe, expect, test } from 'vitest';
import { csvOf } from '../../src/report/csv.js';
import { frontierColumns } from '../../src/report/frontier-columns.js';
import { runColumns } from '../../src/report/run-columns.js';
import { smallDimensions, unfinished } from '../frontier/runs.js';
import { smallFrontier, smallRuns } from './study.js';

const cellColumn = [{ name: 'cell', documentation: '', value: (cell: string | number | boolean | null) => cell }];

describe('a CSV file', () => {
  test('defuses text that a spreadsheet would run, and leaves numbers alone', () => {
    const cells = ['=1+1', '+1', '-1', '@SUM(A1)', '\tx', -1.5, 1e-7, 0.1 + 0.2, true, false, null];
    expect(csvOf(cellColumn, cells)).toBe(
      "cell\n'=1+1\n'+1\n'-1\n'@SUM(A1)\n'\tx\n-1.5\n1e-7\n0.30000000000000004\ntrue\nfalse\n\n",
    );
  });

  test('quotes what needs it and is a header alone without rows', () => {
    expect(csvOf(cellColumn, ['a,b', 'say "x"', '\r='])).toBe('cell\n"a,b"\n"say ""x"""\n"\'\r="\n');
    expect(csvOf(cellColumn, [])).toBe('cell\n');
  });

  test.each([
    ['runs.csv', runColumns],
    ['frontier.csv', frontierColumns],
  ])('%s names each column once, in snake case, and documents it', (_, columns) => {
    const names = columns.map((column) => column.name);
    expect(new Set(names).size).toBe(names.length);
    for (const { name, documentation } of columns) {
      expect(name).toMatch(/^[a-z]+(_[a-z]+)*$/);
      expect(documentation).toMatch(/\.$/);
    }
  });
});

test('frontier.csv of the small study is exactly this', () => {
  expect(csvOf(frontierColumns, smallFrontier().points)).toMatchInlineSnapshot();
});

test('runs.csv holds each run in the order given, and empty cells for what was not measured', () => {
  const rows = [smallRuns[4]!, unfinished({ recipe: { learningRate: 1e-7 } }, 'diverged')].map((run) => ({
    run,
    dimensions: smallDimensions,
  }));
  expect(csvOf(runColumns, rows)).toMatchInlineSnapshot();
});
