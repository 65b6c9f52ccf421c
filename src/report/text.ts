/** Frontiers as text for a terminal and as Markdown. These functions return text and never print. */
import { markdownTable } from 'markdown-table';
import picocolors from 'picocolors';
import { printable } from '../base/shown.js';
import { wrapWords } from '../base/width.js';
import type { BudgetComparison } from '../frontier/budget.js';
import type { Frontier } from '../frontier/trace.js';
import { choiceSentence, frontierHeading } from './headings.js';
import { markdownText } from './markdown.js';
import { layOut } from './table-layout.js';
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
  /** Columns of the terminal; without it, as for files and pipes, lines are as long as they come. */
  readonly width?: number;
}

/** The frontier of each shape and its effort, for a terminal. */
export function renderFrontierTable(frontier: Frontier, options: TextOptions): string {
  const heading = picocolors.createColors(options.color).bold(printable(frontierHeading(frontier)));
  const tables = [frontierTable(frontier), effortTable(frontier.effort, { hours: true })].map((table) =>
    terminalTable(table, options),
  );
  const notes = [architectureNote, verdictNote(frontier)];
  return terminalText([heading, ...choiceNote(frontier), tables[0]!, ...notes, '', tables[1]!, effortNote], options);
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

/** Without frames, and with broken headers; see `table-layout.ts` for what is wider than the terminal. */
export function terminalTable({ headers, rows, ...rest }: TextTable, { color, width = Infinity }: TextOptions): string {
  const table = { ...rest, headers: headers.map(printable), rows: rows.map((row) => row.map(printable)) };
  return layOut(table, width, picocolors.createColors(color).bold).join('\n');
}

/** Tables and sentences one below the other; what is wider than the terminal is broken between words. */
export function terminalText(parts: readonly string[], { width = Infinity }: Pick<TextOptions, 'width'>): string {
  const lines = parts.flatMap((part) => part.split('\n'));
  return lines.flatMap((line) => wrapWords(line, width)).join('\n');
}

/** A table in Markdown. Its cells are written as they are: what comes from outside goes through `markdownText`. */
export function markdownOf({ headers, alignments, rows }: TextTable): string {
  return markdownTable([[...headers], ...rows.map((row) => [...row])], { align: [...alignments] });
}
