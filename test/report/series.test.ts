/** What reports show of a folder of several families. */
import { describe, expect, test } from 'vitest';
import { bestUnderBudget } from '../../src/frontier/budget.js';
import { parseSeries } from '../../src/arch/series.js';
import { frontierSubheadings } from '../../src/report/headings.js';
import { plotSpec } from '../../src/report/plot-spec.js';
import { looks, looksOf, seriesLegend } from '../../src/report/plot-style.js';
import { bareFrontierSvg } from '../../src/report/plot.js';
import { budgetTable, frontierTable } from '../../src/report/tables.js';
import { finished } from '../frontier/runs.js';
import { smallFrontier, smallRuns } from './study.js';

const gated = { family: 'gated' };
const runs = [
  ...smallRuns,
  finished({ arch: { ...gated, bottleneckWidth: 3 } }, 23, 22.75),
  finished({ arch: { ...gated, bottleneckWidth: 6 } }, 21, 20.75),
  finished({ arch: { ...gated, skipWidth: 10, bottleneckWidth: 14 } }, 18, 17.75),
];
const frontier = smallFrontier('mnist/denoising', runs);
const seriesNamed = (...keys: string[]) => keys.map((key) => parseSeries(key)!);

describe('a folder of several families', () => {
  test('has a frontier for each series', () => {
    const { headers, rows } = frontierTable(frontier);
    expect(headers[0]).toBe('Series');
    expect(rows.map(([series, arch]) => `${series} ${arch}`)).toEqual([
      ...['residual hourglass 12-4-1', 'residual hourglass 12-6-1', 'residual conventional 10-20-1'],
      ...['gated hourglass 12-3-1', 'gated conventional 10-14-1'],
    ]);
    expect(
      frontierSubheadings(frontier)
        .slice(1)
        .map((line) => line.split(':')[0]),
    ).toEqual([...['residual hourglass', 'residual conventional', 'gated hourglass', 'gated conventional']]);
  });

  test('has the best of each series under a budget, and a gap for each family that has both', () => {
    const best = bestUnderBudget(frontier.points, { budgetSize: 1000, axis: 'trainable' });
    expect(Object.keys(best.best)).toEqual([
      ...['residual/hourglass', 'residual/conventional', 'gated/hourglass', 'gated/conventional'],
    ]);
    expect(best.gap).toBeNull();
    expect(best.gaps!.map(({ family, validation }) => [family, validation.mean])).toEqual([
      ['residual', 22.5 - 19],
      ['gated', 23 - 18],
    ]);
    const rows = budgetTable(best, frontier).rows.map(([first]) => first);
    expect(rows.slice(4)).toEqual(['residual hourglass − conventional', 'gated hourglass − conventional']);
    const { gaps } = bestUnderBudget(frontier.points, { budgetSize: 590, axis: 'trainable' });
    expect(gaps).toEqual([]);
  });

  test('is drawn with a colour for each family but the first, and marks and dashes by shape', () => {
    const series = seriesNamed('residual/hourglass', 'residual/conventional', 'gated/hourglass', 'gated/conventional');
    const all = series.map(looksOf(series));
    expect(all.slice(0, 2)).toEqual([looks.hourglass, looks.conventional]);
    expect(new Set(all.map(({ color }) => color)).size).toBe(3);
    expect(all.map(({ mark }) => mark)).toEqual(['circle', 'square', 'circle', 'square']);
    expect(all[2]!.dash).toEqual(looks.hourglass.dash);
    const text = JSON.stringify(plotSpec(frontier, 'log'));
    expect(text).toContain('datum.series === \\"gated/hourglass\\"');
  });

  test('has a legend of as many lines as its names take', async () => {
    expect(seriesLegend(seriesNamed('residual/hourglass', 'gated/hourglass')).rows).toBe(1);
    expect(seriesLegend(seriesNamed('hourglass', 'conventional', 'straight')).rows).toBe(1);
    const many = seriesNamed(
      ...['residual', 'mlp-ln', 'gated', 'plain?activation=gelu'].flatMap((family) =>
        ['hourglass', 'conventional'].map((shape) => `${family}/${shape}`),
      ),
    );
    expect(seriesLegend(many).rows).toBe(8);
    expect(seriesLegend(many.slice(0, 6)).rows).toBe(3);
    const svg = await bareFrontierSvg(frontier, 'log');
    for (const label of ['residual hourglass', 'gated conventional']) expect(svg).toContain(`>${label}</text>`);
  });
});
