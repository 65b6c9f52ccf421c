/**
 * The report as one web page that needs no network: plots with tooltips, samples of what the networks give, the
 * frontier's table, the effort, the command and the configuration.
 *
 * The plots are the finished drawings, on both axes, not Vega's runtime: the page stays a third of the size, prints,
 * shows everything without JavaScript, and allows no script but the one below (its hash stands in the page's policy).
 */
import { createHash } from 'node:crypto';
import { stringify } from 'yaml';
import type { Frontier } from '../frontier/trace.js';
import { escapeHtml } from './escape.js';
import { fontFaceCss } from './font.js';
import { frontierHeading } from './headings.js';
import { pageScript, pageStyle } from './page-assets.js';
import { type AxisScale, axisScales } from './plot-rows.js';
import { seriesHeader } from './numbers.js';
import { predictionsTable } from './predictions.js';
import type { SeriesPredictions, SeriesSamples } from './samples.js';
import { samplesSection } from './samples-figures.js';
import type { StudyNotes } from './study-notes.js';
import { architectureNote, effortNote, effortTable, frontierTable, type TextTable, verdictNote } from './tables.js';

/** Holds all that a report page shows. */
export interface PageContent {
  readonly frontier: Frontier;
  /** Bare drawings (without their font), one per axis. */
  readonly svgs: Readonly<Record<AxisScale, string>>;
  /** What the networks to be shown make of some images; a page without any has no such section. */
  readonly samples: readonly SeriesSamples[];
  /** The same of a task without pictures. */
  readonly predictions: readonly SeriesPredictions[];
  /** The axis shown first. */
  readonly axis: AxisScale;
  /** The command line that made the page, as typed. */
  readonly command: string;
  readonly resolvedConfig: Readonly<Record<string, unknown>>;
  readonly notes: StudyNotes;
}

/** Makes the page as HTML text. Nothing in it depends on the time, so equal content gives equal pages. */
export async function frontierHtml(content: PageContent): Promise<string> {
  const { frontier, svgs, samples, predictions, axis, command, resolvedConfig, notes } = content;
  const heading = escapeHtml(frontierHeading(frontier));
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy()}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${heading}</title>
<style>${await fontFaceCss()}
${pageStyle}</style>
</head>
<body>
<main>
<h1>${heading}</h1>
${[plotsSection(svgs, axis), ...notes.progress.map(paragraph)].join('\n')}
${await samplesSection(samples, frontier)}${predictionsSection(predictions)}
<h2>Frontier</h2>
${frontierSection(frontier)}
<h2>Effort</h2>
${tableHtml(effortTable(frontier.effort, { hours: false }))}
${[effortNote, ...notes.effort].map(paragraph).join('\n')}
<h2>Command</h2>
<pre>${escapeHtml(command)}</pre>
<h2>Configuration</h2>
<pre>${escapeHtml(stringify(resolvedConfig).trimEnd())}</pre>
</main>
<script>${pageScript}</script>
</body>
</html>
`;
}

function paragraph(text: string): string {
  return `<p>${escapeHtml(text)}</p>`;
}

function frontierSection(frontier: Frontier): string {
  const files =
    'All architectures are in <a href="frontier.csv">frontier.csv</a>, all runs in <a href="runs.csv">runs.csv</a>.';
  const table = frontierTable(frontier);
  if (table.rows.length === 0) return `<p>No run has finished. ${files}</p>`;
  return `${tableHtml(table)}\n<p>${escapeHtml(`${architectureNote} ${verdictNote(frontier)}`)} ${files}</p>`;
}

function predictionsSection(predictions: readonly SeriesPredictions[]): string {
  const table = predictionsTable(predictions);
  if (table === null) return '';
  return `<h2>What it predicts</h2>
${tableHtml(table)}
<p>The first test rows, and what the best network of each ${seriesHeader(predictions).toLowerCase()} predicts for them.</p>`;
}

function policy(): string {
  const hash = createHash('sha256').update(pageScript).digest('base64');
  return `default-src 'none'; style-src 'unsafe-inline'; font-src data:; img-src data:; script-src 'sha256-${hash}'`;
}

/** Radio buttons before the drawings, so that the style sheet alone can show the chosen one. */
function plotsSection(svgs: PageContent['svgs'], axis: AxisScale): string {
  const buttons = axisScales.map(
    (scale) =>
      `<input type="radio" name="axis" id="axis-${scale}"${scale === axis ? ' checked' : ''}>` +
      `<label for="axis-${scale}">${axisNames[scale]}</label>`,
  );
  const figures = axisScales.map((scale) => `<figure class="plot ${scale}">${svgs[scale]}</figure>`);
  return `<section class="plots">\n${[...buttons, ...figures].join('\n')}\n<div id="tooltip" hidden></div>\n</section>`;
}

const axisNames: Readonly<Record<AxisScale, string>> = { log: 'Logarithmic axis', linear: 'Linear axis' };

function tableHtml({ headers, alignments, rows }: TextTable): string {
  const row = (tag: 'th' | 'td', cells: readonly string[]) =>
    `<tr>${cells.map((cell, index) => `<${tag} class="${alignments[index]!}">${escapeHtml(cell)}</${tag}>`).join('')}</tr>`;
  const body = rows.map((cells) => row('td', cells)).join('\n');
  return `<div class="scroll"><table>\n<thead>${row('th', headers)}</thead>\n<tbody>\n${body}\n</tbody>\n</table></div>`;
}
