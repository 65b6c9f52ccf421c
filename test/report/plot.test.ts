import { describe, expect, test } from 'vitest';
import { bareFrontierSvg, pngOf, withEmbeddedFont } from '../../src/report/plot.js';
import {
  bandRows,
  envelopeRows,
  logTicks,
  paramsDomain,
  plotRows,
  valueDomain,
  visibleRows,
} from '../../src/report/plot-rows.js';
import { finished } from '../frontier/runs.js';
import { readPng } from './png.js';
import { smallFrontier, smallRuns } from './study.js';

describe('the rows of a plot', () => {
  const rows = plotRows(smallFrontier());

  test('show test PSNR with one standard deviation, and only what was measured', () => {
    expect(rows.map(({ shape, params, value, onFrontier }) => [shape, params, value, onFrontier])).toEqual([
      ['hourglass', 336, 20, true],
      ['hourglass', 384, 22.25, true],
      ['hourglass', 432, 22, false],
      ['conventional', 600, 18.75, true],
    ]);
    expect(rows[0]!.high! - rows[0]!.low!).toBeCloseTo(2 * Math.SQRT1_2, 12);
    expect([rows[1]!.low, rows[1]!.high]).toEqual([null, null]);
  });

  test('draw each envelope up to the largest network of its shape', () => {
    expect(envelopeRows(rows).map(({ params, value }) => [params, value])).toEqual([
      [336, 20],
      [384, 22.25],
      [432, 22.25],
      [600, 18.75],
      [600, 18.75],
    ]);
  });

  test('cut the bands off where the axis ends', () => {
    const frontier = smallFrontier();
    const steps = frontier.bands.filter(({ size, untilSize }) => untilSize > size);
    expect(bandRows(frontier, [0, 100])).toEqual(
      steps.map(({ shape, size, untilSize, low, high }) => ({
        shape,
        params: size,
        untilParams: untilSize,
        low,
        high,
      })),
    );
    for (const { low, high } of bandRows(frontier, [20, 20.5])) {
      expect(low).toBeGreaterThanOrEqual(20);
      expect(high).toBeLessThanOrEqual(20.5);
    }
  });

  test('draw a rectangle for each step of a band', async () => {
    const frontier = smallFrontier();
    const svg = await bareFrontierSvg(frontier, 'log');
    const [rectangles] = /mark-rect.*?<\/g>/s.exec(svg)!;
    const steps = frontier.bands.filter(({ size, untilSize }) => untilSize > size);
    expect(steps.length).toBeGreaterThan(0);
    expect(rectangles.match(/<path/g)).toHaveLength(steps.length);
  });

  test('leave out a dominated network far below the frontiers, and the title line says so', async () => {
    const frontier = smallFrontier(undefined, [...smallRuns, finished({ arch: { bottleneckWidth: 9 } }, 5)]);
    expect(plotRows(frontier)).toHaveLength(5);
    expect(visibleRows(plotRows(frontier), 'psnrDb')).toHaveLength(4);
    expect(await bareFrontierSvg(frontier, 'log')).toContain('1 dominated architecture below the plot');
  });

  test('lie within the axes, on both scales, even where there is one', () => {
    for (const some of [rows, rows.slice(0, 1)]) {
      for (const scale of ['log', 'linear'] as const) {
        const [low, high] = paramsDomain(some, scale);
        expect(Math.min(...some.map((row) => row.params))).toBeGreaterThan(low);
        expect(Math.max(...some.map((row) => row.params))).toBeLessThan(high);
      }
      const [low, high] = valueDomain(some, 'psnrDb');
      expect(Math.min(...some.map((row) => row.low ?? row.value))).toBeGreaterThan(low);
      expect(Math.max(...some.map((row) => row.high ?? row.value))).toBeLessThan(high);
    }
  });

  test.each([
    [
      [1.2e6, 8.3e6],
      [1.5e6, 2e6, 3e6, 4e6, 5e6, 6e6, 7e6, 8e6],
    ],
    [
      [9e4, 5e6],
      [1e5, 2e5, 5e5, 1e6, 2e6, 5e6],
    ],
    [
      [900, 1.1e6],
      [1e3, 1e4, 1e5, 1e6],
    ],
    [[1.1e6, 1.3e6], null],
  ])('have round ticks on a logarithmic axis over %j', (domain, ticks) => {
    expect(logTicks(domain as [number, number])).toEqual(ticks);
  });
});

describe('the SVG', () => {
  test('names both shapes, both axes with their units, the task and the effort', async () => {
    const svg = await bareFrontierSvg(smallFrontier(), 'log');
    for (const text of [
      'Hourglass<',
      'Conventional<',
      'Trainable parameters (input projection trainable, output projection trainable)<',
      'Test PSNR (dB)<',
      'PSNR frontier of mnist/denoising<',
      'Hourglass: 3 architectures, 1 learning rate, 2 replicates at most, 4 runs<',
      'Conventional: 2 architectures × 1 learning rate × 1 replicate; of 2 runs 1 diverged<',
      'bars: ± 1 standard deviation; band: 90 % interval of the curve<',
    ]) {
      expect(svg).toContain(text);
    }
    expect(svg).not.toContain('Straight');
  });

  test('says of each point what a reader may want to know', async () => {
    const svg = await bareFrontierSvg(smallFrontier(), 'log');
    expect(svg).toContain(
      'aria-label="Hourglass 12-4-1, on the frontier; Trainable parameters: 336; Multiply-adds per image: 336; ' +
        'Learning rate: 0.001; Replicates: 2; Test PSNR: 20.000 ± 0.707 dB; Validation PSNR: 20.500 ± 0.707 dB; ' +
        'Test SSIM: 0.9000; Probability of being on the frontier: 1.000"',
    );
  });

  test('is the same text each time, on each axis', async () => {
    const first = await bareFrontierSvg(smallFrontier(), 'linear');
    expect(await bareFrontierSvg(smallFrontier(), 'linear')).toBe(first);
    expect(await bareFrontierSvg(smallFrontier(), 'log')).not.toBe(first);
  });

  test('carries its font and loads nothing', async () => {
    const svg = await withEmbeddedFont(await bareFrontierSvg(smallFrontier(), 'log'));
    expect(svg).toMatch(/^<svg[^>]*><style>@font-face\{font-family:Lato;src:url\(data:font\/ttf;base64,/);
    expect(svg.length).toBeLessThan(200_000);
    expect(svg.match(/(href|src)="?http/g)).toBeNull();
  });

  test('is drawn without any finished run, and says that there is none', async () => {
    const svg = await bareFrontierSvg(smallFrontier(undefined, smallRuns.slice(5)), 'log');
    expect(svg).toContain('No run finished');
    expect(svg).not.toContain('NaN');
  });
});

describe('the PNG', () => {
  test('has 300 pixels per inch and shows the title with no font but the bundled one', async () => {
    const image = readPng(await pngOf(await bareFrontierSvg(smallFrontier(), 'log')));
    expect([image.width, image.height]).toEqual([2250, 1500]);
    const darkPixels = (x0: number, x1: number, y0: number, y1: number) => {
      let dark = 0;
      for (let y = y0; y < y1; y += 1) for (let x = x0; x < x1; x += 1) dark += image.at(x, y) < 100 ? 1 : 0;
      return dark;
    };
    expect(darkPixels(50, 900, 50, 125)).toBeGreaterThan(1000);
    expect(darkPixels(0, 2250, 0, 40)).toBe(0);
    expect(darkPixels(0, 40, 0, 1500)).toBe(0);
    expect(darkPixels(2240, 2250, 0, 1500)).toBe(0);
    expect(darkPixels(0, 2250, 1480, 1500)).toBe(0);
  });

  test('does not cut off a title that is too long for its size', async () => {
    const svg = await bareFrontierSvg(smallFrontier('a-data-set-with-a-very-long-name/'.repeat(4)), 'log');
    const image = readPng(await pngOf(svg));
    const columns = Array.from({ length: image.width }, (_, x) => x);
    const inked = columns.filter((x) => Array.from({ length: 80 }, (_, y) => 50 + y).some((y) => image.at(x, y) < 150));
    expect(inked.at(-1)).toBeGreaterThan(1500);
    expect(inked.at(-1)).toBeLessThan(2230);
  });
});
