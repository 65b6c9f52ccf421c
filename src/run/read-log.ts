/**
 * Reads the run log of a results folder, file by file and in pieces, so that neither its size nor that of a line has to fit
 * into the memory; see `log.ts`.
 */
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { UserError } from '../base/errors.js';
import { fileError } from '../base/files.js';
import { openRegularFile } from '../base/regular-files.js';
import { openCompactResults } from './compact-results.js';
import { parseLogInPieces } from './log-format.js';
import { preferredResult, preferredRun } from './preferred-run.js';
import type { Run, RunResult } from './run.js';
import { shareParts } from './shared-parts.js';

/** Holds the runs of all files of a log. */
export interface LogContent<Kept> {
  /** By key; of several records of one key the one that `preferredRun` says. */
  readonly runs: ReadonlyMap<string, Kept>;
  /** What was left out when the log was read, each in words. */
  readonly problems: readonly string[];
}

/** Reads all runs of a results folder. Throws a UserError for a log of a newer version. */
export async function readRunLog(resultsFolder: string): Promise<LogContent<Run>> {
  const shareOf = shareParts();
  const runs = new Map<string, Run>();
  const problems = await readFiles(resultsFolder, (read) => {
    const known = runs.get(read.key);
    const run = shareOf(read);
    runs.set(run.key, known === undefined ? run : preferredRun(known, run));
  });
  return { runs, problems };
}

/**
 * Reads the same without the learning curves, which are nearly all that the log of a long study holds. Enough for
 * whatever neither decides by curves nor writes runs.
 */
export async function readRunResults(resultsFolder: string): Promise<LogContent<RunResult>> {
  const resultOf = openCompactResults();
  const runs = new Map<string, RunResult>();
  // Whose curves may decide which of their records counts.
  const tied = new Set<string>();
  const problems = await readFiles(resultsFolder, (run) => {
    const result = resultOf(run);
    const known = runs.get(run.key);
    const preferred = known === undefined ? result : preferredResult(known, result);
    if (preferred === null) tied.add(run.key);
    else runs.set(run.key, preferred);
  });
  if (tied.size > 0) await decideByText(resultsFolder, { tied, runs, resultOf });
  return { runs, problems };
}

interface Undecided {
  readonly tied: ReadonlySet<string>;
  readonly runs: Map<string, RunResult>;
  readonly resultOf: (run: Run) => RunResult;
}

/** Reads the log once more, for the runs of which it has records that differ in little. */
async function decideByText(resultsFolder: string, { tied, runs, resultOf }: Undecided): Promise<void> {
  const decided = new Map<string, Run>();
  await readFiles(resultsFolder, (run) => {
    if (!tied.has(run.key)) return;
    const known = decided.get(run.key);
    decided.set(run.key, known === undefined ? run : preferredRun(known, run));
  });
  for (const run of decided.values()) runs.set(run.key, resultOf(run));
}

/** Tells every sound run of all files, and gives what was left out. */
async function readFiles(resultsFolder: string, onRun: (run: Run) => void): Promise<string[]> {
  const folder = logFolder(resultsFolder);
  const problems: string[] = [];
  for (const name of await logFileNames(folder)) {
    const file = path.join(folder, name);
    const reading = await readFile(file, onRun);
    if (reading.refusal !== null) throw new UserError(`${file}: ${reading.refusal}`);
    for (const problem of reading.problems) problems.push(`${file}: ${problem}`);
  }
  return problems;
}

/** How much of a file is held at once. */
const pieceBytes = 2 ** 20;

async function readFile(file: string, onRun: (run: Run) => void) {
  const parser = parseLogInPieces(onRun);
  try {
    const handle = await openRegularFile(file);
    try {
      const piece = Buffer.allocUnsafe(pieceBytes);
      for (;;) {
        const { bytesRead } = await handle.read(piece, 0, pieceBytes);
        if (bytesRead === 0 || !parser.add(piece.subarray(0, bytesRead))) break;
      }
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw fileError(error, 'read', file);
  }
  return parser.end();
}

/** Gives the folder inside a results folder that holds the files of its log. */
export function logFolder(resultsFolder: string): string {
  return path.join(resultsFolder, 'log');
}

/**
 * Lists the files of a log in the order in which they were begun; none where the folder is missing. Throws a UserError
 * where the folder cannot be read.
 */
export async function logFileNames(folder: string): Promise<string[]> {
  try {
    const names = (await readdir(folder)).filter((name) => name.endsWith('.jsonl'));
    // Shorter first, so that writer-10000 comes after writer-9999.
    return names.sort((left, right) => left.length - right.length || (left < right ? -1 : 1));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw fileError(error, 'read', folder);
  }
}
