/** What `hgmlp doctor` found, as lines of at most 80 columns and as a document. These functions print nothing. */
import picocolors from 'picocolors';
import { formatGigabytes } from '../../base/numbers.js';
import { wrapWords } from '../../base/width.js';
import type { EngineRow } from '../../engine/engines.js';
import type { Hardware } from '../../execute/hardware.js';
import type { EngineVerdict } from '../../execute/verdict.js';
import type { WebGpuAdapter } from '../../execute/webgpu-adapter.js';
import { terminalText, type TextOptions } from '../../report/text.js';
import { packageVersion } from '../../base/version.js';

/** Says what `--device auto` would choose, and why; `engine` is null where nothing works. */
export interface Automatic {
  readonly engine: string | null;
  readonly why: string;
}

/** Holds the adapter of WebGPU, or says why there is none. */
export type FoundAdapter = WebGpuAdapter | string;

/** Holds what a machine has, before any engine is tried. */
export interface Surroundings {
  readonly hardware: Hardware;
  readonly adapter: FoundAdapter;
}

/** Writes the facts of the machine, and the heading of the lines of the engines. */
export function renderMachine({ hardware, adapter }: Surroundings, options: Pick<TextOptions, 'width'> = {}): string {
  const { cpu, memoryBytes, gpus } = hardware;
  const usable = cpu.usableCores < cpu.cores ? `, ${cpu.usableCores} usable` : '';
  const quota = cpu.allowedCores === null ? '' : `, ${Number(cpu.allowedCores.toFixed(2))} allowed`;
  const allowed = memoryBytes.allowed === null ? '' : `, ${formatGigabytes(memoryBytes.allowed)} allowed`;
  const gpuLines = gpus.map(({ model, memoryBytes: bytes, driver }) =>
    [model, ...(bytes === null ? [] : [formatGigabytes(bytes)]), ...(driver === null ? [] : [`driver ${driver}`])].join(
      ', ',
    ),
  );
  const fact = (name: string, text: string) =>
    behind(name.padEnd(factWidth), wrapWords(text, (options.width ?? Infinity) - factWidth));
  const lines = [
    `hgmlp ${packageVersion()}, Node ${process.versions.node}, ${process.platform} ${process.arch}`,
    '',
    ...fact('processor', `${cpu.model}, ${cpu.cores} core${cpu.cores === 1 ? '' : 's'}${quota}${usable}`),
    ...fact(
      'memory',
      `${formatGigabytes(memoryBytes.total)}, ${formatGigabytes(memoryBytes.available)} free${allowed}`,
    ),
    ...(gpuLines.length === 0 ? ['none found'] : gpuLines).flatMap((line) => fact('GPU', line)),
    ...fact('WebGPU', adapterText(adapter)),
    '',
    'Engines, each tested on a small network whose numbers PyTorch gave:',
    '',
  ];
  return terminalText(lines, options);
}

/** The first line behind a name, the others below it. */
function behind(name: string, [first = '', ...others]: readonly string[]): string[] {
  return [name + first, ...others.map((line) => ' '.repeat(name.length) + line)];
}

function adapterText(adapter: FoundAdapter): string {
  if (typeof adapter === 'string') return adapter;
  return adapter.isSoftware ? `${adapter.name}, a software adapter` : adapter.name;
}

const stateColors = { ok: 'green', missing: 'yellow', failed: 'red' } as const;
const factWidth = 11;
const stateWidth = 9;
const nameWidth = 21;

/** In less room the notes stand below the name. */
const leastNoteWidth = 30;

/**
 * Writes the verdict on an engine in lines of at most 80 columns; a command that would install it has a line of its
 * own.
 */
export function renderEngine({ name }: EngineRow, verdict: EngineVerdict, { color, width }: TextOptions): string {
  const { state } = verdict;
  const colored = picocolors.createColors(color)[stateColors[state]](state) + ' '.repeat(stateWidth - state.length);
  const columns = columnsOf({ width });
  // A command, which a line end would break.
  const remedy = state === 'missing' && verdict.remedy !== null ? [verdict.remedy] : [];
  const noteWidth = columns - stateWidth - nameWidth;
  const isBeside = noteWidth >= leastNoteWidth;
  const notes = notesOn(verdict).flatMap((note) => wrapWords(note, isBeside ? noteWidth : columns - stateWidth));
  const [first, ...others] = isBeside ? behind(name.padEnd(nameWidth), notes) : [name, ...notes];
  return [colored + first!, ...[...others, ...remedy].map((line) => ' '.repeat(stateWidth) + line)].join('\n');
}

function columnsOf({ width = Infinity }: { readonly width?: number | undefined }): number {
  return Math.min(80, width);
}

function notesOn(verdict: EngineVerdict): string[] {
  if (verdict.state !== 'ok') return [verdict.reason];
  const { adapter, largestLossDifference, durationMs } = verdict.proof;
  const proof = `losses within ${largestLossDifference.toExponential(1)}, ${durationMs} ms`;
  return adapter === null ? [proof] : [adapter, proof];
}

/** Writes which engine `--device auto` chooses and why, as a paragraph. */
export function renderAutomatic({ engine, why }: Automatic, options: Pick<TextOptions, 'width'> = {}): string {
  const text = engine === null ? `--device auto finds nothing: ${why}` : `--device auto chooses ${engine} (${why}).`;
  return `\n${wrapWords(text, columnsOf(options)).join('\n')}`;
}

interface Examined extends Surroundings {
  readonly rows: readonly EngineRow[];
  readonly verdicts: ReadonlyMap<string, EngineVerdict>;
  readonly automatic: Automatic | null;
}

/** Makes plain data of all that was found, ready for `JSON.stringify`. */
export function doctorDocument({ hardware, adapter, rows, verdicts, automatic }: Examined) {
  return {
    schemaVersion: 1,
    version: packageVersion(),
    node: process.versions.node,
    platform: process.platform,
    architecture: process.arch,
    ...hardware,
    webGpuAdapter: typeof adapter === 'string' ? { missing: adapter } : adapter,
    engines: rows.map(({ name, device, packs, what }) => ({
      name,
      device,
      packs,
      what,
      ...plain(verdicts.get(name)!),
    })),
    automatic,
  };
}

function plain(verdict: EngineVerdict) {
  return verdict.state === 'ok' ? { state: verdict.state, ...verdict.proof } : verdict;
}
