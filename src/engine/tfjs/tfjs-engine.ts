/**
 * Training in TensorFlow.js. It reads the same forward program as the other engines but derives the gradients by itself,
 * which makes it a judge of theirs. Models on different backends may be open at once.
 */
import { messageOf } from '../../base/errors.js';
import { CannotStart } from '../cannot-start.js';
import type { Engine } from '../engine.js';
import { refuseUnshown } from '../refusal.js';
import { startBackend, type Backend, type TfjsBackend } from './backends.js';
import { openModel } from './model.js';
import { runtimeOn } from './runtime.js';

/**
 * Opens the engine on a backend. Throws a CannotStart where the backend does not start.
 * @param install how to get it where it is missing, for the error
 */
export async function openTfjs(name: TfjsBackend, install: string): Promise<Engine> {
  const backend = await startOrExplain(name, install);
  return {
    async open(program, members, optimiser) {
      refuseUnshown(`tfjs-${name}`, program);
      return openModel(runtimeOn(backend), program, members, optimiser);
    },
    adapter: backend.adapter,
  };
}

async function startOrExplain(name: TfjsBackend, install: string): Promise<Backend> {
  try {
    return await startBackend(name);
  } catch (error) {
    throw new CannotStart(`tfjs-${name}`, inOneLine(error), `; to install it: ${install}`, { cause: error });
  }
}

/** Without the files that a missing package was wanted by. */
function inOneLine(error: unknown): string {
  return messageOf(error)
    .replace(/\s(imported from|Require stack:)\s.*/s, '')
    .replace(/\s+/g, ' ')
    .trim();
}
