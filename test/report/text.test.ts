import { describe, expect, test } from 'vitest';
import { bestUnderBudget } from '../../src/frontier/budget.js';
import { frontierDocument } from '../../src/report/document.js';
import { formatCount } from '../../src/base/numbers.js';
import { budgetMarkdown, frontierMarkdown, renderBudgetTable, renderFrontierTable } from '../../src/report/text.js';
import { smallFrontier } from './study.js';

const comparison = bestUnderBudget(smallFrontier().points, { budgetParams: 600, count: 'trainable' });

describe('a frontier in the terminal', () => {
  test('is a table of its points and one of its effort', () => {
    expect(`\n${renderFrontierTable(smallFrontier(), { color: false })}\n`).toMatchInlineSnapshot(`
      "
      PSNR frontier of mnist/denoising
      Shape         Architecture   Trainable  Learning  Replicates      Validation  Test PSNR (dB)    Test           Verdict
                                  parameters      rate                   PSNR (dB)                    SSIM
      Hourglass     12-4-1               336     0.001           2  20.500 ± 0.707  20.000 ± 0.707  0.9000  frontier (1.000)
      Hourglass     12-6-1               384     0.001           1          22.500          22.250  0.9000  frontier (1.000)
      Conventional  10-20-1              600     0.001           1          19.000          18.750  0.9000  frontier (1.000)
      Architecture: skip width, bottleneck width and depth.

      Effort        Architectures  Learning  Replicates,  Runs  Diverged  Failed       Training  Hours
                                      rates      at most                          multiply-adds
      Hourglass                 3         1            2     4         0       0        1.34e+6   2.00
      Conventional              2         1            1     2         1       0        5.40e+5   0.60
      Training multiply-adds: 3 × multiply-adds per image × training images × epochs, over all runs.
      "
    `);
  });

  test('has escape codes only where colour is asked for', () => {
    const escape = '\u001b[';
    expect(renderFrontierTable(smallFrontier(), { color: false })).not.toContain(escape);
    expect(renderFrontierTable(smallFrontier(), { color: true })).toContain(`${escape}1mShape`);
  });

  test('names the best of each shape under a budget, and the gap', () => {
    expect(`\n${renderBudgetTable(comparison, { color: false })}\n`).toMatchInlineSnapshot(`
      "
      Best with at most 600     Architecture   Trainable  Learning  Replicates  Validation    Test
                                              parameters      rate               PSNR (dB)    PSNR
                                                                                              (dB)
      Hourglass                 12-6-1               384     0.001           1      22.500  22.250
      Conventional              10-20-1              600     0.001           1      19.000  18.750
      Hourglass − conventional                                                      +3.500  +3.500
      "
    `);
  });

  test('has no row for a gap where one shape has nothing under the budget', () => {
    const small = bestUnderBudget(smallFrontier().points, { budgetParams: 400, count: 'trainable' });
    expect(renderBudgetTable(small, { color: false })).not.toContain('−');
  });
});

test('Markdown holds the same tables', () => {
  expect(frontierMarkdown(smallFrontier())).toMatch(/\n\| Hourglass +\| 12-6-1 +\| +384 \| +0\.001 \| +1 \|/);
  expect(budgetMarkdown(comparison)).toContain('| Hourglass − conventional |');
});

test('the JSON document has a schema version, every point and nulls for what is missing', () => {
  const document = JSON.parse(JSON.stringify(frontierDocument(smallFrontier()))) as Record<string, unknown>;
  expect(document).toMatchObject({ schemaVersion: 1, task: 'mnist/denoising', count: 'trainable', epochs: 3 });
  expect(document.points).toHaveLength(5);
  expect((document.points as unknown[]).at(-1)).toMatchObject({ learningRate: null, test: null, diverged: 1 });
});

test.each([
  [0, '0'],
  [784, '784'],
  [1000, '1k'],
  [999_999, '1M'],
  [1_591_980, '1.59M'],
  [2.5e9, '2.5G'],
])('%d parameters are written as %s', (value, text) => {
  expect(formatCount(value)).toBe(text);
});
