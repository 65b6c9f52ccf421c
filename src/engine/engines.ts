/** The table of engines; each is loaded when it is opened. */
import { UserError } from '../base/errors.js';
import type { Engine } from './engine.js';

const engines: Readonly<Record<string, () => Promise<Engine>>> = {
  'onnx-cpu': async () => (await import('./onnx/onnx-engine.js')).onnxCpuEngine,
};

/** The engine of that name. Throws a UserError that lists the known ones. */
export async function openEngine(name: string): Promise<Engine> {
  const open = Object.hasOwn(engines, name) ? engines[name] : undefined;
  if (!open) throw new UserError(`engine: expected one of ${Object.keys(engines).join(', ')}; got '${name}'`);
  return open();
}
