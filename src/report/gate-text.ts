/** A gate on frontiers for a terminal and as Markdown. These functions return text and never print. */
import { isSameSeries, seriesText } from '../arch/series.js';
import { sizeTable } from '../arch/sizes.js';
import picocolors from 'picocolors';
import { firstItem } from '../base/items.js';
import { formatCount } from '../base/numbers.js';
import { printable } from '../base/shown.js';
import { sameWithin } from '../frontier/equal-effort.js';
import { type GateVerdict, mostReplicates } from '../frontier/gate.js';
import { metricOf } from '../run/metrics.js';
import { gapEstimateText, unknownNoiseText } from './comparison.js';
import { type GateReport, gateVerdict, type SeriesCheck } from './gate.js';
import { choiceSentence, shownTask } from './headings.js';
import { markdownText } from './markdown.js';
import { missing, seriesHeader, seriesLabel } from './numbers.js';
import { statedText, unitInBrackets, unitSuffix } from './scores.js';
import { left, right, tableOf, type TextTable } from './tables.js';
import { markdownOf, terminalTable, terminalText, type TextOptions } from './text.js';

/** Renders a gate for a terminal; names are made printable. */
export function renderGate(report: GateReport, options: TextOptions): string {
  const { bold } = picocolors.createColors(options.color);
  const named = withNames(report, printable);
  const table = terminalTable(gateTable(named), options);
  return terminalText([bold(heading(named)), ...verdictLines(named), '', table, ...notes(named)], options);
}

/** Renders a gate as Markdown, with a line end; it is also the step summary of a job. */
export function gateMarkdown(report: GateReport): string {
  const named = withNames(report, markdownText);
  const parts = [
    `## ${heading(named)}`,
    verdictLines(named)
      .map((line) => `- ${line}`)
      .join('\n'),
    markdownOf(gateTable(named)),
    notes(named).join('\n'),
  ];
  return `${parts.join('\n\n')}\n`;
}

/** What comes from outside, made harmless where it is shown. */
function withNames({ folders, checks, ...report }: GateReport, inert: (text: string) => string): GateReport {
  return {
    ...report,
    folders: { new: inert(folders.new), baseline: inert(folders.baseline) },
    checks: checks.map((check) => ({
      ...check,
      comparison: { ...check.comparison, task: inert(check.comparison.task) },
    })),
  };
}

const headings: Readonly<Record<GateVerdict, string>> = {
  met: 'Gate met',
  notMet: 'Gate NOT met',
  undecided: 'Gate undecided',
};

function heading(report: GateReport): string {
  const { folders, checks } = report;
  const { metric, task } = firstItem(checks).comparison;
  return `${headings[gateVerdict(report)]}: ${folders.new} against ${folders.baseline}, ${metricOf(metric).label} frontiers of ${shownTask(task)}`;
}

function verdictLines({ checks, margin }: GateReport): string[] {
  return checks.map((check) => {
    const { metric, asSearched } = check.comparison;
    const { meanGap } = asSearched;
    return `${seriesPairText(check)}: ${verdictText(check, margin)} (mean gap ${gapEstimateText(metric, meanGap)}${unitSuffix(metric)})${adviceText(check)}`;
  });
}

function verdictText({ verdict, sameRuns, comparison }: SeriesCheck, allowed: number): string {
  const margin = statedText(comparison.metric, allowed);
  if (sameRuns) return 'met, both hold the same runs within these budgets';
  if (verdict === 'met') return `met, not worse by more than ${margin}`;
  if (verdict === 'notMet') return `NOT met, worse by more than ${margin} beyond noise`;
  return `undecided, worse by more than ${margin} or not`;
}

function adviceText({ verdict, replicates, replicatesToDecide, comparison }: SeriesCheck): string {
  if (verdict !== 'undecided') return '';
  if (comparison.asSearched.meanGap.interval === null) {
    if (Math.min(comparison.left.replicates, comparison.right.replicates) > 1) {
      return `; ${unknownNoiseText(comparison)}: state it with --noise-std`;
    }
    return '; nothing tells the noise: train with --replicates 2 or more in both folders, or state it with --noise-std';
  }
  if (replicatesToDecide === null) {
    return `; the gap lies on the margin: no number of replicates up to ${mostReplicates} would decide, choose another --margin`;
  }
  return `; ${replicatesToDecide} replicates of each architecture in both folders would probably decide, there are ${replicates}`;
}

/** `Hourglass`, or `Hourglass against conventional`. */
function seriesPairText({ series }: SeriesCheck): string {
  const own = seriesLabel(series.new);
  return isSameSeries(series.new, series.baseline) ? own : `${own} against ${seriesText(series.baseline)}`;
}

function gateTable({ checks }: GateReport): TextTable {
  const { metric } = firstItem(checks).comparison;
  const unit = unitInBrackets(metric);
  return tableOf(checks, [
    left(seriesHeader(checks.map(({ series }) => series.new)), seriesPairText),
    left('Verdict', ({ verdict }) => (verdict === 'notMet' ? 'NOT met' : verdict)),
    right('Budgets', ({ comparison: { settings } }) =>
      [settings.interval.lowest, settings.interval.highest].map(formatCount).join(' to '),
    ),
    right('Architectures, new and baseline', ({ comparison: { asSearched } }) =>
      [asSearched.architectures.left, asSearched.architectures.right].join(' and '),
    ),
    right(`Mean gap${unit}`, ({ comparison }) => gapEstimateText(metric, comparison.asSearched.meanGap)),
    ...(checks.some(isUnequal) ? [right(`At equal effort${unit}`, equalEffortText)] : []),
    right('Training, of the baseline’s', ({ effortRatio }) => `${(100 * effortRatio).toFixed(0)} %`),
  ]);
}

function isUnequal({ comparison: { equalEffort } }: SeriesCheck): boolean {
  return equalEffort !== null;
}

function equalEffortText({ comparison: { metric, equalEffort } }: SeriesCheck): string {
  return equalEffort === null ? missing : gapEstimateText(metric, equalEffort.comparison.meanGap);
}

function notes({ folders, checks }: GateReport): string[] {
  const { settings, axis, onlySet, metric } = firstItem(checks).comparison;
  return [
    `Mean gap over the budgets (${sizeTable[axis].words}), positive where ${folders.new} is ahead of ${folders.baseline}; ` +
      `in brackets: ${100 * settings.level} % intervals.`,
    choiceSentence(onlySet, metric),
    checks.some(isUnequal)
      ? 'The efforts are not equal: who searches longer finds higher points. The verdict is on what was searched.'
      : `Both sides cost the same (within ${100 * sameWithin} %).`,
    ...checks.flatMap(leftOutNote),
  ];
}

/** Networks of the baseline below or above the interval would else go missing unseen. */
function leftOutNote(check: SeriesCheck): string[] {
  const { lowest, highest } = check.comparison.settings.interval;
  const { baselineFromParams, baselineUntilParams } = check;
  const ranges = [
    ...(baselineFromParams < lowest ? [[baselineFromParams, lowest]] : []),
    ...(baselineUntilParams > highest ? [[highest, baselineUntilParams]] : []),
  ];
  if (ranges.length === 0) return [];
  const texts = ranges.map((ends) => ends.map(formatCount).join(' to '));
  return [
    `Not checked: budgets of the baseline from ${texts.join(' and from ')} (${seriesPairText(check).toLowerCase()}).`,
  ];
}
