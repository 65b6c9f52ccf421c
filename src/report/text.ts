/** Frontiers as text for a terminal and as Markdown. These functions return text and never print. */
import Table from 'cli-table3';
import { markdownTable } from 'markdown-table';
import picocolors from 'picocolors';
import type { BudgetComparison } from '../frontier/budget.js';
import type { Frontier } from '../frontier/trace.js';
import { frontierHeading } from './headings.js';
import { budgetTable, effortNote, effortTable, frontierTable, type TextTable } from './tables.js';

export interface TextOptions {
  /** ANSI colours; off for files, pipes and `NO_COLOR`. */
  readonly color: boolean;
}

/** The frontier of each shape and its effort, for a terminal. */
export function renderFrontierTable(frontier: Frontier, options: TextOptions): string {
  const heading = picocolors.createColors(options.color).bold(frontierHeading(frontier));
  return [
    heading,
    terminalTable(frontierTable(frontier), options),
    terminalTable(effortTable(frontier.effort), options),
    effortNote,
  ].join('\n');
}

/** The best of each shape under a budget and the gap between the shapes, for a terminal. */
export function renderBudgetTable(comparison: BudgetComparison, options: TextOptions): string {
  return terminalTable(budgetTable(comparison), options);
}

/** The same as `renderFrontierTable`, in Markdown. */
export function frontierMarkdown(frontier: Frontier): string {
  const tables = [frontierTable(frontier), effortTable(frontier.effort)].map(markdownOf);
  return `${[`## ${frontierHeading(frontier)}`, ...tables, effortNote].join('\n\n')}\n`;
}

/** The same as `renderBudgetTable`, in Markdown. */
export function budgetMarkdown(comparison: BudgetComparison): string {
  return `${markdownOf(budgetTable(comparison))}\n`;
}

function terminalTable({ headers, alignments, rows }: TextTable, { color }: TextOptions): string {
  const colors = picocolors.createColors(color);
  const table = new Table({
    head: headers.map((header) => colors.bold(header)),
    colAligns: [...alignments],
    wordWrap: true,
    style: { head: [], border: [], compact: true },
  });
  table.push(...rows.map((row) => [...row]));
  return table.toString();
}

function markdownOf({ headers, alignments, rows }: TextTable): string {
  return markdownTable([[...headers], ...rows.map((row) => [...row])], { align: [...alignments] });
}
