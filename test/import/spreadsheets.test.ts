import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parse } from 'csv-parse/sync';
import { afterAll, describe, expect, test } from 'vitest';
import { traceFrontier } from '../../src/frontier/trace.js';
import { writeReport } from '../../src/report/write-report.js';
import { finished, unfinished } from '../frontier/runs.js';
import { openCsvFolder } from './files.js';
import { pictureMetrics } from '../../src/run/metrics.js';

const folder = openCsvFolder();
afterAll(() => folder.remove());

const mnist = { task: 'mnist/denoising' };
const head = 'd_z;d_h;depth;lr;val_psnr;test_psnr\n';
const psnrsOf = async (content: string) =>
  (await folder.read(content, mnist)).tasks[0]!.runs.map((run) =>
    run.state === 'finished' ? [run.validation.psnrDb, run.test.psnrDb] : run.state,
  );

describe('our own runs.csv, saved by a spreadsheet where the comma is the decimal mark,', () => {
  const written = async () => {
    const runs = [
      ...[0, 1, 2].map((replicate) => finished({ recipe: { replicate } }, 20 + replicate / 3, 19 + replicate / 7)),
      finished({ recipe: { learningRate: 3e-4 } }, 22, 21.125),
      unfinished({ arch: { bottleneckWidth: 30 } }, 'diverged'),
      unfinished({ arch: { bottleneckWidth: 31 } }, 'failed'),
    ];
    const dimensions = { input: 784, output: 784 };
    const frontier = traceFrontier(runs, {
      ...mnist,
      dimensions,
      axis: 'trainable',
      metrics: pictureMetrics,
      trainingImages: 1,
    });
    const place = mkdtempSync(path.join(tmpdir(), 'hgmlp-runs-'));
    await writeReport(place, {
      runs,
      frontier,
      images: { width: 28, height: 28 },
      axis: 'log',
      command: '',
      resolvedConfig: {},
    });
    const text = readFileSync(path.join(place, 'runs.csv'), 'utf8');
    rmSync(place, { recursive: true });
    return text;
  };

  test.each([
    ['semicolons', ';', ''],
    ['semicolons, a byte order mark and a line sep=;', ';', '\ufeffsep=;\r\n'],
    ['semicolons, and a line sep=; that was saved as cells', ';', 'sep=;;;;;\r\n'],
    ['tabs', '\t', ''],
    ['tabs and a line sep=', '\t', '"sep=\t"\r\n'],
  ])('comes back with equal values: %s', async (_, delimiter, opening) => {
    const text = await written();
    const original = await folder.read(text);
    const rows: string[][] = parse(text);
    const european = (cell: string) => (/^[+-]?\d+\.\d+(e[+-]?\d+)?$/i.test(cell) ? cell.replace('.', ',') : cell);
    const saved = rows.map((cells) => cells.map((cell) => `"${european(cell)}"`).join(delimiter)).join('\r\n');
    const again = await folder.read(`${opening}${saved}\r\n`);
    expect(again.tasks[0]!.runs).toEqual(original.tasks[0]!.runs);
  });
});

describe('numbers with a decimal comma', () => {
  test('are read where semicolons divide the cells, also whole ones and powers of ten', async () => {
    const lines = ['785,0;115;4;1,5E-03;24,25;24,125\n', '785;115;5;,5;-0,5;24\n'];
    expect(await psnrsOf(head + lines.join(''))).toEqual([
      [24.25, 24.125],
      [-0.5, 24],
    ]);
  });

  test('are read where no thousands can be meant: a PSNR of 24,312 dB there is none', async () => {
    expect(await psnrsOf(`${head}785;115;4;;24,312;24,125\n`)).toEqual([[24.312, 24.125]]);
  });

  test('of three digits are read where another cell shows that the comma is the decimal mark', async () => {
    expect(await psnrsOf(`${head}785;115;4;0,001;1,234;2,345\n`)).toEqual([[1.234, 2.345]]);
  });

  test('of three digits are refused where nothing shows what the comma is', async () => {
    expect(await folder.refusal(`${head}785;115;4;;1,234;24\n785;115;5;;24;-2,000\n`, mnist)).toEqual([
      "runs.csv:2: val_psnr: expected a number that can be read in one way, got '1,234', which may be 1.234 or 1234; " +
        'save the file with one decimal mark, and without thousands separators',
      "runs.csv:3: test_psnr: expected a number that can be read in one way, got '-2,000', which may be -2.000 or -2000; " +
        'save the file with one decimal mark, and without thousands separators',
      expect.stringContaining('got 2 faults'),
    ]);
  });

  test.each([
    [
      '785;115;4;;24,25;24.5\n',
      /^runs\.csv:2: test_psnr: expected ',' as decimal mark, as on line 2, got '24\.5'; save/,
    ],
    [
      '785;115;4;0,001;24,25;24\n1.000;115;4;;24;24\n',
      /^runs\.csv:3: d_z: expected ',' as decimal mark, as on line 2, got '1\.000'; save/,
    ],
    ['1,024;115;4;0,001;24,25;24\n', /^runs\.csv:2: d_z: expected a whole number from 1, got '1,024'$/],
    ['1.024;115;4;0,001;24,25;24\n', /^runs\.csv:2: d_z: expected a whole number from 1, got '1\.024'$/],
    ['785;115;4;;1.234,5;24\n', /^runs\.csv:2: val_psnr: expected a number of dB .*, got '1\.234,5'$/],
    ['785;115;4;;1,234,567;24\n', /^runs\.csv:2: val_psnr: expected a number of dB .*, got '1,234,567'$/],
    ['785;115;4;;1 234;24\n', /^runs\.csv:2: val_psnr: expected a number of dB .*, got '1 234'$/],
  ])('are never mixed with thousands separators: %j is refused', async (line, expected) => {
    const faults = await folder.refusal(head + line, mnist);
    expect(faults.slice(0, -1)).toContainEqual(expect.stringMatching(expected));
  });

  test('are no numbers where commas divide the cells', async () => {
    const faults = await folder.refusal('d_z,d_h,depth,test_psnr\n785,115,4,"24,3"\n', mnist);
    expect(faults[0]).toMatch(/^runs\.csv:2: test_psnr: expected a number of dB .*'24,3'$/);
  });
});

describe('numbers with a decimal point', () => {
  test('stay what they were where semicolons or tabs divide the cells', async () => {
    expect(await psnrsOf(`${head}785.000;115;4;;1.234;24.312\n`)).toEqual([[1.234, 24.312]]);
  });
});

describe('a line that names the delimiter', () => {
  test('is no header, and lines are counted with it', async () => {
    const faults = await folder.refusal(`sep=|\nd_z|d_h|depth|test_psnr\n785|115|4|24\n785|x|4|24\n`, mnist);
    expect(faults[0]).toMatch(/^runs\.csv:4: d_h: expected a whole number from 1, got 'x'$/);
    const quoted = await folder.refusal('sep=;\nd_z;d_h;depth;test_psnr\n1;"x"y;4;24\n', mnist);
    expect(quoted).toEqual([expect.stringMatching(/^runs\.csv:3: expected the end of a cell after its closing quote/)]);
  });

  test('is refused where it names none', async () => {
    expect(await folder.refusal('sep=\nd_z,d_h\n')).toEqual([
      "runs.csv:1: expected the character that divides cells behind sep=, got ''; mend the line or delete it",
    ]);
    expect(await folder.refusal('sep=,\n')).toEqual([
      'runs.csv: expected a CSV file with a header line, got an empty file',
    ]);
  });
});
