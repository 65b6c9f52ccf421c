import { describe, expect, test } from 'vitest';
import { UserError } from '../../src/base/errors.js';
import { formatCount, formatExactCount } from '../../src/base/numbers.js';
import { parseBudget, parseSizeLimits, rangeOf, samplingSpan } from '../../src/search/budget.js';

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
    ['0', "budget: expected at least 1, got '0'"],
    ['1M,0', "budget: expected at least 1, got '0' in '1M,0'"],
    ['-1M', "budget: expected at least 1, got '-1M'"],
    ['0.5', "budget: expected a whole number, got '0.5'"],
    ['1e300', "budget: expected at most 1000G, got '1e300'"],
    ['256kB', "got '256kB'; bytes go with --size stored-bytes or activation-bytes"],
    ['1001G', "budget: expected at most 1000G, got '1001G'"],
    ['1M..1M', "budget: expected a range whose upper end is at least 1 % above its lower end, got '1M..1M'; "],
  ])('refuses %s with its reason.', (text, reason) => {
    expect(() => parseBudget(text)).toThrow(UserError);
    expect(() => parseBudget(text)).toThrow(reason);
  });
});

describe('a budget of bytes', () => {
  test.each([
    ['256kB', 256_000],
    ['256k', 256_000],
    ['256KiB', 262_144],
    ['1.5 MiB', null],
    ['1.5MiB', 1_572_864],
    ['2MB', 2_000_000],
    ['512B', 512],
    ['512', 512],
    ['1GB', 1_000_000_000],
  ])('reads %s as %j bytes.', (text, bytes) => {
    if (bytes === null) expect(() => parseBudget(text, 'stored-bytes')).toThrow('a number of bytes such as 256kB');
    else expect(parseBudget(text, 'stored-bytes').wanted).toEqual([bytes]);
  });

  test('has ranges and lists as others have, and B stands for no thousand million there.', () => {
    expect(parseBudget('64kB..0.25MB', 'activation-bytes')).toMatchObject({ atLeast: 64_000, wanted: [250_000] });
    expect(parseBudget('1MB,64KiB', 'stored-bytes').wanted).toEqual([65_536, 1_000_000]);
    expect(parseBudget('2B', 'multiply-adds').wanted).toEqual([2_000_000_000]);
    expect(() => parseBudget('256kB', 'multiply-adds')).toThrow('expected a number such as 1M, a range such as');
    expect(() => parseBudget('0.5B', 'stored-bytes')).toThrow("expected a whole number, got '0.5B'");
    expect(() => parseBudget('0', 'stored-bytes')).toThrow("expected at least 1 byte, got '0'");
  });
});

describe('limits of other sizes', () => {
  test('are read each by its own unit.', () => {
    expect(parseSizeLimits('multiply-adds=2M, stored-bytes=256kB')).toEqual([
      { size: 'multiply-adds', atMost: 2_000_000 },
      { size: 'stored-bytes', atMost: 256_000 },
    ]);
  });

  test.each([
    ['macs=2M', "limit: expected a size and the most of it, such as multiply-adds=2M, got 'macs=2M'; the sizes are"],
    ['multiply-adds', "got 'multiply-adds'"],
    ['multiply-adds=2M=3M', "got 'multiply-adds=2M=3M'"],
    ['total=1M,total=2M', "limit: expected each size once, got total twice in 'total=1M,total=2M'"],
    [
      'stored-bytes=lots',
      "limit: expected a number of bytes such as 256kB or 256KiB behind '=', got 'stored-bytes=lots'",
    ],
    ['total=0', "limit: expected at least 1, got '0' in 'total=0'"],
    ['multiply-adds=2kB', "limit: expected a number such as 2M behind '=', got 'multiply-adds=2kB'"],
    ['total=1M..2M', "got 'total=1M..2M'"],
    ['total=1M,', "got ''"],
    ['none', "got 'none'; the sizes are"],
    ['', "got ''"],
  ])("refuse '%s' with the reason.", (text, reason) => {
    expect(() => parseSizeLimits(text)).toThrow(UserError);
    expect(() => parseSizeLimits(text)).toThrow(reason);
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
