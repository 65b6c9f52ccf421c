import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import sharp from 'sharp';
import { encodePng } from '../../src/base/pictures.js';
import type { PictureSize } from '../../src/base/png-size.js';
import { pngOf } from '../../src/report/plot.js';
import { predictionsTable } from '../../src/report/predictions.js';
import { readPredictions, readSamples, sampleStrip } from '../../src/report/samples.js';
import { samplesSection, samplesSvg } from '../../src/report/samples-figures.js';
import { drawPlots, writePlots } from '../../src/report/write-report.js';
import type { Run } from '../../src/run/run.js';
import { encodeSampleRows } from '../../src/run/sample-rows.js';
import { cellSize, rowOnSheet, sampleRows, sheetSize, writeSheet } from '../../src/run/sample-sheet.js';
import { finished } from '../frontier/runs.js';
import { readPng } from './png.js';
import { smallFrontier, smallRuns } from './study.js';

const images = { width: 4, height: 4 };
const cell = cellSize(images);
const size = sheetSize(cell);

/** A sheet whose rows are of three greys: the given one, and ten and twenty more. */
function sheetOf(grey: number): Promise<Uint8Array> {
  const pixels = new Uint8Array(size.width * size.height).fill(255);
  sampleRows.forEach((row, index) => {
    const { top, height } = rowOnSheet(row, size);
    pixels.fill(grey + 10 * index, top * size.width, (top + height) * size.width);
  });
  return encodePng(pixels, { ...size, channels: 1 });
}

/** A PNG file of one colour, small whatever its size. */
async function blank({ width, height }: PictureSize): Promise<Uint8Array> {
  return sharp({ create: { width, height, channels: 3, background: 'black' } })
    .png()
    .toBuffer();
}

let folder: string;
beforeEach(() => (folder = mkdtempSync(path.join(tmpdir(), 'hgmlp-samples-'))));
afterEach(() => rmSync(folder, { recursive: true }));

async function writeSheets(runs: readonly Run[]): Promise<void> {
  for (const [index, run] of runs.entries()) await writeSheet(folder, run.key, await sheetOf(index));
}

const read = (runs: readonly Run[] = smallRuns) => readSamples(folder, smallFrontier(undefined, runs), runs, images);

describe('the samples of a report', () => {
  test('are those of the last point of each frontier', async () => {
    await writeSheets(smallRuns);
    const samples = await read();
    expect(samples.map(({ shape, run, params }) => [shape, run.key, params])).toEqual([
      ['hourglass', smallRuns[2]!.key, 384],
      ['conventional', smallRuns[4]!.key, 600],
    ]);
    expect([...samples[0]!.sheet]).toEqual([...(await sheetOf(2))]);
  });

  test('are of the first replicate at the learning rate and the epochs of the point, in whatever order runs come', async () => {
    const best = { arch: { bottleneckWidth: 6 } };
    const runs = [
      finished({ ...best, recipe: { replicate: 1 } }, 22.6),
      finished({ ...best, recipe: { replicate: 0 } }, 22.4),
      finished({ ...best, recipe: { replicate: 0, learningRate: 0.01 } }, 20),
      finished({ ...best, recipe: { replicate: 0, epochs: 1 } }, 23),
    ];
    await writeSheets(runs);
    expect((await read(runs)).map(({ run }) => run.key)).toEqual([runs[1]!.key]);
    expect((await read(runs.toReversed())).map(({ run }) => run.key)).toEqual([runs[1]!.key]);
  });

  test('leave a shape out whose sheet is missing or is no sheet', async () => {
    expect(await read()).toEqual([]);
    await writeSheet(folder, smallRuns[2]!.key, Buffer.from('no picture'));
    await writeSheet(
      folder,
      smallRuns[4]!.key,
      await encodePng(new Uint8Array(4), { width: 2, height: 2, channels: 1 }),
    );
    expect(await read()).toEqual([]);
    await writeSheet(folder, smallRuns[4]!.key, await sheetOf(7));
    expect((await read()).map(({ shape }) => shape)).toEqual(['conventional']);
  });

  test('leave a sheet out that has the proportions of one and not the size, which would cost gigabytes to decode', async () => {
    const large = { width: 16_362, height: 6_132 };
    expect(() => rowOnSheet('input', large)).not.toThrow();
    await writeSheets(smallRuns);
    await writeSheet(folder, smallRuns[2]!.key, await blank(large));
    expect((await read()).map(({ shape }) => shape)).toEqual(['conventional']);
  });

  test('leave a sheet out of the right size whose pixels are damaged, and one with more bytes than a sheet can have', async () => {
    const whole = await sheetOf(7);
    await writeSheet(folder, smallRuns[2]!.key, whole.subarray(0, whole.length - 40));
    await writeSheet(folder, smallRuns[4]!.key, Buffer.concat([whole, Buffer.alloc(5 * size.width * size.height)]));
    expect((await read()).map(({ shape }) => shape)).toEqual([]);
    await writeSheet(folder, smallRuns[4]!.key, Buffer.concat([whole, Buffer.alloc(3 * size.width * size.height)]));
    expect((await read()).map(({ shape }) => shape)).toEqual(['conventional']);
  });

  test('are cut into rows', async () => {
    await writeSheets(smallRuns);
    const [samples] = await read();
    const strip = await sampleStrip(samples!, 'target');
    expect([...strip]).toEqual([
      ...(await encodePng(new Uint8Array(size.width * cell.height).fill(22), {
        ...{ width: size.width, height: cell.height, channels: 1 },
      })),
    ]);
  });
});

describe('the labelled picture of a shape', () => {
  test('says what it shows, as text, and shows the sheet in squares three pixels wide', async () => {
    await writeSheets(smallRuns);
    const hostile = '</text><script>';
    const svg = samplesSvg((await read())[0]!, smallFrontier(hostile));
    expect(svg).toContain('Hourglass 12-6-1: test PSNR 22.250 dB');
    expect(svg).toContain('384 trainable parameters');
    expect(svg).not.toContain(hostile);
    for (const label of ['Input', 'Prediction', 'Target']) expect(svg).toContain(`>${label}</text>`);

    const picture = readPng(await pngOf(svg));
    expect([picture.width, picture.height]).toEqual([300 + 3 * size.width + 56, 218 + 3 * size.height + 56]);
    const [row, gap] = [3 * cell.height, 18];
    const lines = [0, row - 1, row, row + gap - 1, row + gap, 2 * row + gap - 1].map((y) => picture.at(300, 218 + y));
    expect(lines).toEqual([2, 2, 255, 255, 12, 12]);
    const right = 300 + 3 * size.width;
    expect([picture.at(right - 1, 218), picture.at(right, 218), picture.at(299, 218)]).toEqual([2, 255, 255]);
  });

  test('is written beside the plots, the same bytes each time, for the shapes that have one', async () => {
    await writeSheets(smallRuns.slice(0, 4));
    const request = {
      frontier: smallFrontier(),
      runs: smallRuns,
      images,
      axis: 'log',
      command: '',
      resolvedConfig: {},
    } as const;
    const files = await writePlots(folder, request);
    const names = ['frontier.svg', 'frontier.png', 'frontier.html', 'samples-hourglass.png'];
    expect(files.map((file) => path.basename(file))).toEqual(names);
    expect(readdirSync(folder).toSorted()).toEqual([...names, 'samples'].toSorted());
    const bytes = () => names.map((name) => readFileSync(path.join(folder, name)).toString('base64'));
    const first = bytes();
    await writePlots(folder, request);
    expect(bytes()).toEqual(first);
    expect(readFileSync(path.join(folder, 'frontier.html'), 'utf8')).toContain('<h2>What it looks like</h2>');
  });
});

describe('the samples on the page', () => {
  test('are one input, the prediction of each shape with its PSNR, and one target, with words for each', async () => {
    await writeSheets(smallRuns);
    const html = await samplesSection(await read(), smallFrontier());
    expect([...html.matchAll(/ alt="([^"]*)"/g)].map(([, alt]) => alt)).toEqual([
      'The first 8 test images as the networks get them',
      'What Hourglass 12-6-1 makes of them, test PSNR 22.250 dB',
      'What Conventional 10-20-1 makes of them, test PSNR 18.750 dB',
      'The 8 images that the networks should give',
    ]);
    const shown = [...html.matchAll(/src="data:image\/png;base64,([^"]*)"/g)].map(([, data]) => data);
    const samples = await read();
    const expected = [
      await sampleStrip(samples[0]!, 'input'),
      await sampleStrip(samples[0]!, 'prediction'),
      await sampleStrip(samples[1]!, 'prediction'),
      await sampleStrip(samples[0]!, 'target'),
    ];
    expect(shown).toEqual(expected.map((strip) => Buffer.from(strip).toString('base64')));
  });

  test('are no section where there are none', async () => {
    writeFileSync(path.join(folder, 'config.yaml'), '');
    expect(await samplesSection(await read(), smallFrontier())).toBe('');
  });
});

describe('the sample rows of a report', () => {
  const rowsOf = (target: string, prediction: string) =>
    encodeSampleRows({ targets: ['price'], rows: [{ target: [target], prediction: [prediction] }] });

  test('stand beside each other on the page of a task without pictures', async () => {
    await writeSheet(folder, smallRuns[2]!.key, rowsOf('1200', '<1250>'));
    await writeSheet(folder, smallRuns[4]!.key, rowsOf('1200', '1100'));
    const frontier = smallFrontier();
    const predictions = await readPredictions(folder, frontier, smallRuns);
    expect(predictionsTable(predictions)).toEqual({
      headers: ['Target price', 'Hourglass 12-6-1', 'Conventional 10-20-1'],
      alignments: ['right', 'right', 'right'],
      rows: [['1200', '<1250>', '1100']],
    });
    const request = {
      frontier,
      runs: smallRuns,
      images: null,
      axis: 'log',
      command: 'hgmlp',
      resolvedConfig: {},
    } as const;
    const { html } = await drawPlots(folder, request);
    expect(html).toContain('What it predicts');
    expect(html).toContain('&#60;1250&#62;');
    expect(html).not.toContain('What it looks like');
  });

  test('that tell of other test rows, or are damaged, are left out', async () => {
    await writeSheet(folder, smallRuns[2]!.key, rowsOf('1200', '1250'));
    await writeSheet(folder, smallRuns[4]!.key, rowsOf('7', '1100'));
    expect(predictionsTable(await readPredictions(folder, smallFrontier(), smallRuns))!.headers).toHaveLength(2);
    writeFileSync(path.join(folder, 'samples', `${smallRuns[4]!.key}.json`), '{');
    expect(await readPredictions(folder, smallFrontier(), smallRuns)).toHaveLength(1);
    expect(predictionsTable([])).toBeNull();
  });
});
