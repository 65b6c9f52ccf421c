import fc from 'fast-check';
import { expect, it } from 'vitest';
import { isLoggedSpec, loggedSpec } from '../../src/run/check-run.js';
import { specSchema } from '../../src/run/spec.js';
import { specOf } from './runs.js';

const sound = specOf();
const numbers = [0, -0, 1, -1, 0.5, 3, 4, 2 ** 53 - 1, 2 ** 53, 1e300, 5e-324, NaN, Infinity, -Infinity];
const anything = fc.oneof(fc.constantFrom(...numbers), fc.double(), fc.integer(), fc.anything());
const choices = fc.constantFrom('trainable', 'fixed', 'identity', 'none', 'epoch', 'step', 'mnist/denoising');

/** Mostly sound: each value now and then another one, or missing. */
function damaged<Part extends object>(part: Part, valueOf: (value: unknown) => fc.Arbitrary<unknown>) {
  const entries = Object.entries(part).map(([name, value]) => [
    name,
    fc.oneof({ weight: 40, arbitrary: valueOf(value) }, anything, choices),
  ]);
  const names = Object.fromEntries(entries) as Record<string, fc.Arbitrary<unknown>>;
  return fc.oneof({ weight: 20, arbitrary: fc.record(names) }, fc.record(names, { requiredKeys: [] }));
}
const specs = damaged(sound, (value) =>
  typeof value === 'object' ? damaged(value!, fc.constant) : fc.constant<unknown>(value),
);

it('checks the specification of a logged run as its schema says, whatever stands in it', () => {
  const counts = { taken: 0, refused: 0 };
  fc.assert(
    fc.property(specs, (spec) => {
      const { success } = loggedSpec.safeParse(spec);
      counts[success ? 'taken' : 'refused'] += 1;
      expect(isLoggedSpec(spec)).toBe(success);
    }),
    { numRuns: 2000, seed: 1 },
  );
  expect(Math.min(...Object.values(counts))).toBeGreaterThan(200);
});

it('reads from a log what nobody may ask for any more, and whatever may be asked for', () => {
  const once = { ...sound, recipe: { ...sound.recipe, epochs: 0, learningRate: -1, weightDecay: -0.1 } };
  expect(isLoggedSpec(once)).toBe(true);
  expect(specSchema.safeParse(once).success).toBe(false);
  fc.assert(
    fc.property(specs, (spec) => fc.pre(specSchema.safeParse(spec).success) ?? isLoggedSpec(spec)),
    { numRuns: 200, seed: 1 },
  );
});
