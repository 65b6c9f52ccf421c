/** What engines are kept from: operations and losses that they have not been shown to compute rightly. */
import type { Operation, Program } from '../arch/program.js';
import { UserError } from '../base/errors.js';

/** What the residual network is made of, on which every engine has been tested. */
const residualParts: readonly string[] = ['product', 'batch normalisation', 'relu', 'sigmoid', 'loss squared error'];

/** Whether an engine has been put through the tests of a part of a program; of one without a row: of the residual network's. */
const testedOn: Readonly<Record<string, (part: string) => boolean>> = {
  'onnx-cpu': () => true,
  'onnx-cpu-packed': () => true,
  'tfjs-cpu': () => true,
  // WGSL promises sin to 2^-11 between -π and π, and nothing beyond. Source: WGSL, "Floating point accuracy".
  'onnx-webgpu': (part) => part !== 'sin',
  'tfjs-webgpu': (part) => part !== 'sin',
};

/**
 * Throws a UserError where the program has an operation or a loss that the engine has not been shown to compute rightly,
 * before anything is trained with it.
 */
export function refuseUnshown(engine: string, { operations, loss }: Program): void {
  const parts = new Set([...operations.map(nameOf), `loss ${inWords(loss.kind)}`]);
  const isShown = testedOn[engine] ?? ((part) => residualParts.includes(part));
  const unshown = [...parts].filter((part) => !isShown(part));
  if (unshown.length === 0) return;
  throw new UserError(
    `engine ${engine}: expected a network of operations that it has been shown to compute rightly, got one with ` +
      `${unshown.join(', ')}; use --engine onnx-cpu`,
  );
}

function nameOf(operation: Operation): string {
  return operation.kind === 'elementwise' ? operation.function : inWords(operation.kind);
}

/** `batchNormalisation` as `batch normalisation`. */
function inWords(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}
