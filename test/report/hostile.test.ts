/** A study whose every name is an attack goes through all that writes reports, and comes out as text. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { encodePng } from '../../src/base/pictures.js';
import { candidatesOf } from '../../src/frontier/bootstrap.js';
import { compareFrontiers } from '../../src/frontier/compare.js';
import { checkGate } from '../../src/frontier/gate.js';
import { evidenceOf } from '../../src/frontier/evidence.js';
import { readPublishedPoints } from '../../src/frontier/published.js';
import { compareWithPublished } from '../../src/frontier/reproduction.js';
import { summarise } from '../../src/frontier/summarise.js';
import { trendOf } from '../../src/frontier/trend.js';
import { readImport } from '../../src/import/import-file.js';
import type { ComparisonReport } from '../../src/report/comparison.js';
import { comparisonMarkdown, renderComparison } from '../../src/report/comparison-text.js';
import { csvOf } from '../../src/report/csv.js';
import type { GateReport } from '../../src/report/gate.js';
import { gateMarkdown, renderGate } from '../../src/report/gate-text.js';
import { reproductionMarkdown } from '../../src/report/reproduction-text.js';
import { runColumns } from '../../src/report/run-columns.js';
import { frontierMarkdown, renderFrontierTable, terminalTable } from '../../src/report/text.js';
import { renderTrend, trendMarkdown, type TrendReport } from '../../src/report/trend.js';
import { writeReport, writeTrendPlots } from '../../src/report/write-report.js';
import { writeReproduction } from '../../src/report/write-reproduction.js';
import type { Run } from '../../src/run/run.js';
import { cellSize, sheetSize, writeSheet } from '../../src/run/sample-sheet.js';
import { finished, smallDimensions, unfinished } from '../frontier/runs.js';
import { smallFrontier, smallRuns } from './study.js';
import { pictureMetrics } from '../../src/run/metrics.js';

const attacks = [
  '<script>alert(1)</script>',
  '"onload="alert(1)',
  `'><img src=x onerror=alert(1)>`,
  ']]>',
  '--><svg/onload=alert(1)>',
  `=cmd|' /C calc'!A0`,
  '@SUM(1)',
  '+1',
  '-1+1',
  'x;=1+1',
  '\tx\ty',
  'line\nfeed\r\n# heading',
  '\u001b[31mred\u001b[2J\u001b]0;title\u0007',
  '\u009b2J\u0000\u0008',
  'gnp.\u202egpj',
  '`code` | cell | [link](https://example.org) **bold** www.example.org',
  '&lt;b&gt;',
] as const;
/** All at once, so that none is left out. */
const hostile = attacks.join(' ');
const harmless = 'mnist/denoising';

const renamed = (runs: readonly Run[], name: string): Run[] =>
  runs.map((run) => ({ ...run, spec: { ...run.spec, task: name, engine: name } }));
const reproducible = { ...(await readPublishedPoints()).find(({ task }) => task === 'mnist/denoising')! };

/** All that a study with such names is told as. */
function told(name: string) {
  const runs = renamed(smallRuns, name);
  const frontier = smallFrontier(name, runs);
  const candidates = candidatesOf(evidenceOf(runs, smallDimensions), 'trainable');
  const sides = { left: candidates, right: candidates };
  const interval = { lowest: 400, highest: 600 };
  const settings = { interval, level: 0.9, resamples: 20, seed: 1, noiseStd: 0.1, atParams: [], referenceScore: 19 };
  const side = { name, projections: 'none', effort: frontier.effort, replicates: 2 };
  const compared = compareFrontiers(sides.left, sides.right, { ...settings, costOf: () => 1 });
  const comparison: ComparisonReport = {
    ...{ task: name, metric: 'psnrDb', axis: 'trainable', onlySet: null, settings, left: side, right: side },
    ...compared,
  };
  const gate: GateReport = {
    folders: { new: name, baseline: name },
    margin: 0.02,
    checks: [
      {
        ...checkGate(sides, compared.asSearched.meanGap, 0.02, settings),
        ...{ series: { new: { shape: 'hourglass' }, baseline: { shape: 'hourglass' } }, comparison, effortRatio: 1 },
        ...{ baselineFromParams: 336, baselineUntilParams: 432 },
      },
    ],
  };
  const followed = trendOf({ shape: 'hourglass' }, candidates.slice(0, 3), {
    ...settings,
    interval: { lowest: 336, highest: 432 },
  });
  const trend: TrendReport = {
    ...{ task: name, metric: 'psnrDb', axis: 'trainable', settings },
    trends: [{ ...followed, interval: { lowest: 336, highest: 432 }, isNoiseKnown: true }],
  };
  const own = [finished({ arch: reproducible.arch }, 24.2)];
  const points = summarise(own, { dimensions: { input: 784, output: 784 }, axis: 'trainable' });
  const reproduction = { ...compareWithPublished([reproducible], points), task: name };
  const setting = { epochs: { trained: 30, published: 30 }, command: name, machine: name, version: name };
  return { runs, frontier, comparison, gate, trend, reproduction, setting };
}

type Told = ReturnType<typeof told>;

/** Every file that reports write, by name. */
async function written(folder: string, name: string): Promise<Map<string, Buffer>> {
  const { runs, frontier, trend, reproduction, setting } = told(name);
  const images = { width: 4, height: 4 };
  const size = sheetSize(cellSize(images));
  const sheet = await encodePng(new Uint8Array(size.width * size.height), { ...size, channels: 1 });
  for (const run of runs) await writeSheet(folder, run.key, sheet);
  const resolvedConfig = { task: name, name, importedFrom: { file: name, command: name } };
  const files = [
    ...(await writeReport(folder, { frontier, runs, images, axis: 'log', command: name, resolvedConfig })),
    ...(await writeTrendPlots(folder, trend)),
    ...(await writeReproduction(folder, { reproduction, setting, runs, dimensions: smallDimensions })),
  ];
  return new Map(files.map((file) => [path.basename(file), readFileSync(file)]));
}

let root: string;
let attacked: Map<string, Buffer>;
let plain: Map<string, Buffer>;

beforeAll(async () => {
  root = mkdtempSync(path.join(tmpdir(), 'hgmlp-hostile-'));
  attacked = await written(mkdtempSync(path.join(root, 'attacked-')), hostile);
  plain = await written(mkdtempSync(path.join(root, 'plain-')), harmless);
});
afterAll(() => rmSync(root, { recursive: true }));

/** The tags of a page with the names of their attributes, and nothing of what they say. */
const skeletonOf = (markup: string) =>
  [...markup.matchAll(/<[^>]*>/g)].map(([tag]) => tag.replaceAll(/"[^"]*"/g, '""')).join('\n');
/** What may not stand in XML 1.0, and what turns the direction of writing. */
const unprintable = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069\ufffe\uffff]/;

describe('hostile names', () => {
  test('are in no name of a file, and every writer took part', () => {
    expect([...attacked.keys()].toSorted()).toEqual(
      [
        ...['frontier.csv', 'frontier.html', 'frontier.png', 'frontier.svg', 'reproduction.csv', 'reproduction.md'],
        ...['reproduction.png', 'reproduction.svg', 'runs.csv', 'runs.csv', 'samples-conventional.png'],
        ...['samples-hourglass.png', 'trend.png', 'trend.svg'],
      ].filter((name, index, names) => names.indexOf(name) === index),
    );
  });

  test.each(['frontier.html', 'frontier.svg', 'trend.svg', 'reproduction.svg'])(
    'leave the markup of %s as a harmless name does, tag by tag and attribute by attribute',
    (name) => {
      const markup = attacked.get(name)!.toString();
      expect(markup).toContain('alert(1)');
      expect(skeletonOf(markup)).toBe(skeletonOf(plain.get(name)!.toString()));
      expect(markup).not.toMatch(unprintable);
      expect(markup).not.toMatch(/<script>alert|<img src=x|<svg\/|\]\]>/);
    },
  );

  test('are drawn into every picture, of the size that a harmless name gives', () => {
    const pictures = [...attacked.keys()].filter((name) => name.endsWith('.png'));
    expect(pictures.length).toBe(5);
    for (const name of pictures) {
      const sizeOf = (file: Buffer) => [file.readUInt32BE(16), file.readUInt32BE(20)];
      expect(sizeOf(attacked.get(name)!)).toEqual(sizeOf(plain.get(name)!));
      expect(attacked.get(name)!.equals(plain.get(name)!)).toBe(false);
    }
  });

  test('begin no cell of a CSV file as a formula would, and numbers stay numbers', () => {
    for (const name of ['runs.csv', 'frontier.csv', 'reproduction.csv']) {
      const cells = parse(attacked.get(name)!, { from: 2 }).flat();
      expect(cells.length).toBeGreaterThan(10);
      for (const cell of cells) expect(cell).not.toMatch(/(^|[;\t\r\n])[ "]*[=+@＝＋－＠]|^-(?![\d.]+$)/);
    }
    const rows = attacks.map((reason, index) => ({
      run: { ...unfinished({ task: reason, recipe: { replicate: index } }, 'failed'), reason },
      dimensions: smallDimensions,
    }));
    const cells = parse(csvOf(runColumns(pictureMetrics), rows), { from: 2 }).flat();
    // Task and reason of six attacks, and of the one that has an apostrophe of its own.
    expect(cells.filter((cell) => cell.startsWith("'")).length).toBe(2 * 7);
    for (const cell of cells) expect(cell).not.toMatch(/(^|[;\t\r\n])[ "]*[=+@＝＋－＠]|^-(?![\d.]+$)/);
  });

  test('come back from runs.csv as they went in, but for white space at the end and NUL, which no text holds', async () => {
    const texts = attacks.map((attack) => attack.replace('\u0000', ''));
    const rows = texts.map((reason, index) => {
      const spec = { arch: { skipWidth: 400, bottleneckWidth: 20 }, recipe: { replicate: index } };
      return { run: { ...unfinished(spec, 'failed'), reason }, dimensions: { input: 784, output: 784 } };
    });
    const measured = { run: finished({ arch: { skipWidth: 400 } }, 24.2), dimensions: { input: 784, output: 784 } };
    const file = path.join(root, 'round-trip.csv');
    writeFileSync(file, csvOf(runColumns(pictureMetrics), [measured, ...rows]));
    const { tasks } = await readImport(file, { columns: [], constants: [], task: null, facts: null });
    const reasons = tasks[0]!.runs.flatMap((run) => (run.state === 'finished' ? [] : [run.reason]));
    expect(reasons).toEqual(texts.map((text) => text.trimEnd()));
  });
});

/** What is left of Markdown without the code in it. */
const withoutCode = (markdown: string) => markdown.replaceAll(/`[^`\n]*`/g, 'name');
const blocksOf = (markdown: string) =>
  markdown.split('\n').map((line) => line.replace(/[^|#>-]+/g, ' ').replace(/-+/g, '-'));

describe.each([
  ['a frontier', ({ frontier }: Told) => frontierMarkdown(frontier)],
  ['a comparison', ({ comparison }: Told) => comparisonMarkdown(comparison)],
  ['a trend', ({ trend }: Told) => trendMarkdown(trend)],
  ['a gate', ({ gate }: Told) => gateMarkdown(gate)],
  ['a reproduction', ({ reproduction, setting }: Told) => reproductionMarkdown(reproduction, setting)],
])('the Markdown of %s', (_, markdownOf) => {
  test('holds hostile names as code alone, each on its line and in its cell', () => {
    const markdown = markdownOf(told(hostile));
    const rest = withoutCode(markdown);
    expect(markdown).toContain('<script>alert(1)</script>');
    expect(rest).not.toMatch(/alert|script|onload|onerror|SUM|example|bold/);
    expect(rest).not.toContain('`');
    expect(rest.replaceAll(/^---.*$/gm, '')).not.toMatch(/<\w|\]\(http/);
    expect(markdown).not.toMatch(unprintable);
    expect(blocksOf(rest)).toEqual(blocksOf(withoutCode(markdownOf(told(harmless)))));
  });

  test('leaves ordinary names as they are', () => {
    expect(markdownOf(told(harmless))).toMatch(/(^|\s)mnist\/denoising\b/m);
  });
});

describe.each([
  ['a frontier', ({ frontier }: Told, color: boolean) => renderFrontierTable(frontier, { color })],
  ['a comparison', ({ comparison }: Told, color: boolean) => renderComparison(comparison, { color })],
  ['a trend', ({ trend }: Told, color: boolean) => renderTrend(trend, { color })],
  ['a gate', ({ gate }: Told, color: boolean) => renderGate(gate, { color })],
])('the terminal shows of %s', (_, render) => {
  test('hostile names without a control character, on as many lines as harmless ones', () => {
    const text = render(told(hostile), false);
    expect(text).toContain('\\u001b[31mred\\u001b[2J');
    expect(text).not.toMatch(unprintable);
    expect(text.split('\n').length).toBe(render(told(harmless), false).split('\n').length);
  });

  test('no escape code but its own', () => {
    const own = new Set(render(told(harmless), true).match(/\u001b[^m]*m/g));
    expect(own.size).toBeGreaterThan(0);
    expect(new Set(render(told(hostile), true).match(/\u001b[^m]*m/g))).toEqual(own);
  });
});

test('a cell of a table on the terminal is one line, whatever it holds', () => {
  const table = { headers: ['a'], alignments: ['left' as const], rows: [['x\ny\u001b[2J']] };
  expect(terminalTable(table, { color: false })).toBe('a\nx\\u000ay\\u001b[2J');
});
