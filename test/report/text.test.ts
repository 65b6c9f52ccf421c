import { describe, expect, test } from 'vitest';
import { bestUnderBudget } from '../../src/frontier/budget.js';
import { frontierDocument } from '../../src/report/document.js';
import { siText } from '../../src/report/numbers.js';
import { budgetMarkdown, frontierMarkdown, renderBudgetTable, renderFrontierTable } from '../../src/report/text.js';
import { smallFrontier } from './study.js';

const comparison = bestUnderBudget(smallFrontier().points, { budgetParams: 600, count: 'trainable' });

describe('a frontier in the terminal', () => {
  test('is a table of its points and one of its effort', () => {
    expect(`\n${renderFrontierTable(smallFrontier(), { color: false })}\n`).toMatchInlineSnapshot();
  });

  test('has escape codes only where colour is asked for', () => {
    const escape = '\u001b[';
    expect(renderFrontierTable(smallFrontier(), { color: false })).not.toContain(escape);
    expect(renderFrontierTable(smallFrontier(), { color: true })).toContain(`${escape}1mShape`);
  });

  test('names the best of each shape under a budget, and the gap', () => {
    expect(`\n${renderBudgetTable(comparison, { color: false })}\n`).toMatchInlineSnapshot();
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
  expect(siText(value)).toBe(text);
});
