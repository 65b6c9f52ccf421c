/** Whether an engine works here, and how that was found out. */
import { messageOf } from '../base/errors.js';
import type { EngineRow } from '../engine/engines.js';
import { faultOf } from './golden-case.js';
import { missingOf, type Missing } from './missing.js';
import type { EngineProof } from './probe-messages.js';
import { askProbe, type ProbeOptions } from './probe.js';

/** Tells whether an engine works on this machine. */
export type EngineVerdict =
  | { readonly state: 'ok'; readonly proof: EngineProof }
  /** It cannot start here. */
  | ({ readonly state: 'missing' } & Missing)
  /** It starts, and crashes, hangs or computes other numbers. */
  | { readonly state: 'failed'; readonly reason: string };

/** The first start of an accelerator compiles its kernels. */
const timeoutMs = 180_000;

/** Proves the engine on the golden case, in a probe. A probe is only started where it may succeed. */
export async function proveRow(row: EngineRow, options: ProbeOptions = {}): Promise<EngineVerdict> {
  const missing = missingOf(row);
  if (missing !== null) return { state: 'missing', ...missing };
  try {
    const { answer, written } = await askProbe({ type: 'engine', name: row.name }, { timeoutMs, ...options });
    if ('cannotStart' in answer) return { state: 'missing', ...cannotStart(answer.cannotStart, row, written) };
    const fault = faultOf(answer);
    return fault === null ? { state: 'ok', proof: answer } : { state: 'failed', reason: fault };
  } catch (error) {
    return { state: 'failed', reason: messageOf(error) };
  }
}

/** @param written what native code said meanwhile: its loader names the library that it misses */
function cannotStart(reason: string, { device, install }: EngineRow, written: string): Missing {
  const [, library] = /(\S+): cannot open shared object file/.exec(written) ?? [];
  return {
    reason: library === undefined ? reason : `${reason}; there is no ${library}`,
    // Its packages are here, and none of them brings an adapter.
    remedy: device === 'webgpu' ? null : install,
  };
}
