/** Which engine a command takes, and why. */
import { UserError } from '../base/errors.js';
import { engineRow, engineRows, type Device, type EngineRow } from '../engine/engines.js';
import type { WebGpuAdapter } from './webgpu-adapter.js';
import type { EngineVerdict } from './verdict.js';

/** Tells what is asked of an engine, and what the results have that are added to. */
export interface Wish {
  readonly device: Device | 'auto';
  /** Its name; null where the device decides. */
  readonly engine: string | null;
  /** What the results have that are to be added to; null where there are none. */
  readonly stored: { readonly engine: string; readonly folder: string } | null;
}

/** Finds out what works, when the choice of an engine asks for it. */
export interface Examiner {
  readonly engine: (row: EngineRow) => Promise<Finding>;
  /** The adapter that WebGPU finds, or why there is none. */
  readonly adapter: () => Promise<WebGpuAdapter | string>;
}

/**
 * Tells whether an engine works; `adapter` is what it computes on, null where there is no more to say than its name.
 */
export type Finding =
  { readonly state: 'ok'; readonly adapter: string | null } | Exclude<EngineVerdict, { readonly state: 'ok' }>;

/** Tells which engine is taken, and why no other. */
export interface EngineChoice {
  readonly row: EngineRow;
  readonly adapter: string | null;
  /** One line, without an end: `no CUDA: no NVIDIA driver; no WebGPU: no GPU`. */
  readonly why: string;
}

/** What `auto` looks for, the preferred one first. */
const preferred = ['cuda', 'webgpu', 'cpu'] as const satisfies readonly Device[];

const deviceLabels: Readonly<Record<Device, string>> = {
  cpu: 'processor',
  cuda: 'CUDA',
  webgpu: 'WebGPU',
  coreml: 'Core ML',
  dml: 'DirectML',
};

/**
 * Chooses the engine that was named, that of the results, or the first that works on the device. Throws a UserError for
 * wishes that contradict one another, and where what was wished for does not work here.
 */
export async function chooseEngine(wish: Wish, examiner: Examiner): Promise<EngineChoice> {
  const { device, engine, stored } = wish;
  if (engine !== null) {
    const row = engineRow(engine);
    if (device === 'auto' || device === row.device) return required(row, 'as asked for', examiner);
    throw new UserError(
      `--device and --engine: expected two that agree, got ${device} and ${row.name}, which computes on ${row.device}; ` +
        'leave one of them out',
    );
  }
  if (stored !== null) {
    // A search goes on with the engine that it was begun with.
    const row = engineRow(stored.engine);
    if (device === 'auto' || device === row.device) return required(row, `as in ${stored.folder}`, examiner);
  }
  return device === 'auto' ? automatic(examiner) : firstOn(device, examiner);
}

async function required(row: EngineRow, why: string, examiner: Examiner): Promise<EngineChoice> {
  const finding = await examiner.engine(row);
  if (finding.state === 'ok') return { row, adapter: finding.adapter, why };
  throw new UserError(`engine: expected ${row.name} (${why}) to work here, got: ${reasonAndRemedy(finding)}`);
}

async function firstOn(device: Device, examiner: Examiner): Promise<EngineChoice> {
  const { choice, failures } = await firstWorking(device, examiner);
  if (choice !== null) return { ...choice, why: [`--device ${device}`, ...failures.map(notThis)].join('; ') };
  const details = failures.map(({ row, finding }) => `${row.name}: ${reasonAndRemedy(finding)}`);
  const got = details.length === 1 ? details[0] : 'none';
  throw new UserError(
    `--device: expected an engine on ${device} that works here, got ${got}; hgmlp doctor says more`,
    undefined,
    { details: details.length === 1 ? [] : details },
  );
}

async function automatic(examiner: Examiner): Promise<EngineChoice> {
  const reasons: string[] = [];
  for (const device of preferred) {
    const adapter = device === 'webgpu' ? realAdapter(await examiner.adapter()) : null;
    if (typeof adapter === 'string') {
      reasons.push(`no ${deviceLabels[device]}: ${adapter}`);
      continue;
    }
    const { choice, failures } = await firstWorking(device, examiner);
    if (choice !== null) {
      const why = [...reasons, ...failures.map(notThis)].join('; ') || `${deviceLabels[device]} comes first`;
      return { row: choice.row, adapter: choice.adapter ?? adapter?.name ?? null, why };
    }
    reasons.push(`no ${deviceLabels[device]}: ${inOne(failures)}`);
  }
  throw new UserError(`engine: expected one that works here, got ${reasons.join('; ')}; hgmlp doctor says more`);
}

function realAdapter(adapter: WebGpuAdapter | string): WebGpuAdapter | string {
  if (typeof adapter === 'string' || !adapter.isSoftware) return adapter;
  return `the adapter is a software one, ${adapter.name}`;
}

interface Failure {
  readonly row: EngineRow;
  readonly finding: Exclude<Finding, { readonly state: 'ok' }>;
}

async function firstWorking(device: Device, examiner: Examiner) {
  const failures: Failure[] = [];
  for (const row of engineRows) {
    if (row.device !== device || row.isJudge) continue;
    const finding = await examiner.engine(row);
    if (finding.state === 'ok') return { choice: { row, adapter: finding.adapter }, failures };
    failures.push({ row, finding });
  }
  return { choice: null, failures };
}

function notThis({ row, finding }: Failure): string {
  return `no ${row.name}: ${finding.reason}`;
}

/** The reasons of all engines of a device; once where they are the same. */
function inOne(failures: readonly Failure[]): string {
  const [reason = '', ...others] = new Set(failures.map(({ finding }) => finding.reason));
  return others.length === 0 ? reason : failures.map(({ row, finding }) => `${row.name}: ${finding.reason}`).join(', ');
}

function reasonAndRemedy(finding: Failure['finding']): string {
  return finding.state === 'missing' && finding.remedy !== null
    ? `${finding.reason}; to install: ${finding.remedy}`
    : finding.reason;
}
