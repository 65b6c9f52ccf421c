import { expect, test } from 'vitest';
import { parseDuration } from '../../src/base/duration.js';

test.each([
  ['45s', 45_000],
  ['30m', 1_800_000],
  ['1h', 3_600_000],
  ['1h30m', 5_400_000],
  ['1.5h', 5_400_000],
  ['1h2m3s', 3_723_000],
  ['90m', 5_400_000],
])('the duration %s is %d ms', (text, milliseconds) => {
  expect(parseDuration(text)).toBe(milliseconds);
});

test.each(['', '0s', '0h0m', '1', '-1h', 'h', '30m1h', '1h 30m', '1e3s', '1d', '1..5h'])(
  'the text %j is no duration',
  (text) => {
    expect(parseDuration(text)).toBeNull();
  },
);
