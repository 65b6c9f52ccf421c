import { describe, expect, test } from 'vitest';
import type { Arch } from '../../src/arch/arch.js';
import {
  compareSeries,
  distinctSeries,
  parseSeries,
  seriesAmong,
  seriesKey,
  seriesText,
} from '../../src/arch/series.js';

const projections = { inputProjection: 'trainable', outputProjection: 'trainable' } as const;
const hourglass: Arch = { skipWidth: 12, bottleneckWidth: 4, depth: 1, ...projections };
const conventional: Arch = { ...hourglass, family: 'gated', bottleneckWidth: 20 };

describe('a series', () => {
  test('is a shape where all networks are of one family, and a family and a shape where they are not', () => {
    expect(seriesAmong([conventional, { ...hourglass, family: 'gated' }])(conventional)).toEqual({
      shape: 'conventional',
    });
    expect([hourglass, conventional].map(seriesAmong([hourglass, conventional]))).toEqual([
      { family: 'residual', shape: 'hourglass' },
      { family: 'gated', shape: 'conventional' },
    ]);
  });

  test('has a key that reads back, and words', () => {
    for (const key of ['hourglass', 'gated/hourglass', 'residual?activation=gelu&dropout=0.1/conventional']) {
      expect(seriesKey(parseSeries(key)!)).toBe(key);
      expect(seriesText(parseSeries(key)!)).toBe(key.replace('/', ' '));
    }
    expect(seriesKey(parseSeries('residual?activation=relu/straight')!)).toBe('residual/straight');
    for (const other of ['', 'gated', 'gated/', '/hourglass', 'gated/hourglasses'])
      expect(parseSeries(other)).toBeNull();
    expect(() => parseSeries('mixer/hourglass')).toThrow('family: expected one of residual, ');
  });

  test('stands in the order of the families, then of settings, then of the shapes', () => {
    const keys = [
      'residual/hourglass',
      'residual/conventional',
      'residual?bias=yes/hourglass',
      'gated/hourglass',
      'plain/straight',
    ];
    const series = keys.map((key) => parseSeries(key)!);
    expect(distinctSeries([...series.toReversed(), ...series]).map(seriesKey)).toEqual(keys);
    expect(compareSeries(series[0]!, series[0]!)).toBe(0);
  });

  test('of a plugin stands behind those of the table', () => {
    const families = ['toy?plugin=0123456789ab', 'two-stream', 'Arc?plugin=0123456789ab', 'residual'];
    const sorted = distinctSeries(families.map((family) => ({ family, shape: 'hourglass' as const })));
    expect(sorted.map(({ family }) => family)).toEqual([families[3], families[1], families[2], families[0]]);
  });
});
