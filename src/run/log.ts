/**
 * The run log of a results folder: append and read all. Every process that writes has a file of its own, so there is no
 * lock, and a process that is killed can only tear the last line of its own file, which nobody appends to again.
 * A run counts once `append` has resolved: it is then on the disk, not in a cache.
 */
import { open } from 'node:fs/promises';
import path from 'node:path';
import { ensureWritableFolder, fileError, folderLost, isInPlace, refuseLink, syncFolder } from '../base/files.js';
import { checkRun } from './check-run.js';
import { encodeLine, headerRecord, versionOf, type LogRecord } from './log-format.js';
import { logFileNames, logFolder, readRunLog, type LogContent } from './read-log.js';
import type { Run } from './run.js';

export { readRunLog, readRunResults } from './read-log.js';

/** Lists what the log asks of an open file. */
export interface LogFile {
  /** May write less than asked; gives the number of bytes written. */
  write(bytes: Uint8Array, position: number): Promise<number>;
  /** Resolves once what was written is on the disk. */
  sync(): Promise<void>;
  truncate(length: number): Promise<void>;
  /** Whether its path still leads to it: not once its folder was moved, removed or replaced. */
  isInPlace(): Promise<boolean>;
  close(): Promise<void>;
}

/** Lists what the log asks of the file system; tests put a failing one in its place. */
export interface LogFiles {
  /** Makes a new file. Rejects with EEXIST if it is there already. */
  create(file: string): Promise<LogFile>;
  /** Makes the names in a folder last. */
  syncFolder(folder: string): Promise<void>;
}

/** Holds the runs that a log had when it was opened, and appends further ones. */
export interface RunLog extends LogContent<Run> {
  /** Resolves once the run is on the disk. Throws a UserError where the disk refuses; the log stays sound. */
  append(run: Run): Promise<void>;
  /** The same for many runs that count together: all are written, then synced once; where the disk refuses, none stays. */
  appendAll(runs: readonly Run[]): Promise<void>;
  close(): Promise<void>;
}

/** Reads the log of a results folder and opens it for appending. A folder without a log has no runs. */
export async function openRunLog(resultsFolder: string, files: LogFiles = diskFiles): Promise<RunLog> {
  const folder = logFolder(resultsFolder);
  const content = await readRunLog(resultsFolder);
  const write = writerOf(folder, files);
  // Appends follow one another, so that two finished runs never share a line.
  let last: Promise<void> = Promise.resolve();
  const appendAll = (runs: readonly Run[]) => {
    // JSON turns a NaN into null: such a line would be sound, but never be read as a run again.
    const lost = runs.find((run) => !isSound(run));
    if (lost) return Promise.reject(new Error(`run ${lost.key}: a value is missing or is not finite`));
    const appended = last.then(() => write.records(runs.map((run) => ({ type: 'run', run }))));
    last = appended.catch(() => undefined);
    return appended;
  };
  return {
    ...content,
    append: (run) => appendAll([run]),
    appendAll,
    async close() {
      await last;
      await write.close();
    },
  };
}

const isSound: (value: unknown) => boolean = checkRun;

/** A writer makes its file at its first record, so that a command with nothing to do leaves nothing. */
function writerOf(folder: string, files: LogFiles) {
  let file: LogFile | null = null;
  let soundLength = 0;
  let version = 0;

  const appendLines = async (opened: LogFile, records: readonly LogRecord[]) => {
    let length = soundLength;
    try {
      for (const bytes of piecesOf(records)) {
        await writeWhole(opened, bytes, length);
        length += bytes.length;
      }
      await opened.sync();
      soundLength = length;
    } catch (error) {
      // What was written of the lines goes; if even that is refused, readers leave a torn line out.
      await opened.truncate(soundLength).catch(() => undefined);
      throw fileError(error, 'write to the run log in', folder);
    }
    // What went where nobody looks for it does not count. It stays: whoever has moved the folder has it.
    if (!(await opened.isInPlace())) throw folderLost(path.dirname(folder));
  };
  return {
    async records(records: readonly LogRecord[]): Promise<void> {
      if (records.length === 0) return;
      file ??= await createWriterFile(folder, files);
      const needed = records.reduce((highest, record) => Math.max(highest, versionOf(record)), version);
      if (needed > version) await appendLines(file, [headerRecord(needed)]);
      version = needed;
      await appendLines(file, records);
    },
    close: async () => file?.close(),
  };
}

/** How much of many lines is held in memory at once. */
const pieceLength = 1_000_000;

/** The lines of the records, joined to pieces that are written at once. */
function* piecesOf(records: readonly LogRecord[]): Generator<Buffer> {
  let piece = '';
  for (const record of records) {
    piece += encodeLine(record);
    if (piece.length < pieceLength) continue;
    yield Buffer.from(piece);
    piece = '';
  }
  if (piece.length > 0) yield Buffer.from(piece);
}

async function createWriterFile(folder: string, files: LogFiles): Promise<LogFile> {
  await refuseLink(folder);
  await ensureWritableFolder(folder);
  const taken = await logFileNames(folder);
  for (let number = taken.length + 1; ; number += 1) {
    const file = path.join(folder, `writer-${String(number).padStart(4, '0')}.jsonl`);
    try {
      const created = await files.create(file);
      // The file's name, and that of a folder just made, must last as long as what is written.
      await files.syncFolder(folder);
      await files.syncFolder(path.dirname(folder));
      return created;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw fileError(error, 'create', file);
    }
  }
}

async function writeWhole(file: LogFile, bytes: Uint8Array, position: number): Promise<void> {
  for (let written = 0; written < bytes.length;) {
    const count = await file.write(bytes.subarray(written), position + written);
    if (count === 0) throw Object.assign(new Error('nothing was written'), { code: 'ENOSPC' });
    written += count;
  }
}

const diskFiles: LogFiles = {
  async create(file) {
    const handle = await open(file, 'wx');
    return {
      write: async (bytes, position) => (await handle.write(bytes, 0, bytes.length, position)).bytesWritten,
      sync: () => handle.datasync(),
      truncate: (length) => handle.truncate(length),
      isInPlace: () => isInPlace(file, handle),
      close: () => handle.close(),
    };
  },
  syncFolder,
};
