/** Frontiers as text for a terminal and as Markdown. These functions return text and never print. */
import Table from 'cli-table3';
import { markdownTable } from 'markdown-table';
import picocolors from 'picocolors';
import { printable } from '../base/shown.js';
import type { BudgetComparison } from '../frontier/budget.js';
import type { Frontier } from '../frontier/trace.js';
import { choiceSentence, frontierHeading } from './headings.js';
import { markdownText } from './markdown.js';
import {
  architectureNote,
  budgetTable,
  effortNote,
  effortTable,
  frontierTable,
  type TextTable,
  verdictNote,
} from './tables.js';

export interface TextOptions {
  /** ANSI colours; off for files, pipes and `NO_COLOR`. */
  readonly color: boolean;
}

/** The frontier of each shape and its effort, for a terminal. */
export function renderFrontierTable(frontier: Frontier, options: TextOptions): string {
  const heading = picocolors.createColors(options.color).bold(printable(frontierHeading(frontier)));
  const tables = [frontierTable(frontier), effortTable(frontier.effort, { hours: true })].map((table) =>
    terminalTable(table, options),
  );
  return [
    heading,
    ...choiceNote(frontier),
    tables[0],
    architectureNote,
    verdictNote(frontier),
    '',
    tables[1],
    effortNote,
  ].join('\n');
}

/** Said where it is not what the columns lead one to expect. */
function choiceNote({ onlySet }: Frontier): string[] {
  return onlySet === null ? [] : [choiceSentence(onlySet)];
}

/** The best of each shape under a budget and the gap between the shapes, for a terminal. */
export function renderBudgetTable(comparison: BudgetComparison, options: TextOptions): string {
  return terminalTable(budgetTable(comparison), options);
}

/** The same as `renderFrontierTable`, in Markdown. */
export function frontierMarkdown(frontier: Frontier): string {
  const heading = frontierHeading({ ...frontier, task: markdownText(frontier.task) });
  const [points, effort] = [frontierTable(frontier), effortTable(frontier.effort, { hours: true })].map(markdownOf);
  return `${[`## ${heading}`, ...choiceNote(frontier), points, `${architectureNote}\n${verdictNote(frontier)}`, effort, effortNote].join('\n\n')}\n`;
}

/** The same as `renderBudgetTable`, in Markdown. */
export function budgetMarkdown(comparison: BudgetComparison): string {
  return `${markdownOf(budgetTable(comparison))}\n`;
}

/** Without frames and with broken headers, to fit 100 columns. */
export function terminalTable(textTable: TextTable, { color }: TextOptions): string {
  const colors = picocolors.createColors(color);
  const headers = textTable.headers.map(printable);
  const rows = textTable.rows.map((row) => row.map(printable));
  const { alignments } = textTable;
  const widest = headers.map((_, index) => Math.max(...rows.map((row) => row[index]!.length), 0));
  const table = new Table({
    head: headers.map((header, index) => wrapped(header, widest[index]!).map(colors.bold).join('\n')),
    colAligns: [...alignments],
    chars: frameless,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
  });
  table.push(...rows);
  return table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
}

const frameParts = ['top', 'bottom', 'left', 'right', 'mid'];
const frameless = {
  ...Object.fromEntries(frameParts.flatMap((part) => ['', '-left', '-mid', '-right'].map((end) => [part + end, '']))),
  middle: '  ',
};

/** The words of a header in lines no longer than the column, or than its longest word. */
function wrapped(header: string, columnWidth: number): string[] {
  const words = header.split(' ');
  const width = Math.max(columnWidth, ...words.map((word) => word.length));
  const lines: string[] = [];
  for (const word of words) {
    const longer = lines.length === 0 ? word : `${lines.at(-1)!} ${word}`;
    if (lines.length > 0 && longer.length <= width) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}

/** A table in Markdown. Its cells are written as they are: what comes from outside goes through `markdownText`. */
export function markdownOf({ headers, alignments, rows }: TextTable): string {
  return markdownTable([[...headers], ...rows.map((row) => [...row])], { align: [...alignments] });
}
