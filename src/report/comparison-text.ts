/** A comparison of two frontiers for a terminal and as Markdown. These functions return text and never print. */
import { sizeTable } from '../arch/sizes.js';
import picocolors from 'picocolors';
import type { Comparison } from '../frontier/compare.js';
import { sameWithin } from '../frontier/equal-effort.js';
import { itemAt } from '../base/items.js';
import { formatCount } from '../base/numbers.js';
import { printable } from '../base/shown.js';
import { statedText } from './scores.js';
import { metricOf } from '../run/metrics.js';
import { type ComparisonReport, comparisonRows, unknownNoiseText, verdictText } from './comparison.js';
import { choiceSentence, shownTask } from './headings.js';
import { markdownText } from './markdown.js';
import { effortNote, effortTable, type TextTable } from './tables.js';
import { markdownOf, terminalTable, terminalText, type TextOptions } from './text.js';

/** Renders a comparison for a terminal; names are made printable. */
export function renderComparison(asCompared: ComparisonReport, options: TextOptions): string {
  const report = withNames(asCompared, printable);
  const { bold } = picocolors.createColors(options.color);
  const parts = [
    bold(heading(report)),
    ...notes(report),
    '',
    terminalTable(comparisonTable(report), options),
    '',
    ...verdicts(report),
    '',
    terminalTable(sidesEffort(report), options),
    effortNote,
  ];
  return terminalText(parts, options);
}

/** Renders a comparison as Markdown, with a line end. */
export function comparisonMarkdown(asCompared: ComparisonReport): string {
  const report = withNames(asCompared, markdownText);
  const parts = [
    `## ${heading(report)}`,
    notes(report).join('\n'),
    markdownOf(comparisonTable(report)),
    verdicts(report).join('\n'),
    markdownOf(sidesEffort(report)),
    effortNote,
  ];
  return `${parts.join('\n\n')}\n`;
}

/** What comes from outside, made harmless where it is shown. */
function withNames(report: ComparisonReport, inert: (text: string) => string): ComparisonReport {
  const { task, left, right } = report;
  return {
    ...report,
    task: inert(task),
    left: { ...left, name: inert(left.name) },
    right: { ...right, name: inert(right.name) },
  };
}

function heading({ task, metric, left, right }: ComparisonReport): string {
  return `${left.name} against ${right.name}: ${metricOf(metric).label} frontiers of ${shownTask(task)}`;
}

function notes(report: ComparisonReport): string[] {
  const { settings, axis, onlySet, left, right } = report;
  const { interval, level, resamples } = settings;
  return [
    `Budgets from ${formatCount(interval.lowest)} to ${formatCount(interval.highest)} ${sizeTable[axis].words}; ` +
      `positive where ${left.name} is ahead of ${right.name}.`,
    choiceSentence(onlySet, report.metric),
    left.projections === right.projections
      ? `Both with ${left.projections}.`
      : `${left.name} with ${left.projections}; ${right.name} with ${right.projections}.`,
    `In brackets: ${100 * level} % intervals from ${resamples} resamples of ${resampledText(report)}.`,
  ];
}

function resampledText(report: ComparisonReport): string {
  const { settings, asSearched } = report;
  if (settings.noiseStd !== null) return `a stated noise of ${statedText(report.metric, settings.noiseStd)} a run`;
  if (asSearched.meanGap.interval !== null) return 'the replicates';
  return `which architectures are tried; ${unknownNoiseText(report)} of a run`;
}

function comparisonTable(report: ComparisonReport): TextTable {
  const columns: [string, Comparison][] = [['As searched', report.asSearched]];
  if (report.equalEffort) columns.push(['At equal effort', report.equalEffort.comparison]);
  return {
    headers: ['Quantity', ...columns.map(([name]) => name)],
    alignments: ['left', ...columns.map(() => 'right' as const)],
    rows: comparisonRows(report).map(({ quantity, text }) => [
      quantity,
      ...columns.map(([, comparison]) => text(comparison)),
    ]),
  };
}

function verdicts(report: ComparisonReport): string[] {
  const lines = [`As searched: ${verdictText(report, report.asSearched)}.`];
  if (report.equalEffort === null) return [...lines, `Both sides cost the same (within ${100 * sameWithin} %).`];
  const { reduced, comparison } = report.equalEffort;
  const cut = `${report[reduced].name} cut down at random to the training multiply-adds of the other`;
  return [...lines, `At equal effort (${cut}): ${verdictText(report, comparison)}.`];
}

/** Sets out the effort of both sides in one table, as runs that were stopped early have a column only where there are any. */
function sidesEffort({ left, right }: ComparisonReport): TextTable {
  const names = [left, right].flatMap(({ name, effort }) => effort.map(() => name));
  const { headers, alignments, rows } = effortTable([...left.effort, ...right.effort], { hours: true });
  return {
    headers: ['Side', ...headers],
    alignments: ['left', ...alignments],
    rows: rows.map((row, place) => [itemAt(names, place), ...row]),
  };
}
