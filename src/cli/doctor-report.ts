/** What `hgmlp doctor` found, as lines of at most 80 characters and as a document. These functions print nothing. */
import picocolors from 'picocolors';
import type { EngineRow } from '../engine/engines.js';
import type { Hardware } from '../execute/hardware.js';
import type { Verdict } from '../execute/verdict.js';
import type { WebGpuAdapter } from '../execute/webgpu-adapter.js';
import { packageVersion } from './version.js';

/** What `--device auto` would choose; null where nothing works. */
export interface Automatic {
  readonly engine: string | null;
  readonly why: string;
}

/** Of WebGPU, or why there is none. */
export type FoundAdapter = WebGpuAdapter | string;

export interface Surroundings {
  readonly hardware: Hardware;
  readonly adapter: FoundAdapter;
}

/** The machine, and what heads the lines of the engines. */
export function renderMachine({ hardware, adapter }: Surroundings): string {
  const { cpu, memoryBytes, gpus } = hardware;
  const usable = cpu.usableCores < cpu.cores ? `, ${cpu.usableCores} usable` : '';
  const quota = cpu.allowedCores === null ? '' : `, ${Number(cpu.allowedCores.toFixed(2))} allowed`;
  const allowed = memoryBytes.allowed === null ? '' : `, ${gigabytes(memoryBytes.allowed)} allowed`;
  const gpuLines = gpus.map(({ model, memoryBytes: bytes, driver }) =>
    [model, ...(bytes === null ? [] : [gigabytes(bytes)]), ...(driver === null ? [] : [`driver ${driver}`])].join(', '),
  );
  return [
    `hgmlp ${packageVersion()}, Node ${process.versions.node}, ${process.platform} ${process.arch}`,
    '',
    `processor  ${cpu.model}, ${cpu.cores} core${cpu.cores === 1 ? '' : 's'}${quota}${usable}`,
    `memory     ${gigabytes(memoryBytes.total)}, ${gigabytes(memoryBytes.available)} free${allowed}`,
    ...(gpuLines.length === 0 ? ['none found'] : gpuLines).map((line) => `GPU        ${line}`),
    `WebGPU     ${adapterText(adapter)}`,
    '',
    'Engines, each proved on a small network that PyTorch has trained:',
    '',
  ].join('\n');
}

function adapterText(adapter: FoundAdapter): string {
  if (typeof adapter === 'string') return adapter;
  return adapter.isSoftware ? `${adapter.name}, a software adapter` : adapter.name;
}

const stateColors = { ok: 'green', missing: 'yellow', failed: 'red' } as const;
const stateWidth = 9;
const nameWidth = 21;

export function renderEngine({ name }: EngineRow, verdict: Verdict, { color }: { readonly color: boolean }): string {
  const { state } = verdict;
  const colored = picocolors.createColors(color)[stateColors[state]](state);
  const [first, ...others] = notesOn(verdict).flatMap((note) => wrapped(note, 80 - stateWidth - nameWidth));
  const remedy = state === 'missing' && verdict.remedy !== null ? wrapped(verdict.remedy, 80 - stateWidth) : [];
  return [
    `${colored}${' '.repeat(stateWidth - state.length)}${name.padEnd(nameWidth)}${first}`,
    ...others.map((line) => ' '.repeat(stateWidth + nameWidth) + line),
    ...remedy.map((line) => ' '.repeat(stateWidth) + line),
  ].join('\n');
}

function notesOn(verdict: Verdict): string[] {
  if (verdict.state !== 'ok') return [verdict.reason];
  const { adapter, largestLossDifference, durationMs } = verdict.proof;
  const proof = `losses within ${largestLossDifference.toExponential(1)}, ${durationMs} ms`;
  return adapter === null ? [proof] : [adapter, proof];
}

export function renderAutomatic({ engine, why }: Automatic): string {
  const text = engine === null ? `--device auto finds nothing: ${why}` : `--device auto chooses ${engine} (${why}).`;
  return `\n${wrapped(text, 80).join('\n')}`;
}

interface Examined extends Surroundings {
  readonly rows: readonly EngineRow[];
  readonly verdicts: ReadonlyMap<string, Verdict>;
  readonly automatic: Automatic | null;
}

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

function plain(verdict: Verdict) {
  return verdict.state === 'ok' ? { state: verdict.state, ...verdict.proof } : verdict;
}

function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(1)} GB`;
}

/** Lines of at most so many characters, where its words allow it. */
function wrapped(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const longer = lines.length === 0 ? word : `${lines.at(-1)} ${word}`;
    if (lines.length === 0 || longer.length > width) lines.push(word);
    else lines[lines.length - 1] = longer;
  }
  return lines;
}
