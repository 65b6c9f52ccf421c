import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { withFormulas, withoutFormulas } from '../../src/base/formulas.js';

describe('text without formulas', () => {
  test.each([
    ["=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0"],
    ['@SUM(1)', "'@SUM(1)"],
    ['+1', "'+1"],
    ['-1+1', "'-1+1"],
    ['\t=1', "'\t'=1"],
    ["'=1", "''=1"],
    ['a;=1', "a;'=1"],
    ['out of memory; 3 - 1 = 2, -1', 'out of memory; 3 - 1 = 2, -1'],
  ])('of %j is %j', (text, defused) => {
    expect(withoutFormulas(text)).toBe(defused);
    expect(withFormulas(defused)).toBe(text);
  });

  test('reads back to the same, whatever it was, and begins no cell with a formula', () => {
    const signs = fc.constantFrom(...`=+-@'";,\t\r\n＝a 1`);
    const texts = fc.oneof(fc.string({ unit: signs, maxLength: 12 }), fc.string({ unit: 'binary' }));
    fc.assert(
      fc.property(texts, (text) => {
        const defused = withoutFormulas(text);
        expect(withFormulas(defused)).toBe(text);
        expect(defused).not.toMatch(/(^|[;\t\r\n])[ "]*[=+\-@＝＋－＠]/);
      }),
      { numRuns: 2000, seed: 1 },
    );
  });
});
