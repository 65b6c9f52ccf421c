/** The engine that trains: chosen once, before anything is written, and said. */
import { defaultFamily, programOf } from '../arch/families.js';
import { familiesOf, familyNames } from '../config/families.js';
import { engineRow, engineRows } from '../engine/engines.js';
import { refuseUnshown } from '../engine/refusal.js';
import { chooseEngine } from '../execute/choose-engine.js';
import { examinerFor } from '../execute/examiner.js';
import { gpuEnvironment, visibleGpus } from '../execute/gpus.js';
import type { StudyContext } from './port.js';
import { storedToAddTo } from './stored-values.js';

/**
 * Gives the context with an engine's name among its values. Throws a UserError where what was asked for does not work here.
 * @param folder of results that may be added to; null where there is none
 */
export async function withEngine<Context extends StudyContext>(
  context: Context,
  folder: string | null,
): Promise<Context> {
  const { values, port } = context;
  const families = familyNames(familiesOf(values));
  if (values.engine !== null) refuseFamilies(engineRow(values.engine).name, families);
  // Accelerators have been shown to compute the residual network, and some of them others too; these must be named.
  const isFree = values.device === 'auto' && values.engine === null;
  const isDefault = families.every((family) => family === defaultFamily);
  const device = isFree && !isDefault ? 'cpu' : values.device!;
  const wish = { device, engine: values.engine, stored: await storedEngine(folder, context) };
  const { row, adapter, why } = await chooseEngine(wish, examinerFor(await firstDevice(context)));
  refuseFamilies(row.name, families);
  port.say(`engine: ${row.name}${adapter === null ? '' : ` on ${adapter}`} (${why})`);
  port.onEvent({ type: 'engine', engine: row.name, device: row.device, adapter, why });
  return { ...context, values: { ...values, engine: row.name } };
}

/** Does the same where other machines train, so that nothing is proved here: their workers do that. */
export async function withFleetEngine<Context extends StudyContext>(
  context: Context,
  folder: string,
): Promise<Context> {
  const { values, port } = context;
  const stored = await storedEngine(folder, context);
  const wished = values.device === 'auto' ? 'cpu' : values.device!;
  const first = engineRows.find((row) => row.device === wished && row.isJudge !== true)!;
  const { name } = engineRow(values.engine ?? stored?.engine ?? first.name);
  refuseFamilies(name, familyNames(familiesOf(values)));
  port.say(`engine: ${name} (for workers that have it)`);
  port.onEvent({ type: 'engine', engine: name, device: null, adapter: null, why: 'for the workers of the fleet' });
  return { ...context, values: { ...values, engine: name } };
}

/** Throws a UserError where the engine has not been shown to compute the networks of one of the families. */
function refuseFamilies(engine: string, families: readonly string[]): void {
  const projections = { inputProjection: 'trainable', outputProjection: 'trainable' } as const;
  for (const family of families) {
    const arch = { family, skipWidth: 2, bottleneckWidth: 2, depth: 2, ...projections };
    refuseUnshown(engine, programOf(arch, { input: 2, output: 2 }));
  }
}

async function storedEngine(folder: string | null, { values }: StudyContext) {
  if (folder === null) return null;
  const stored = await storedToAddTo(folder, values);
  return typeof stored?.engine === 'string' ? { engine: stored.engine, folder } : null;
}

/** Where others use the first GPU, the one that was asked for is to be proved. */
async function firstDevice({ values }: StudyContext) {
  const [first] = values.devices ?? [];
  return first === undefined ? {} : gpuEnvironment(first, await visibleGpus());
}
