/**
 * What a network predicts for the first test rows of a task without pictures: the counterpart of the sample sheet, as JSON
 * text. Training writes it, reports read it.
 */
import { z } from 'zod';

/** Is the number of rows. */
export const sampleRowCount = 12;

/** Bounds the text of a file, in bytes. */
export const mostSampleRowsBytes = 2 ** 17;

/** Texts come from cells of a table: a few words are enough to know one by. */
const cell = z.string().max(80);
const cells = z.array(cell).min(1).max(8);

const form = z.object({
  format: z.literal('hgmlp sample rows'),
  targets: cells,
  rows: z.array(z.object({ target: cells, prediction: cells })).max(sampleRowCount),
});

/** Holds targets and predictions as texts, a column for each target that is shown. */
export type SampleRows = Readonly<Omit<z.output<typeof form>, 'format'>>;

/** Writes the file's bytes. */
export function encodeSampleRows(rows: SampleRows): Uint8Array {
  return Buffer.from(`${JSON.stringify({ format: 'hgmlp sample rows', ...rows }, null, 1)}\n`);
}

/** Reads the rows; null where the bytes are no such file. */
export function decodeSampleRows(bytes: Uint8Array): SampleRows | null {
  if (bytes.length > mostSampleRowsBytes) return null;
  try {
    const { data } = form.safeParse(JSON.parse(Buffer.from(bytes).toString()));
    const isEven = data?.rows.every(
      ({ target, prediction }) => target.length === data.targets.length && prediction.length === data.targets.length,
    );
    return data !== undefined && isEven === true ? { targets: data.targets, rows: data.rows } : null;
  } catch {
    return null;
  }
}
