import { describe, expect, test } from 'vitest';
import { bestUnderBudget } from '../../src/frontier/budget.js';
import { frontierDocument } from '../../src/report/document.js';
import { formatCount } from '../../src/base/numbers.js';
import { budgetMarkdown, frontierMarkdown, renderBudgetTable, renderFrontierTable } from '../../src/report/text.js';
import { csvOf, measuredColumns } from '../../src/report/csv.js';
import { frontierColumns } from '../../src/report/frontier-columns.js';
import { bareFrontierSvg } from '../../src/report/plot.js';
import type { Run } from '../../src/run/run.js';
import { smallFrontier, smallRuns } from './study.js';
import { pictureMetrics } from '../../src/run/metrics.js';

const comparison = bestUnderBudget(smallFrontier().points, { budgetSize: 600, axis: 'trainable' });

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
      Verdict, with the probability of being on the frontier of its shape; undecided from 0.05 to 0.95.

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
    expect(`\n${renderBudgetTable(comparison, smallFrontier(), { color: false })}\n`).toMatchInlineSnapshot(`
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
    const small = bestUnderBudget(smallFrontier().points, { budgetSize: 400, axis: 'trainable' });
    expect(renderBudgetTable(small, smallFrontier(), { color: false })).not.toContain('−');
  });
});

test('Markdown holds the same tables', () => {
  expect(frontierMarkdown(smallFrontier())).toMatch(/\n\| Hourglass +\| 12-6-1 +\| +384 \| +0\.001 \| +1 \|/);
  expect(budgetMarkdown(comparison, smallFrontier())).toContain('| Hourglass − conventional |');
});

test('the JSON document has a schema version, every point and nulls for what is missing', () => {
  const document = JSON.parse(JSON.stringify(frontierDocument(smallFrontier()))) as Record<string, unknown>;
  expect(document).toMatchObject({ schemaVersion: 2, task: 'mnist/denoising', axis: 'trainable', epochs: 3 });
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

describe('a frontier of one set, as imported runs may give it,', () => {
  const unknown = (psnrDb: number) => ({ meanSquaredError: null, psnrDb, psnrOfMeanDb: null });
  const runs = smallRuns.map((run): Run => {
    const imported = { source: 'runs.csv', onlySet: 'test' } as const;
    if (run.state !== 'finished') return { ...run, timing: null, imported };
    const psnrDb = run.test.psnrDb!;
    return { ...run, timing: null, imported, validation: unknown(psnrDb), test: { ...unknown(psnrDb), ssim: null } };
  });
  const frontier = smallFrontier(undefined, runs);

  test('says so in the table, which shows that set alone and dashes for what is not known', () => {
    expect(`\n${renderFrontierTable(frontier, { color: false })}\n`).toMatchInlineSnapshot(`
      "
      PSNR frontier of mnist/denoising
      Learning rate, frontier and PSNR all on test (imported).
      Shape         Architecture   Trainable  Learning  Replicates  Test PSNR (dB)           Verdict
                                  parameters      rate
      Hourglass     12-4-1               336     0.001           2  20.000 ± 0.707  frontier (1.000)
      Hourglass     12-6-1               384     0.001           1          22.250  frontier (1.000)
      Conventional  10-20-1              600     0.001           1          18.750  frontier (1.000)
      Architecture: skip width, bottleneck width and depth.
      Verdict, with the probability of being on the frontier of its shape; undecided from 0.05 to 0.95.

      Effort        Architectures  Learning  Replicates,  Runs  Diverged  Failed       Training  Hours
                                      rates      at most                          multiply-adds
      Hourglass                 3         1            2     4         0       0        1.34e+6      –
      Conventional              2         1            1     2         1       0              –      –
      Training multiply-adds: 3 × multiply-adds per image × training images × epochs, over all runs.
      "
    `);
  });

  test('says so in the plot, and its CSV files leave the other set and all that is unknown empty', async () => {
    const svg = await bareFrontierSvg(frontier, 'log');
    expect(svg).toContain('3 epochs; learning rate, frontier and PSNR all on test (imported)');
    expect(svg).toContain('Test PSNR (dB)');
    expect(svg).not.toMatch(/Validation|SSIM/);
    const [first] = csvOf(measuredColumns(frontierColumns(pictureMetrics), frontier.onlySet), frontier.points)
      .split('\n')
      .slice(1);
    expect(first).toBe(
      'hourglass,residual,12,4,1,trainable,trainable,336,336,336,1440,112,0.001,2,0,0,3,,,,,,,,20,0.7071067811865476,,,,true,1,frontier',
    );
  });
});
