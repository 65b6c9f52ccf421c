/** How the best networks move with the budget, as a table, as Markdown and as a JSON document. */
import picocolors from 'picocolors';
import { seriesText } from '../arch/series.js';
import type { SizeName } from '../arch/sizes.js';
import { firstItem, lastItem } from '../base/items.js';
import { counted, formatCount } from '../base/numbers.js';
import { printable } from '../base/shown.js';
import type { BudgetInterval } from '../pareto/envelope.js';
import {
  claimVerdict,
  type DimensionTrend,
  type SeriesTrend,
  type TrendDimension,
  type TrendOptions,
  wholeVerdict,
} from '../frontier/trend.js';
import { markdownText } from './markdown.js';
import { seriesHeader, seriesLabel, signed } from './numbers.js';
import type { TextTable } from './tables.js';
import { markdownOf, terminalTable, terminalText, type TextOptions } from './text.js';
import { statedText } from './scores.js';
import type { DecidingMetric } from '../run/metrics.js';
import { shownTask } from './headings.js';

/** Tells how the best networks of a series move, and over which budgets that was followed. */
export interface FollowedSeries extends SeriesTrend {
  readonly interval: BudgetInterval;
  /** False where nothing tells the noise of its runs, and only the choice of architectures was resampled. */
  readonly isNoiseKnown: boolean;
}

/** Tells how the best networks of a study move with the budget. */
export interface TrendReport {
  readonly task: string;
  /** What decides. */
  readonly metric: DecidingMetric;
  readonly axis: SizeName;
  readonly settings: Omit<TrendOptions, 'interval'>;
  /** Each series from its own smallest network on. */
  readonly trends: readonly FollowedSeries[];
}

/** Names the dimensions as tables and plots write them. */
export const dimensionLabels: Readonly<Record<TrendDimension, string>> = {
  depth: 'Depth',
  skipWidth: 'Skip width',
  bottleneckWidth: 'Bottleneck width',
};

/** Raised when a field changes its meaning or goes away; new fields may come at any time. */
const schemaVersion = 2;

/** Gives the report with the version of its form, and what it says of the published claim. */
export function trendDocument(report: TrendReport) {
  const claims = hourglassesOf(report).map((hourglass) => ({
    ...(hourglass.family === undefined ? {} : { family: hourglass.family }),
    verdict: wholeVerdict(hourglass),
    parts: hourglass.dimensions.map((trend) => ({ dimension: trend.dimension, verdict: claimVerdict(trend) })),
  }));
  const ofSeveral = report.trends.some(({ family }) => family !== undefined);
  return { schemaVersion, ...report, ...(ofSeveral ? { claims } : { claim: claims[0] }) };
}

/** Names the task. */
export function trendHeading({ task }: TrendReport): string {
  return `How the best networks of ${shownTask(task)} move with the budget`;
}

/** Says what the intervals are made of. */
export function trendNotes({ metric, settings, trends }: TrendReport): string[] {
  const { level, resamples, noiseStd } = settings;
  const noise = noiseStd === null ? 'of their replicates' : `of a stated noise of ${statedText(metric, noiseStd)}`;
  const unknown = trends.filter(({ isNoiseKnown }) => !isNoiseKnown).map(seriesText);
  const ofWhich = unknown.length === trends.length ? '' : ` of ${unknown.join(', ')}`;
  const what =
    unknown.length === 0
      ? `the architectures tried and ${noise}`
      : `the architectures tried; the noise${ofWhich} is not known`;
  return [`${100 * level} % intervals from ${counted(resamples, 'resample')} of ${what}`];
}

/** Renders the report for a terminal. */
export function renderTrend(report: TrendReport, options: TextOptions): string {
  const { bold } = picocolors.createColors(options.color);
  const table = terminalTable(trendTable(report), options);
  const heading = bold(printable(trendHeading(report)));
  return terminalText([heading, ...trendNotes(report), '', table, exponentNote, ...claimLines(report)], options);
}

/** Renders the report as Markdown, with a line end. */
export function trendMarkdown(report: TrendReport): string {
  const parts = [
    `## ${trendHeading({ ...report, task: markdownText(report.task) })}`,
    trendNotes(report).join('\n'),
    markdownOf(trendTable(report)),
    exponentNote,
    claimLines(report).join('\n').trim(),
  ];
  return `${parts.join('\n\n')}\n`;
}

const exponentNote = 'Exponent e: the value goes as budget^e; ten times the budget makes it 10^e times as large.';

function trendTable({ trends }: TrendReport): TextTable {
  const rows = trends.flatMap(({ interval, dimensions, architectures, ...series }) =>
    dimensions.map((trend) => [
      `${seriesLabel(series)} (${architectures})`,
      dimensionLabels[trend.dimension],
      ...endsOf(trend, interval),
      `${signed(trend.exponent, 2)} [${signed(trend.interval.low, 2)}, ${signed(trend.interval.high, 2)}]`,
      trend.direction,
    ]),
  );
  return {
    headers: [
      `${seriesHeader(trends)} (architectures)`,
      'Best network’s',
      'At budget',
      'At budget',
      'Exponent',
      'Verdict',
    ],
    alignments: ['left', 'left', 'right', 'right', 'right', 'left'],
    rows,
  };
}

/** `115 at 2.46M`: the values at both ends. */
function endsOf({ points }: DimensionTrend, { lowest, highest }: BudgetInterval): [string, string] {
  return [
    `${firstItem(points).value} at ${formatCount(lowest)}`,
    `${lastItem(points).value} at ${formatCount(highest)}`,
  ];
}

function claimLines(report: TrendReport): string[] {
  const hourglasses = hourglassesOf(report);
  if (hourglasses.length === 0) return [];
  const words: Readonly<Record<TrendDimension, string>> = {
    depth: 'deeper',
    skipWidth: 'wider skip',
    bottleneckWidth: 'narrower bottleneck',
  };
  const verdicts = hourglasses.map((hourglass) => {
    const parts = hourglass.dimensions.map((trend) => `${words[trend.dimension]}: ${claimVerdict(trend)}`);
    const ofFamily = hourglass.family === undefined ? '' : `${hourglass.family}: `;
    return `${ofFamily}${parts.join('; ')}. As a whole: ${wholeVerdict(hourglass)}.`;
  });
  return [
    '',
    `Claim (arXiv 2510.01796): as budgets grow the best hourglass is deeper, with a wider skip and a narrower bottleneck.`,
    ...verdicts,
  ];
}

/** One a family. */
function hourglassesOf({ trends }: TrendReport): readonly SeriesTrend[] {
  return trends.filter(({ shape }) => shape === 'hourglass');
}
