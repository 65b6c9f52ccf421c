/** The samples of the best networks as figures: a labelled picture for each series, and one figure for the page. */
import { archName } from '../arch/arch.js';
import type { Series } from '../arch/series.js';
import { sizeTable } from '../arch/sizes.js';
import { formatExactCount } from '../base/numbers.js';
import { printable } from '../base/shown.js';
import { isMeasured } from '../frontier/point.js';
import type { Frontier } from '../frontier/trace.js';
import { decidingMetricOf, metricOf } from '../run/metrics.js';
import { rowOnSheet, sampleCount, sampleRows, type SampleRow } from '../run/sample-sheet.js';
import { escapeHtml } from './escape.js';
import { fontFamily } from './font.js';
import { nameInFamily, networkText, seriesHeader, seriesLabel } from './numbers.js';
import { type Look, looksOf, type ShapeMark } from './plot-style.js';
import { pngScale } from './plot.js';
import { metricNumber, unitSuffix } from './scores.js';
import { sampleStrip, type SeriesSamples } from './samples.js';

const rowLabels: Readonly<Record<SampleRow, string>> = { input: 'Input', prediction: 'Prediction', target: 'Target' };

/** Of the picture, in its own pixels: whole ones, so that the sheet's pixels stay squares of one size. */
const zoom = 3;
const edge = 56;
const sheetLeft = 300;
const sheetTop = 218;

/** Draws the labelled sheet as SVG text, to be drawn by `pngOf`; its font is named, but not embedded. */
export function samplesSvg(samples: SeriesSamples, frontier: Frontier): string {
  const { run, params, sheet, size } = samples;
  const [sheetWidth, sheetHeight] = [zoom * size.width, zoom * size.height];
  const [width, height] = [sheetLeft + sheetWidth + edge, sheetTop + sheetHeight + edge];
  const { color, mark } = sampleLooks(frontier)(samples);
  const facts = [
    frontier.task,
    `${formatExactCount(params)} ${sizeTable[frontier.axis].label.toLowerCase()}`,
    `the first ${sampleCount} test images`,
  ];
  const rows = sampleRows.map((row) => {
    const { top, height: rowHeight } = rowOnSheet(row, size);
    return text(rowLabels[row], { x: edge, y: sheetTop + zoom * (top + rowHeight / 2) + 14, size: 41 });
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width / pngScale}" height="${height / pngScale}" viewBox="0 0 ${width} ${height}" font-family="${fontFamily}">
${marks[mark](edge + 19, 78, color)}
${text(`${networkText(samples, run.spec.arch)}: ${resultLabel(run)}`, { x: edge + 58, y: 97, size: 56 })}
${text(facts.join('  ·  '), { x: edge, y: 163, size: 39, color: '#555555' })}
${rows.join('\n')}
<image x="${sheetLeft}" y="${sheetTop}" width="${sheetWidth}" height="${sheetHeight}" image-rendering="optimizeSpeed" href="${dataUri(sheet)}"/>
</svg>
`;
}

/** The looks of the series as the plot of the frontier has them. */
function sampleLooks({ points }: Pick<Frontier, 'points'>): (series: Series) => Look {
  return looksOf(points.filter(isMeasured));
}

/** The marks of the plot, by their names there. */
const marks: Readonly<Record<ShapeMark, (x: number, y: number, color: string) => string>> = {
  circle: (x, y, color) => `<circle cx="${x}" cy="${y}" r="18" fill="${color}"/>`,
  square: (x, y, color) => `<rect x="${x - 16}" y="${y - 16}" width="32" height="32" fill="${color}"/>`,
  'triangle-up': (x, y, color) => `<path d="M${x} ${y - 18}l20 34h-40z" fill="${color}"/>`,
};

interface TextStyle {
  readonly x: number;
  readonly y: number;
  readonly size: number;
  readonly color?: string;
}

function text(words: string, { x, y, size, color = '#222222' }: TextStyle): string {
  return `<text x="${x}" y="${y}" font-size="${size}" fill="${color}" xml:space="preserve">${escapeHtml(printable(words))}</text>`;
}

/** Sets out the samples of all series one below the other, as HTML; empty where there are none. */
export async function samplesSection(
  samples: readonly SeriesSamples[],
  frontier: Pick<Frontier, 'points'>,
): Promise<string> {
  const [any] = samples;
  if (any === undefined) return '';
  const lookOf = sampleLooks(frontier);
  // Every network of a task is tested on the same inputs and targets.
  const rows = [
    await stripHtml(any, 'input', 'Input', `The first ${sampleCount} test images as the networks get them`),
    ...(await Promise.all(samples.map((ofSeries) => predictionHtml(ofSeries, lookOf(ofSeries))))),
    await stripHtml(any, 'target', 'Target', `The ${sampleCount} images that the networks should give`),
  ];
  return `<h2>What it looks like</h2>
<figure class="samples">
${rows.join('\n')}
<figcaption>The first ${sampleCount} test images and what the best network of each ${seriesHeader(samples).toLowerCase()} makes of them. PSNR: of that network, over all test images.</figcaption>
</figure>`;
}

function predictionHtml(samples: SeriesSamples, { mark, color }: Look): Promise<string> {
  const { arch } = samples.run.spec;
  const network = networkText(samples, arch);
  const name = samples.family === undefined ? archName(arch) : nameInFamily(arch);
  const label =
    `<span class="shape ${mark}" style="--shape: ${color}">${escapeHtml(seriesLabel(samples))}</span>` +
    `<span class="fact">${resultLabel(samples.run)}</span><span class="fact">${escapeHtml(name)}</span>`;
  return stripHtml(samples, 'prediction', label, `What ${network} makes of them, ${resultLabel(samples.run)}`);
}

async function stripHtml(samples: SeriesSamples, row: SampleRow, label: string, alt: string): Promise<string> {
  const { width, height } = rowOnSheet(row, samples.size);
  const image = `<img width="${width}" height="${height}" alt="${escapeHtml(alt)}" src="${dataUri(await sampleStrip(samples, row))}">`;
  return `<div class="label">${label}</div>${image}`;
}

function resultLabel({ test }: SeriesSamples['run']): string {
  const key = decidingMetricOf(test);
  return `test ${metricOf(key).label} ${metricNumber(key, test[key]!)}${unitSuffix(key)}`;
}

function dataUri(png: Uint8Array): string {
  return `data:image/png;base64,${Buffer.from(png).toString('base64')}`;
}
