import { describe, expect, test } from 'vitest';
import { bareFrontierSvg } from '../../src/report/plot.js';
import { siText, ticksWithin, type Domain, type TickOptions } from '../../src/report/ticks.js';
import { traceFrontier } from '../../src/frontier/trace.js';
import { finished } from '../frontier/runs.js';
import { pictureMetrics } from '../../src/run/metrics.js';

const lengthPx = 620;
const labelPx = ({ length }: string) => 7 * length;
const horizontal = (scale: TickOptions['scale']): TickOptions => ({ scale, lengthPx, labelPx, label: siText });

/** The free pixels between neighbouring labels. */
function gapsOf(
  values: readonly number[],
  [low, high]: Domain,
  { scale, label, labelPx: sizeOf }: TickOptions,
): number[] {
  const along = scale === 'log' ? Math.log : (value: number) => value;
  const places = values.map((value) => (lengthPx * (along(value) - along(low))) / (along(high) - along(low)));
  const sizes = values.map((value) => sizeOf(label(value)));
  return places.slice(1).map((place, index) => place - places[index]! - (sizes[index]! + sizes[index + 1]!) / 2);
}

const domains: [string, Domain][] = [
  ['a decade', [1e5, 1e6]],
  ['a little more than a decade', [94_000, 1_060_000]],
  ['between the published sizes', [1.1e6, 14.9e6]],
  ['four decades', [900, 1.1e7]],
  ['eight decades', [1e2, 1e10]],
  ['two per cent', [1_000_000, 1_020_000]],
  ['two parts in a million', [10_000_000, 10_000_020]],
  ['one point, widened', [5.3e5, 1.66e6]],
  ['a fifth', [930_000, 1_140_000]],
  ['odd ends', [123_456, 654_321]],
];

describe.each(['log', 'linear'] as const)('The ticks of a %s axis', (scale) => {
  test.each(domains)('over %s are at least two, lie within, differ in their labels and do not touch', (_, domain) => {
    const options = horizontal(scale);
    const { values, labelExpr } = ticksWithin(domain, options);
    expect(values.length).toBeGreaterThanOrEqual(2);
    expect(values.length).toBeLessThanOrEqual(10);
    for (const value of values) {
      expect(value).toBeGreaterThanOrEqual(domain[0]);
      expect(value).toBeLessThanOrEqual(domain[1]);
    }
    expect(new Set(values.map(siText)).size).toBe(values.length);
    expect(Math.min(...gapsOf(values, domain, options))).toBeGreaterThanOrEqual(8);
    expect(labelExpr).toBe(
      `${JSON.stringify(Object.fromEntries(values.map((value) => [value, siText(value)])))}[datum.value]`,
    );
  });

  test('are spaced over every range from 1.001 to 10,000 times its beginning', () => {
    const options = horizontal(scale);
    for (let low = 700; low < 2e7; low *= 1.7) {
      for (let ratio = 1.001; ratio < 1e4; ratio = 1 + (ratio - 1) * 1.5) {
        const domain: Domain = [low, low * ratio];
        const { values } = ticksWithin(domain, options);
        expect(values.length, `${domain.join()}`).toBeGreaterThanOrEqual(2);
        expect(Math.min(...gapsOf(values, domain, options)), `${domain.join()}`).toBeGreaterThanOrEqual(8);
      }
    }
  });
});

test('Ticks above one another keep the height of a label apart', () => {
  const options: TickOptions = { scale: 'log', lengthPx: 150, labelPx: () => 12, label: String };
  for (const domain of [
    [26, 345],
    [600, 2400],
    [3.4, 4600],
    [0.87, 1.15],
    [0.87, 57],
  ] as Domain[]) {
    const { values } = ticksWithin(domain, options);
    const places = values.map((value) => (150 * Math.log(value / domain[0])) / Math.log(domain[1] / domain[0]));
    expect(values.length).toBeGreaterThanOrEqual(1);
    for (const [index, place] of places.slice(1).entries()) expect(place - places[index]!).toBeGreaterThanOrEqual(20);
  }
});

test.each([
  [0, '0'],
  [950, '950'],
  [1000, '1k'],
  [1_005_000, '1.005M'],
  [999_999, '999.999k'],
  [2.5e9, '2.5G'],
])('%d parameters have all their digits on an axis: %s', (value, text) => {
  expect(siText(value)).toBe(text);
});

describe('The marks of two networks that lie on each other', () => {
  const pair = [
    finished({ arch: { skipWidth: 20, bottleneckWidth: 10 } }, 20),
    finished({ arch: { skipWidth: 10, bottleneckWidth: 30 } }, 20),
    finished({ arch: { skipWidth: 20, bottleneckWidth: 9 } }, 15),
    finished({ arch: { skipWidth: 10, bottleneckWidth: 29 } }, 15),
  ];
  const frontier = traceFrontier(pair, {
    ...{
      task: 'mnist/denoising',
      dimensions: { input: 10, output: 10 },
      axis: 'trainable',
      metrics: pictureMetrics,
      trainingImages: 100,
    },
  });

  test('are hollow, and so are those of the legend', async () => {
    const svg = await bareFrontierSvg(frontier, 'log');
    const marks = [
      ...svg.matchAll(/<path aria-label="[^"]*" role="graphics-symbol" aria-roledescription="point"[^>]*>/g),
    ];
    expect(marks.length).toBe(4);
    for (const [mark] of marks) {
      expect(mark).not.toContain('fill=');
      expect(mark).toMatch(/stroke="#(0072B2|D55E00)"/);
    }
    const [, legend] = /<g class="mark-symbol role-legend-symbol"[^>]*>(.*?)<\/g>/.exec(svg)!;
    expect(legend).toMatch(/stroke="#0072B2"/);
    expect(legend).not.toMatch(/fill="#/);
  });
});

test('A plot whose PSNRs hardly differ has labels that keep clear of the title of its axis', async () => {
  const runs = [finished({}, 24.07), finished({ arch: { bottleneckWidth: 6 } }, 24.0701)];
  const options = {
    task: 'mnist/denoising',
    dimensions: { input: 10, output: 10 },
    axis: 'trainable',
    metrics: pictureMetrics,
    trainingImages: 100,
  } as const;
  const svg = await bareFrontierSvg(traceFrontier(runs, options), 'log');
  const labels = [...svg.matchAll(/>(\d\d\.\d+)</g)].map(([, text]) => text!);
  expect(labels.length).toBeGreaterThan(2);
  for (const label of labels) expect(label.length).toBeLessThanOrEqual(5);
});

test('A subtitle that is too long for the plot has several lines', async () => {
  const runs = [finished({}, 24.07)];
  const options = {
    task: 'mnist/denoising',
    dimensions: { input: 10, output: 10 },
    axis: 'trainable',
    metrics: pictureMetrics,
    trainingImages: 100,
  } as const;
  const frontier = traceFrontier(runs, options);
  const long = Array.from({ length: 60 }, (_, index) => `word${index}`).join(' ');
  const svg = await bareFrontierSvg(frontier, 'log', { progress: [long], effort: [], unfinished: [] });
  const lines = [...svg.matchAll(/>(word[^<]+)</g)].map(([, text]) => text!);
  expect(lines.length).toBeGreaterThan(3);
  expect(lines.join(' ')).toBe(long);
  for (const line of lines) expect(line.length).toBeLessThanOrEqual(110);
});
