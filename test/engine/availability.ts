/** Which engines can run on this machine; the others' tests are skipped, each with its reason. */
import { UserError } from '../../src/base/errors.js';
import type { Engine } from '../../src/engine/engine.js';
import { engineRow, type EngineRow } from '../../src/engine/engines.js';

/** The engine, or why it does not start here. */
export type Availability = { readonly engine: Engine } | { readonly reason: string };

/** `HGMLP_REQUIRE_ENGINES=onnx-webgpu,tfjs-cpu`: engines whose absence is a failure. */
const required = (process.env['HGMLP_REQUIRE_ENGINES'] ?? '')
  .split(',')
  .filter((name) => name !== '')
  .map((name) => engineRow(name).name);

/** Opens the engine. Throws what is no UserError, and anything where `HGMLP_REQUIRE_ENGINES` names the engine. */
export async function availabilityOf({ name, open }: Pick<EngineRow, 'name' | 'open'>): Promise<Availability> {
  try {
    return { engine: await open() };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    if (!required.includes(name)) return { reason: error.message };
    throw new Error(`${name} must start, as HGMLP_REQUIRE_ENGINES says: ${error.message}`, { cause: error });
  }
}
