/** The samples of the best networks as figures: a labelled picture for each shape, and one figure for the page. */
import { sizeTable } from '../arch/sizes.js';
import { archName } from '../arch/arch.js';
import { formatExactCount } from '../base/numbers.js';
import { printable } from '../base/shown.js';
import type { Frontier } from '../frontier/trace.js';
import { decidingMetricOf, metricOf } from '../run/metrics.js';
import { rowOnSheet, sampleCount, sampleRows, type SampleRow } from '../run/sample-sheet.js';
import { escapeHtml } from './escape.js';
import { fontFamily } from './font.js';
import { shapeLabels } from './numbers.js';
import { looks, type ShapeMark } from './plot-style.js';
import { pngScale } from './plot.js';
import { metricNumber, unitSuffix } from './scores.js';
import { sampleStrip, type ShapeSamples } from './samples.js';

const rowLabels: Readonly<Record<SampleRow, string>> = { input: 'Input', prediction: 'Prediction', target: 'Target' };

/** Of the picture, in its own pixels: whole ones, so that the sheet's pixels stay squares of one size. */
const zoom = 3;
const edge = 56;
const sheetLeft = 300;
const sheetTop = 218;

/** Draws the labelled sheet as SVG text, to be drawn by `pngOf`; its font is named, but not embedded. */
export function samplesSvg({ shape, run, params, sheet, size }: ShapeSamples, frontier: Frontier): string {
  const [sheetWidth, sheetHeight] = [zoom * size.width, zoom * size.height];
  const [width, height] = [sheetLeft + sheetWidth + edge, sheetTop + sheetHeight + edge];
  const { color, mark } = looks[shape];
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
${text(`${shapeLabels[shape]} ${archName(run.spec.arch)}: ${resultLabel(run)}`, { x: edge + 58, y: 97, size: 56 })}
${text(facts.join('  ·  '), { x: edge, y: 163, size: 39, color: '#555555' })}
${rows.join('\n')}
<image x="${sheetLeft}" y="${sheetTop}" width="${sheetWidth}" height="${sheetHeight}" image-rendering="optimizeSpeed" href="${dataUri(sheet)}"/>
</svg>
`;
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

/** Sets out the samples of all shapes one below the other, as HTML; empty where there are none. */
export async function samplesSection(samples: readonly ShapeSamples[]): Promise<string> {
  const [any] = samples;
  if (any === undefined) return '';
  // Every network of a task is tested on the same inputs and targets.
  const rows = [
    await stripHtml(any, 'input', 'Input', `The first ${sampleCount} test images as the networks get them`),
    ...(await Promise.all(samples.map(predictionHtml))),
    await stripHtml(any, 'target', 'Target', `The ${sampleCount} images that the networks should give`),
  ];
  return `<h2>What it looks like</h2>
<figure class="samples">
${rows.join('\n')}
<figcaption>The first ${sampleCount} test images and what the best network of each shape makes of them. PSNR: of that network, over all test images.</figcaption>
</figure>`;
}

function predictionHtml(samples: ShapeSamples): Promise<string> {
  const { shape, run } = samples;
  const network = `${shapeLabels[shape]} ${archName(run.spec.arch)}`;
  const label =
    `<span class="shape ${looks[shape].mark}" style="--shape: ${looks[shape].color}">${shapeLabels[shape]}</span>` +
    `<span class="fact">${resultLabel(run)}</span><span class="fact">${escapeHtml(archName(run.spec.arch))}</span>`;
  return stripHtml(samples, 'prediction', label, `What ${network} makes of them, ${resultLabel(run)}`);
}

async function stripHtml(samples: ShapeSamples, row: SampleRow, label: string, alt: string): Promise<string> {
  const { width, height } = rowOnSheet(row, samples.size);
  const image = `<img width="${width}" height="${height}" alt="${escapeHtml(alt)}" src="${dataUri(await sampleStrip(samples, row))}">`;
  return `<div class="label">${label}</div>${image}`;
}

function resultLabel({ test }: ShapeSamples['run']): string {
  const key = decidingMetricOf(test);
  return `test ${metricOf(key).label} ${metricNumber(key, test[key]!)}${unitSuffix(key)}`;
}

function dataUri(png: Uint8Array): string {
  return `data:image/png;base64,${Buffer.from(png).toString('base64')}`;
}
