import { describe, expect, test } from 'vitest';
import { UserError } from '../../src/base/errors.js';
import { formatCount, formatExactCount } from '../../src/base/numbers.js';
import { parseBudget, rangeOf, samplingSpan } from '../../src/search/budget.js';

describe('a budget', () => {
  test.each([
    ['1M', 1_000_000],
    ['1m', 1_000_000],
    ['1_000_000', 1_000_000],
    ['1e6', 1_000_000],
    ['1.5M', 1_500_000],
    ['.5M', 500_000],
    ['1.005M', 1_005_000],
    ['452k', 452_000],
    ['452K', 452_000],
    ['2G', 2_000_000_000],
    ['2B', 2_000_000_000],
    [' 100k ', 100_000],
  ])('reads %s as at most %d parameters', (text, params) => {
    expect(parseBudget(text)).toEqual({ text, wanted: [params], atLeast: null });
  });

  test('of at most B is searched from a sixteenth of B.', () => {
    expect(samplingSpan).toBe(16);
    expect(rangeOf(parseBudget('1M'))).toEqual({ lowest: 62_500, highest: 1_000_000 });
  });

  test('that is a range is searched as it says, and asks for the best under its upper end.', () => {
    const budget = parseBudget('0.5M..4M');
    expect(budget).toMatchObject({ wanted: [4_000_000], atLeast: 500_000 });
    expect(rangeOf(budget)).toEqual({ lowest: 500_000, highest: 4_000_000 });
  });

  test('that is a list asks for the best under each, is sorted, and is searched below its smallest value too.', () => {
    const budget = parseBudget('4M, 1M,2M,1M');
    expect(budget).toMatchObject({ wanted: [1_000_000, 2_000_000, 4_000_000], atLeast: null });
    expect(rangeOf(budget)).toEqual({ lowest: 62_500, highest: 4_000_000 });
  });

  test.each(['abc', '', '1X', '1M..', '..1M', '1M..2M..3M', '1M,', '1M,2M..3M', '1__0', 'NaN', 'Infinity'])(
    "refuses '%s' and says what was expected.",
    (text) => {
      expect(() => parseBudget(text)).toThrow(
        new UserError(
          `budget: expected a number such as 1M, a range such as 0.5M..4M or a list such as 1M,2M,4M; got '${text}'`,
        ),
      );
    },
  );

  test.each([
    ['4M..0.5M', "budget: the range '4M..0.5M' is reversed, 4M is more than 0.5M; write 0.5M..4M"],
    ['0', "budget: expected at least 1 parameter, got '0' in '0'"],
    ['1M,0', "budget: expected at least 1 parameter, got '0' in '1M,0'"],
    ['-1M', "budget: expected at least 1 parameter, got '-1M' in '-1M'"],
    ['0.5', "budget: expected a whole number of parameters, got '0.5' in '0.5'"],
    ['1e300', "budget: expected a whole number of parameters, got '1e300' in '1e300'"],
    ['1001G', "budget: expected at most 1000G parameters, got '1001G' in '1001G'"],
    ['1M..1M', "budget: expected a range whose upper end is at least 1 % above its lower end, got '1M..1M'; "],
  ])('refuses %s with its reason.', (text, reason) => {
    expect(() => parseBudget(text)).toThrow(UserError);
    expect(() => parseBudget(text)).toThrow(reason);
  });
});

describe('a count of parameters', () => {
  test.each([
    [0, '0'],
    [999, '999'],
    [1000, '1k'],
    [1572, '1.57k'],
    [451_584, '452k'],
    [999_499, '999k'],
    [999_500, '1M'],
    [1_000_000, '1M'],
    [12_345_678, '12.3M'],
    [2_500_000_000, '2.5G'],
  ])('of %d is shown in three digits as %s.', (count, text) => {
    expect(formatCount(count)).toBe(text);
  });

  test('is shown in full with its digits in groups.', () => {
    expect(formatExactCount(2_521_344)).toBe('2,521,344');
  });
});
