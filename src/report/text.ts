/** Frontiers as text for a terminal and as Markdown. These functions return text and never print. */
import { markdownTable } from 'markdown-table';
import picocolors from 'picocolors';
import { printable } from '../base/shown.js';
import { wrapWords } from '../base/width.js';
import type { BudgetComparison } from '../frontier/budget.js';
import type { Frontier } from '../frontier/trace.js';
import { choiceSentence, frontierHeading } from './headings.js';
import { markdownText } from './markdown.js';
import { noNotes, type StudyNotes } from './study-notes.js';
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

/** Tells what the terminal can show. */
export interface TextOptions {
  /** ANSI colours; off for files, pipes and `NO_COLOR`. */
  readonly color: boolean;
  /** Columns of the terminal; without it, as for files and pipes, lines are as long as they come. */
  readonly width?: number;
}

/** Renders the frontier of each shape, its effort, and what is told beside it, for a terminal. */
export function renderFrontierTable(frontier: Frontier, options: TextOptions, notes: StudyNotes = noNotes): string {
  const heading = picocolors.createColors(options.color).bold(printable(frontierHeading(frontier)));
  const { points, effort } = blocksOf(frontier, notes, (table) => terminalTable(table, options));
  return terminalText([heading, ...points, ...(effort.length === 0 ? [] : ['', ...effort])], options);
}

/** Tables and the sentences around them: of the frontier, and of what it cost. */
function blocksOf(frontier: Frontier, { progress, effort }: StudyNotes, drawn: (table: TextTable) => string) {
  const table = frontierTable(frontier);
  const isEmpty = table.rows.length === 0;
  const standing = isEmpty && progress.length === 0 ? ['No run has finished.'] : progress;
  const costs = frontier.effort;
  return {
    points: [
      ...choiceNote(frontier),
      ...(standing.length === 0 ? [] : [standing.join('\n')]),
      ...(isEmpty ? [] : [drawn(table), `${architectureNote}\n${verdictNote(frontier)}`]),
    ],
    effort: [
      ...(costs.length === 0 ? [] : [drawn(effortTable(costs, { hours: true })), effortNote]),
      ...(effort.length === 0 ? [] : [effort.join('\n')]),
    ],
  };
}

/** Said where it is not what the columns lead one to expect. */
function choiceNote({ onlySet, metrics: [deciding] }: Frontier): string[] {
  return onlySet === null ? [] : [choiceSentence(onlySet, deciding)];
}

/** Renders the best of each shape under a budget and the gap between the shapes, for a terminal. */
export function renderBudgetTable(
  comparison: BudgetComparison,
  of: Pick<Frontier, 'metrics'>,
  options: TextOptions,
): string {
  return terminalTable(budgetTable(comparison, of), options);
}

/** Renders the same as `renderFrontierTable`, in Markdown. */
export function frontierMarkdown(frontier: Frontier, notes: StudyNotes = noNotes): string {
  const heading = frontierHeading({ ...frontier, task: markdownText(frontier.task) });
  const { points, effort } = blocksOf(frontier, notes, markdownOf);
  return `${[`## ${heading}`, ...points, ...effort].join('\n\n')}\n`;
}

/** Renders the same as `renderBudgetTable`, in Markdown. */
export function budgetMarkdown(comparison: BudgetComparison, of: Pick<Frontier, 'metrics'>): string {
  return `${markdownOf(budgetTable(comparison, of))}\n`;
}

/** Draws a table without frames, and with broken headers; see `table-layout.ts` for what is wider than the terminal. */
export function terminalTable({ headers, rows, ...rest }: TextTable, { color, width = Infinity }: TextOptions): string {
  const table = { ...rest, headers: headers.map(printable), rows: rows.map((row) => row.map(printable)) };
  return layOut(table, width, picocolors.createColors(color).bold).join('\n');
}

/** Tables and sentences one below the other; what is wider than the terminal is broken between words. */
export function terminalText(parts: readonly string[], { width = Infinity }: Pick<TextOptions, 'width'>): string {
  const lines = parts.flatMap((part) => part.split('\n'));
  return lines.flatMap((line) => wrapWords(line, width)).join('\n');
}

/**
 * Draws a table in Markdown. Its cells are written as they are: what comes from outside goes through `markdownText`.
 */
export function markdownOf({ headers, alignments, rows }: TextTable): string {
  return markdownTable([[...headers], ...rows.map((row) => [...row])], { align: [...alignments] });
}
