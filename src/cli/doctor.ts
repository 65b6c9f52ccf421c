/** The work of `hgmlp doctor`: proves the engines, and says which one would be chosen. */
import { exitCodes, UserError, type ExitCode } from '../base/errors.js';
import { engineRow, engineRows, type EngineRow } from '../engine/engines.js';
import { chooseEngine } from '../execute/choose-engine.js';
import { findAdapter, findingOf } from '../execute/examiner.js';
import { hardwareOf } from '../execute/hardware.js';
import { proveRow, type EngineVerdict } from '../execute/verdict.js';
import type { CommandContext } from './context.js';
import {
  doctorDocument,
  renderAutomatic,
  renderEngine,
  renderMachine,
  type Automatic,
  type FoundAdapter,
} from './text/doctor.js';

/** Proves each engine, or the one that is asked for, and tells each verdict as it comes. */
export async function examineMachine({ values, terminal }: CommandContext): Promise<ExitCode> {
  const only = values.provedEngine;
  const rows = only === null ? engineRows : [engineRow(only)];
  // Beside a document its lines are messages.
  const show = values.json ? terminal.say : terminal.print;

  const [hardware, adapter] = await Promise.all([hardwareOf(), findAdapter()]);
  show(renderMachine({ hardware, adapter }, terminal));
  const verdicts = new Map<string, EngineVerdict>();
  for (const row of rows) {
    terminal.pass(`proving ${row.name}`);
    const verdict = await proveRow(row);
    verdicts.set(row.name, verdict);
    terminal.pass('');
    show(renderEngine(row, verdict, terminal));
  }
  const automatic = only === null ? await automaticOf(verdicts, adapter) : null;
  if (automatic !== null) show(renderAutomatic(automatic, terminal));
  if (values.json)
    terminal.print(JSON.stringify(doctorDocument({ hardware, adapter, rows, verdicts, automatic }), null, 2));
  const works = automatic === null ? verdicts.get(only!)!.state === 'ok' : automatic.engine !== null;
  return works ? exitCodes.done : exitCodes.gateNotMet;
}

/** What `--device auto` makes of the verdicts. */
async function automaticOf(verdicts: ReadonlyMap<string, EngineVerdict>, adapter: FoundAdapter): Promise<Automatic> {
  const examiner = {
    engine: ({ name }: EngineRow) => Promise.resolve(findingOf(verdicts.get(name)!)),
    adapter: () => Promise.resolve(adapter),
  };
  try {
    const { row, why } = await chooseEngine({ device: 'auto', engine: null, stored: null }, examiner);
    return { engine: row.name, why };
  } catch (error) {
    if (error instanceof UserError) return { engine: null, why: error.message };
    throw error;
  }
}
