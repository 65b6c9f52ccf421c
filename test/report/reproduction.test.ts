import { describe, expect, test } from 'vitest';
import { archName } from '../../src/arch/arch.js';
import { readPublishedPoints } from '../../src/frontier/published.js';
import { compareWithPublished } from '../../src/frontier/reproduction.js';
import { summarise } from '../../src/frontier/summarise.js';
import { csvOf } from '../../src/report/csv.js';
import { curveExamples, curveLabel, curveLook } from '../../src/report/curve-looks.js';
import { bareSvg } from '../../src/report/plot.js';
import { reproductionColumns } from '../../src/report/reproduction-columns.js';
import { overlayRows, reproductionSpec } from '../../src/report/reproduction-plot.js';
import { renderReproduction, reproductionMarkdown, reproductionTable } from '../../src/report/reproduction-text.js';
import { finished } from '../frontier/runs.js';

const all = await readPublishedPoints();
const options = { dimensions: { input: 784, output: 784 }, axis: 'trainable' } as const;
const published = all.filter(({ task }) => task === 'mnist/denoising');
const find = (name: string) => published.find(({ arch }) => archName(arch) === name)!;
const runs = [
  finished({ arch: find('785-115-4').arch, recipe: { replicate: 0 } }, 24.2, 24.3),
  finished({ arch: find('785-115-4').arch, recipe: { replicate: 1 } }, 24.26, 24.36),
  finished({ arch: find('784-785-1 none/none').arch }, 24.072, 24.1),
];
const reproduction = compareWithPublished(published, summarise(runs, options));
const setting = {
  epochs: { trained: 30, published: 30 },
  command: 'hgmlp reproduce mnist/denoising --max-time 1h',
  machine: '2 cores (Abacus)',
  version: '0.1.0',
};

describe('the table of a reproduction', () => {
  test('shows both of our sets, the difference on theirs, and where a rate was not published', () => {
    const { headers, rows } = reproductionTable(reproduction);
    expect(headers.slice(6, 8)).toEqual(['Our validation PSNR (dB)', 'Our test PSNR (dB)']);
    expect(rows).toEqual([
      [
        'Hourglass',
        '785-115-4',
        '1,953,080',
        'knee',
        '0.001',
        '24.247 (1)',
        '24.230 ± 0.042',
        '24.330 ± 0.042',
        '−0.017',
        '–',
      ],
      [
        'Conventional',
        '784-785-1 none/none',
        '1,230,880',
        'left end',
        '0.001*',
        '24.061',
        '24.072',
        '24.100',
        '+0.011',
        '–',
      ],
    ]);
  });

  test('shows their spread and replicates, and the difference in their standard deviations', () => {
    const points = all.filter(({ task }) => task === 'mnist/generative-classification');
    const { arch } = points.find((point) => archName(point.arch) === '785-115-4')!;
    const { rows } = reproductionTable(compareWithPublished(points, summarise([finished({ arch }, 30, 32)], options)));
    expect(rows[0]!.slice(5)).toEqual(['31.850 ± 0.314 (5)', '32.000', '30.000', '+0.150', '+0.5']);
  });

  test('ends with the mean absolute difference and how many points it is of', () => {
    const text = renderReproduction(reproduction, setting, { color: false });
    expect(text).toMatch(/\nMean absolute difference on validation: 0\.014 dB over 2 of 40 published points\.$/);
    expect(text).toContain('* Not published: the rate of the same widths and depth with projections');
    expect(text).not.toContain('NOT the published recipe');
  });

  test('says loudly that other epochs are not the published recipe', () => {
    const short = { ...setting, epochs: { trained: 1, published: 30 } };
    const warning = 'NOT the published recipe: 1 epoch in place of 30.';
    expect(renderReproduction(reproduction, short, { color: false })).toContain(warning);
    expect(reproductionMarkdown(reproduction, short)).toContain(`**${warning}`);
    expect(JSON.stringify(reproductionSpec(reproduction, short))).toContain(warning);
  });

  test('stands in Markdown with the command, the machine and the version', () => {
    const text = reproductionMarkdown(reproduction, setting);
    expect(text).toContain('| Hourglass    | 785-115-4');
    expect(text).toContain('`hgmlp reproduce mnist/denoising --max-time 1h` of hgmlp 0.1.0, on 2 cores (Abacus).');
    expect(text).not.toMatch(/20\d\d-\d\d-\d\d/);
  });
});

test('the CSV leaves empty what was not published', () => {
  const [header, , bare] = csvOf(reproductionColumns, reproduction.points)
    .trimEnd()
    .split('\n')
    .map((line) => line.split(','));
  const cell = (name: string) => bare![header!.indexOf(name)];
  expect(cell('input_projection')).toBe('none');
  expect(cell('learning_rate')).toBe('0.001');
  expect(cell('published_learning_rate')).toBe('');
  expect(cell('published_psnr_db')).toBe('24.061');
  expect(cell('published_psnr_db_std')).toBe('');
  expect(Number(cell('difference_db'))).toBeCloseTo(0.011, 9);
});

describe('the overlay', () => {
  test('has a row per published point, with ours where there is one, on their set', () => {
    const rows = overlayRows(reproduction);
    expect(rows.length).toBe(40);
    expect(
      rows
        .filter(({ oursDb }) => oursDb !== null)
        .map(({ curve, params, publishedDb, oursDb }) => [curve, params, publishedDb, oursDb]),
    ).toEqual([
      ['Hourglass (in, out)', 1_953_080, 24.2471, (24.2 + 24.26) / 2],
      ['Conventional (none)', 1_230_880, 24.061, 24.072],
    ]);
  });

  test('tells conventional with and without projections apart by colour, mark and dash', () => {
    const examples = curveExamples(published);
    expect(examples.map(curveLabel)).toEqual(['Hourglass (in, out)', 'Conventional (in, out)', 'Conventional (none)']);
    const looks = examples.map(curveLook);
    for (const look of ['color', 'mark', 'dash'] as const) {
      expect(new Set(looks.map((each) => String(each[look]))).size).toBe(3);
    }
  });

  test('is drawn the same each time, and names the curves, the set and the difference', async () => {
    const svg = await bareSvg(reproductionSpec(reproduction, setting));
    expect(await bareSvg(reproductionSpec(reproduction, setting))).toBe(svg);
    for (const text of [
      'Conventional (none)<',
      'Hourglass (in, out)<',
      'Validation PSNR (dB)<',
      'Mean absolute difference on validation: 0.014 dB over 2 of 40 published points.<',
      'Hourglass (in, out) 785-115-4; Trainable parameters: 1,953,080; Published: 24.247 dB; Ours: 24.230 ± 0.042 dB',
    ]) {
      expect(svg).toContain(text);
    }
  });

  test('is drawn without any run of ours', async () => {
    const svg = await bareSvg(reproductionSpec(compareWithPublished(published, []), setting));
    expect(svg).toContain('No run has finished of 40 published points.');
    expect(svg).not.toContain('NaN');
  });
});
