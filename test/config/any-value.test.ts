import { describe, expect, test } from 'vitest';
import { UserError } from '../../src/base/errors.js';
import { commandRows } from '../../src/cli/commands/table.js';
import { optionsOf } from '../../src/config/options.js';
import { resolveOptions } from '../../src/config/resolve.js';
import { refuseUnreadable } from '../../src/config/said.js';
import { refusal } from './resolving.js';

describe('no value of any option does more than be taken, or be refused in one line', () => {
  const absurd = [
    '1e9',
    '1e18',
    '1e308',
    '0',
    '-1',
    'NaN',
    'Infinity',
    '1.5',
    '',
    ' ',
    '1e',
    '9'.repeat(400),
    '1..2',
    'auto:1..1e9',
  ];

  test.each(commandRows.map(({ name }) => name))('of %s.', async (command) => {
    for (const { key, flag } of optionsOf(command)) {
      if (flag === undefined) continue;
      for (const value of absurd) {
        const read = async () =>
          refuseUnreadable((await resolveOptions({ command, flags: { [key]: value }, environment: {} })).values);
        const error: unknown = await read().catch((thrown: unknown) => thrown);
        if (error !== undefined) expect(error, `${flag} ${value}`).toBeInstanceOf(UserError);
      }
    }
  });

  test.each([
    ['epochs', '1e7', "--epochs: expected a whole number from 1 to 1,000,000, got '1e7'"],
    ['workers', '1e9', "--workers: expected a whole number from 1 to 4,096, got '1e9'"],
    ['batchSize', '1e18', "--batch-size: expected a whole number from 1 to 1,000,000,000, got '1e18'"],
    ['imageSize', '1e9', "--image-size: expected a whole number from 6 to 1024, got '1e9'"],
    ['epochs', '1.5', "--epochs: expected a whole number from 1, got '1.5'"],
  ])('%s %s says the most that is taken, once.', async (key, value, expected) => {
    expect(await refusal({ flags: { [key]: value } })).toBe(expected);
  });

  test('a depth of the grid has that of the option as its most', async () => {
    const yaml = 'grid:\n  hourglass: { skipWidths: [785], bottleneckWidths: [4], depths: [1001] }\n';
    expect(await refusal({ yaml })).toContain(
      'grid.hourglass.depths.0: expected a whole number from 1 to 1000, got 1001',
    );
  });
});
