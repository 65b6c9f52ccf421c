/** What a trained network predicts for the first test rows, in the words and units of the targets. */
import { firstItem } from '../base/items.js';
import type { TargetMeaning } from '../data/task-pairs.js';
import type { TaskData } from '../data/task-data.js';
import { encodeSampleRows, sampleRowCount, type SampleRows } from '../run/sample-rows.js';

/** More columns than a page has room for are left out. */
const mostColumns = 6;
const mostLetters = 80;

/**
 * Writes the sample rows of a network as a file's bytes. The same network gives the same bytes.
 * @param output what the network makes of the first batch of the test set
 */
export function sampleRowsFile(output: Float32Array, { task, meaning, evaluationBatches }: TaskData): Uint8Array {
  const { target, size } = firstItem(evaluationBatches('test'));
  const width = task.dimensions.output;
  const rows = Array.from({ length: Math.min(sampleRowCount, size) }, (_, row) => {
    const part = (values: Float32Array) => values.subarray(row * width, (row + 1) * width);
    return rowOf(part(target), part(output), meaning, task.dimensions.loss);
  });
  return encodeSampleRows({ targets: columnsOf(task.dimensions.loss, width, meaning), rows });
}

type Row = SampleRows['rows'][number];
type LossOfTask = TaskData['task']['dimensions']['loss'];

function columnsOf(loss: LossOfTask, width: number, meaning: TargetMeaning): string[] {
  if (loss === 'softmaxCrossEntropy') return [short(meaning.targets[0] ?? 'class')];
  return Array.from({ length: Math.min(width, mostColumns) }, (_, place) =>
    short(meaning.targets[place] ?? `target ${place + 1}`),
  );
}

function rowOf(target: Float32Array, output: Float32Array, meaning: TargetMeaning, loss: LossOfTask): Row {
  if (loss === 'softmaxCrossEntropy') return classRow(target, output, meaning);
  const shown = Array.from(target.subarray(0, mostColumns).keys());
  if (loss === 'binaryCrossEntropy') {
    return {
      target: shown.map((place) => String(target[place])),
      prediction: shown.map((place) => (1 / (1 + Math.exp(-output[place]!))).toFixed(3)),
    };
  }
  const text = (values: Float32Array, place: number) => {
    const { mean, deviation } = meaning.scales?.[place] ?? { mean: 0, deviation: 1 };
    return String(Number((mean + deviation * values[place]!).toPrecision(5)));
  };
  return { target: shown.map((place) => text(target, place)), prediction: shown.map((place) => text(output, place)) };
}

/** The class with the largest output, and the probability that the network gives it. */
function classRow(target: Float32Array, output: Float32Array, { classes }: TargetMeaning): Row {
  const nameOf = (place: number) => short(classes?.[place] ?? String(place));
  const best = placeOfMost(output);
  const sum = output.reduce((total, value) => total + Math.exp(value - output[best]!), 0);
  return { target: [nameOf(placeOfMost(target))], prediction: [`${nameOf(best)} (${(1 / sum).toFixed(3)})`] };
}

function placeOfMost(values: Float32Array): number {
  return values.reduce((best, value, place) => (value > values[best]! ? place : best), 0);
}

function short(text: string): string {
  const letters = [...text];
  return letters.length <= mostLetters - 10 ? text : `${letters.slice(0, (mostLetters - 10) / 2).join('')}…`;
}
