import { describe, expect, test } from 'vitest';
import { widthOf } from '../../src/base/width.js';
import { left, right, tableOf } from '../../src/report/tables.js';
import { terminalTable, terminalText } from '../../src/report/text.js';

const rows = [
  { shape: 'Hourglass', arch: '454-248-1', params: '937,056', psnr: '24.070 ± 0.010', verdict: 'frontier (0.981)' },
  { shape: 'Conventional', arch: '265-492-2', params: '937,040', psnr: '24.112 ± 0.012', verdict: 'undecided (0.412)' },
];
type Row = (typeof rows)[number];
const table = tableOf<Row>(rows, [
  left('Shape', ({ shape }) => shape),
  left('Architecture', ({ arch }) => arch),
  right('Trainable parameters', ({ params }) => params),
  right('Test PSNR (dB)', ({ psnr }) => psnr),
  right('Verdict', ({ verdict }) => verdict),
]);
const at = (width?: number) => terminalTable(table, { color: false, ...(width !== undefined && { width }) });

describe('A table', () => {
  test('is as wide as it comes without a width, and where it fits', () => {
    expect(`\n${at()}\n`).toMatchInlineSnapshot(`
      "
      Shape         Architecture   Trainable  Test PSNR (dB)            Verdict
                                  parameters
      Hourglass     454-248-1        937,056  24.070 ± 0.010   frontier (0.981)
      Conventional  265-492-2        937,040  24.112 ± 0.012  undecided (0.412)
      "
    `);
    expect(at(73)).toBe(at());
    expect(at(72)).not.toBe(at());
  });

  test('is divided where it is too wide, with what names a row in each part', () => {
    expect(`\n${at(60)}\n`).toMatchInlineSnapshot(`
      "
      Shape         Architecture   Trainable  Test PSNR (dB)
                                  parameters
      Hourglass     454-248-1        937,056  24.070 ± 0.010
      Conventional  265-492-2        937,040  24.112 ± 0.012

      Shape         Architecture            Verdict
      Hourglass     454-248-1      frontier (0.981)
      Conventional  265-492-2     undecided (0.412)
      "
    `);
  });

  test('becomes a list where not one column fits beside the names', () => {
    expect(`\n${at(40)}\n`).toMatchInlineSnapshot(`
      "
      Shape: Hourglass
      Architecture: 454-248-1
      Trainable parameters: 937,056
      Test PSNR (dB): 24.070 ± 0.010
      Verdict: frontier (0.981)

      Shape: Conventional
      Architecture: 265-492-2
      Trainable parameters: 937,040
      Test PSNR (dB): 24.112 ± 0.012
      Verdict: undecided (0.412)
      "
    `);
  });

  test('breaks its texts between words before it is divided, and its numbers never', () => {
    const quantities = tableOf(
      ['Parameters saved at the best PSNR of conventional'],
      [left('Quantity', (text: string) => text), right('As searched', () => '+44 % [not reached, +50 %]')],
    );
    expect(`\n${terminalTable(quantities, { color: false, width: 50 })}\n`).toMatchInlineSnapshot(`
      "
      Quantity                               As searched
      Parameters saved at     +44 % [not reached, +50 %]
      the best PSNR of
      conventional
      "
    `);
  });

  test('stands in columns whatever its names are written in', () => {
    const names = ['plain', '図書館', '👨‍👩‍👧 family', 'e\u0301te\u0301'];
    const named = tableOf(names, [left('Name', (name: string) => name), right('Runs', () => '12')]);
    const [, ...lines] = terminalTable(named, { color: false }).split('\n');
    expect(lines.map(widthOf)).toEqual([15, 15, 15, 15]);
  });

  test('fits from 40 to 200 columns with every word whole', () => {
    const words = (text: string) => text.split(/\s+/).map((word) => word.replace(/:$/, ''));
    for (let width = 40; width <= 200; width += 1) {
      const text = at(width);
      expect(Math.max(...text.split('\n').map(widthOf)), `${width} columns`).toBeLessThanOrEqual(width);
      expect(words(text)).toEqual(expect.arrayContaining(words(at())));
    }
  });
});

test('Sentences are broken between words, and only where they are wider than the terminal', () => {
  expect(terminalText(['one\ntwo words', ''], { width: 5 })).toBe('one\ntwo\nwords\n');
  expect(terminalText(['two words'], {})).toBe('two words');
});
