/** The key of a run: a hash of everything that determines its result. */
import { createHash } from 'node:crypto';
import { stringify } from 'safe-stable-stringify';
import type { RunSpec } from './spec.js';

/**
 * Is raised whenever the same spec would give other numbers than before, so that old rows are never mistaken for new.
 */
export const numbersVersion = 1;

/** Makes the key: 24 hexadecimal digits of the SHA-256 of the spec as JSON with sorted keys. */
export function keyOf(spec: RunSpec): string {
  const text = stringify({ numbersVersion, ...spec });
  return createHash('sha256').update(text!).digest('hex').slice(0, 24);
}

/**
 * Gives one text for all specs that differ in learning rate and replicate only; such networks may train side by side.
 */
export function packKeyOf(spec: RunSpec): string {
  return stringify({ ...spec, recipe: { ...spec.recipe, learningRate: null, replicate: null } })!;
}
