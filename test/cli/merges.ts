/** Folders of a small study with a training made up by the tests, and merges of them in this process. */
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import pino from 'pino';
import { merge as mergeRow } from '../../src/cli/commands/merge.js';
import type { Terminal } from '../../src/cli/terminal/terminal.js';
import { portWith } from '../../src/study/port.js';
import { studyOf } from '../../src/study/definition.js';
import { resolveOptions } from '../../src/config/resolve.js';
import { storedConfigOf, writeStoredConfig } from '../../src/config/stored.js';
import { keyOf } from '../../src/run/key.js';
import { openRunLog, readRunLog } from '../../src/run/log.js';
import type { FinishedRun, Run, UnfinishedRun } from '../../src/run/run.js';
import type { RunSpec } from '../../src/run/spec.js';
import { writeSheet } from '../../src/run/sample-sheet.js';
import { undrawnSheet } from '../run/sheets.js';

const small = {
  strategy: 'random',
  budget: '20k..40k',
  candidates: 2,
  epochs: 1,
  learningRates: [1e-3, 3e-3],
  name: 'small',
};

async function valuesOf(flags: Record<string, unknown>) {
  const given = { ...small, ...flags };
  const { values } = await resolveOptions({ command: 'search', flags: given, environment: {} });
  // The engine that a search would find on the machine.
  return { ...values, engine: values.engine ?? 'onnx-cpu' };
}

/** The runs that a search with these options plans. */
export async function planned(flags: Record<string, unknown> = {}): Promise<RunSpec[]> {
  return [...studyOf(await valuesOf(flags)).plan.specs()];
}

/** A run as its training would end, other in each `variant`; variants of equal `second` started at one time. */
export function trained(spec: RunSpec, { variant = 0, second = 0 } = {}): FinishedRun {
  const key = keyOf(spec);
  const psnrDb = 15 + Number.parseInt(key.slice(0, 4), 16) / 2 ** 16 + variant;
  const measured = { meanSquaredError: 10 ** (-psnrDb / 10), psnrDb, psnrOfMeanDb: psnrDb };
  const timing = { startedAt: `2026-01-01T00:00:0${second}.000Z`, durationMs: 1, imagesPerSecond: null };
  return { key, spec, state: 'finished', curve: [], timing, validation: measured, test: { ...measured, ssim: 0.5 } };
}

/** A run that came to no result. */
export function ended(spec: RunSpec, state: UnfinishedRun['state']): UnfinishedRun {
  const { key, timing } = trained(spec);
  return { key, spec, state, reason: 'no memory', curve: [], timing };
}

/** A results folder with these runs, as a search with the options would leave it but for its reports. */
export async function writeFolder(folder: string, runs: readonly Run[], flags: Record<string, unknown> = {}) {
  mkdirSync(folder, { recursive: true });
  await writeStoredConfig(folder, storedConfigOf(await valuesOf(flags)));
  const log = await openRunLog(folder);
  for (const run of runs) {
    if (run.state === 'finished') await writeSheet(folder, run.key, sheetOf(run));
    await log.append(run);
  }
  await log.close();
}

/** No whole picture, so that reports leave it out; other for each result. */
export const sheetOf = (run: FinishedRun) => undrawnSheet(String(run.validation.psnrDb));

export interface Merged {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** `hgmlp merge`, without a process of its own. */
export async function merge(
  words: readonly string[],
  flags: Record<string, unknown> & { readonly out: string },
  confirm?: boolean,
): Promise<Merged> {
  const { values } = await resolveOptions({ command: 'merge', flags, environment: {} });
  const lines = { stdout: '', stderr: '' };
  const terminal: Terminal = {
    color: false,
    width: Infinity,
    interactive: confirm !== undefined,
    print: (text) => void (lines.stdout += `${text}\n`),
    say: (text) => void (lines.stderr += `${text}\n`),
    pass: () => undefined,
    confirm: () => Promise.resolve(confirm ?? false),
  };
  const logger = pino({ level: 'silent' });
  const code = await mergeRow.action({ values, words, port: portWith(terminal), terminal, logger, commandLine: [] });
  return { code, ...lines };
}

/** Folders whose files say when something was. */
const timed = ['log', 'checkpoints'];

/** The hash of every file but those that say when something was, by its path. */
export function hashesOf(folder: string): Record<string, string> {
  const names = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !timed.includes(path.basename(entry.parentPath)))
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)))
    .toSorted();
  const hashOf = (name: string) =>
    createHash('sha256')
      .update(readFileSync(path.join(folder, name)))
      .digest('hex');
  return Object.fromEntries(names.map((name) => [name, hashOf(name)]));
}

/** The runs of the log by key. */
export async function logOf(folder: string): Promise<Record<string, Run>> {
  const { runs } = await readRunLog(folder);
  return Object.fromEntries([...runs].toSorted(([left], [right]) => (left < right ? -1 : 1)));
}

/** Folders `shard-1` … of the small study, with the runs of each changed as told. */
export async function writeShards(
  root: string,
  count: number,
  change: (runs: Run[], number: number) => Run[] = (runs) => runs,
): Promise<string[]> {
  const folders: string[] = [];
  for (let number = 1; number <= count; number += 1) {
    const flags = { shard: `${number}/${count}` };
    const runs = (await planned(flags)).map((spec) => trained(spec));
    const folder = path.join(root, `shard-${number}`);
    await writeFolder(folder, change(runs, number), flags);
    folders.push(folder);
  }
  return folders;
}
