/** `hgmlp data list`, `hgmlp data fetch` and `hgmlp data path`: what data sets there are, and making them ready. */
import { exitCodes, UserError, type ExitCode } from '../base/errors.js';
import { formatExactCount } from '../base/numbers.js';
import { nearestName } from '../base/nearest.js';
import { datasets, dataBytes, type DatasetRow, type DatasetState } from '../data/datasets.js';
import type { FetchOptions } from '../data/fetching.js';
import { copyFolder, decodeFolder } from '../data/folder.js';
import { isFolderName, pathOfFolder } from '../data/folder-dataset.js';
import { dataRoot, type DataRoot } from '../data/root.js';
import { left, tableOf } from '../report/tables.js';
import { terminalTable, terminalText, type TextOptions } from '../report/text.js';
import type { CommandContext } from './context.js';
import { openStepProgress, renderBytes } from './terminal/step-progress.js';

/** Where a data set stands, and what of it is there. */
interface Status {
  readonly row: DatasetRow;
  readonly state: DatasetState;
  readonly folder: string;
}

/** Prints all data sets with what is there of each. */
export async function listData({ values, terminal }: CommandContext): Promise<ExitCode> {
  const root = dataRoot(values.dataFolder);
  const all = await Promise.all(datasets.map((row) => statusOf(row, root)));
  if (values.json) {
    terminal.print(JSON.stringify({ schemaVersion: 1, folder: root.folder, datasets: all.map(asDocument) }, null, 2));
    return exitCodes.done;
  }
  terminal.print(renderTable(all, terminal));
  terminal.say('folder:<path> uses your own pictures, table:<file> your own table');
  return exitCodes.done;
}

/**
 * Makes one data set ready, or decodes a folder of pictures, and prints where it is. Throws a UserError where that
 * fails.
 */
export async function fetchData({ words, values, terminal }: CommandContext): Promise<ExitCode> {
  const root = dataRoot(values.dataFolder);
  const name = words[0]!;
  const progress = openStepProgress(terminal, values.quiet!);
  try {
    const options: FetchOptions = { fresh: values.fresh!, progress };
    if (isFolderName(name)) {
      const { imageSize, imageChannels } = values;
      const settings = { imageSize: imageSize ?? 32, channels: imageChannels ?? 3 };
      const decoded = await decodeFolder(root, pathOfFolder(name), { ...settings, fresh: options.fresh }, progress);
      progress.stop();
      const folder = copyFolder(root, decoded);
      terminal.print(values.json ? JSON.stringify({ schemaVersion: 1, name, folder, ...decoded }, null, 2) : folder);
      return exitCodes.done;
    }
    const row = findRow(name);
    await row.fetch(root, options);
    progress.stop();
    const status = await statusOf(row, root);
    terminal.print(
      values.json ? JSON.stringify({ schemaVersion: 1, ...asDocument(status) }, null, 2) : renderReady(status),
    );
    return exitCodes.done;
  } finally {
    progress.stop();
  }
}

/** Prints where a data set stands, or would stand. Throws a UserError, with the nearest name, for an unknown one. */
export async function printDataPath({ words, values, terminal }: CommandContext): Promise<ExitCode> {
  const status = await statusOf(findRow(words[0]!), dataRoot(values.dataFolder));
  terminal.print(values.json ? JSON.stringify({ schemaVersion: 1, ...asDocument(status) }, null, 2) : status.folder);
  return exitCodes.done;
}

async function statusOf(row: DatasetRow, root: DataRoot): Promise<Status> {
  return { row, state: await row.state(root), folder: await row.folder(root) };
}

function findRow(name: string): DatasetRow {
  const found = datasets.find((row) => row.name === name);
  if (found) return found;
  const names = datasets.map((row) => row.name);
  const nearest = nearestName(name, names);
  const meant = nearest === null ? '' : `; did you mean '${nearest}'?`;
  throw new UserError(`data set: expected one of ${names.join(', ')}, got '${name}'${meant}`);
}

function asDocument({ row, state, folder }: Status) {
  const { name, counts, source } = row;
  const held =
    row.holds === 'pictures'
      ? { shape: row.shape, images: counts, classes: row.classes }
      : { kind: row.kind, rows: counts, inputs: row.inputs, outputs: row.outputs };
  return { name, state, folder, ...held, bytes: dataBytes(row), source };
}

function renderReady({ row, state, folder }: Status): string {
  const items = row.holds === 'pictures' ? 'images' : 'rows';
  return `${row.name}: ${state}, ${renderCounts(row)} ${items} (train/validation/test) in ${folder}`;
}

function renderItem(row: DatasetRow): string {
  if (row.holds === 'rows') return `${row.inputs} inputs`;
  return `${row.shape.height} x ${row.shape.width} x ${row.shape.channels}`;
}

function renderCounts({ counts }: DatasetRow): string {
  return [counts.train, counts.validation, counts.test].map(formatExactCount).join(' / ');
}

function renderTable(all: readonly Status[], options: TextOptions): string {
  const table = tableOf(all, [
    left('name', ({ row }: Status) => row.name),
    left('train / validation / test', ({ row }) => renderCounts(row)),
    left('pixels', ({ row }) => renderItem(row)),
    left('size', ({ row }) => renderBytes(dataBytes(row))),
    left('state', ({ state }) => state),
    left('folder', ({ folder }) => folder),
  ]);
  return terminalText([terminalTable(table, options)], options);
}
