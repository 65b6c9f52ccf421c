/** The engine of a command that trains: chosen once, before anything is written, and said. */
import { engineRow, engineRows } from '../engine/engines.js';
import { chooseEngine } from '../execute/choose-engine.js';
import { examinerFor } from '../execute/examiner.js';
import { gpuEnvironment, visibleGpus } from '../execute/gpus.js';
import type { CommandContext } from './context.js';
import { storedToAddTo } from '../study/stored-values.js';

/**
 * The context with an engine's name among its values. Throws a UserError where what was asked for does not work here.
 * @param folder of results that may be added to; null where the command has none
 */
export async function withEngine(context: CommandContext, folder: string | null): Promise<CommandContext> {
  const { values, terminal, logger } = context;
  const wish = { device: values.device!, engine: values.engine, stored: await storedEngine(folder, context) };
  const { row, adapter, why } = await chooseEngine(wish, examinerFor(await firstDevice(context)));
  terminal.say(`engine: ${row.name}${adapter === null ? '' : ` on ${adapter}`} (${why})`);
  logger.info({ engine: row.name, device: row.device, adapter, why }, 'engine chosen');
  return { ...context, values: { ...values, engine: row.name } };
}

/** The same where other machines train, so that nothing is proved here: their workers do that. */
export async function withFleetEngine(context: CommandContext, folder: string): Promise<CommandContext> {
  const { values, terminal, logger } = context;
  const stored = await storedEngine(folder, context);
  const wished = values.device === 'auto' ? 'cpu' : values.device!;
  const first = engineRows.find((row) => row.device === wished && row.isJudge !== true)!;
  const name = values.engine ?? stored?.engine ?? first.name;
  terminal.say(`engine: ${engineRow(name).name} (for workers that have it)`);
  logger.info({ engine: name, why: 'for the workers of the fleet' }, 'engine chosen');
  return { ...context, values: { ...values, engine: name } };
}

async function storedEngine(folder: string | null, { values }: CommandContext) {
  if (folder === null) return null;
  const stored = await storedToAddTo(folder, values);
  return typeof stored?.engine === 'string' ? { engine: stored.engine, folder } : null;
}

/** Where others use the first GPU, the one that was asked for is to be proved. */
async function firstDevice({ values }: CommandContext) {
  const [first] = values.devices ?? [];
  return first === undefined ? {} : gpuEnvironment(first, await visibleGpus());
}
