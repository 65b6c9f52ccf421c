/** What engines that have not been put through the tests of every operation are kept from. */
import type { Operation, Program } from '../arch/program.js';
import { UserError } from '../base/errors.js';

/** What the residual network is made of, on which every engine has been tested. */
const shownEverywhere: readonly string[] = ['product', 'batch normalisation', 'relu', 'sigmoid', 'loss squared error'];

/**
 * Throws a UserError where the program has an operation or a loss that the engine has not been shown to compute rightly,
 * before anything is trained with it.
 */
export function refuseUnshown(engine: string, { operations, loss }: Program): void {
  const parts = new Set([...operations.map(nameOf), `loss ${inWords(loss.kind)}`]);
  const unshown = [...parts].filter((part) => !shownEverywhere.includes(part));
  if (unshown.length === 0) return;
  throw new UserError(
    `engine ${engine}: expected a network of operations that it has been tested on, got one with ${unshown.join(', ')}; ` +
      'use --engine onnx-cpu',
  );
}

function nameOf(operation: Operation): string {
  return operation.kind === 'elementwise' ? operation.function : inWords(operation.kind);
}

/** `batchNormalisation` as `batch normalisation`. */
function inWords(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}
