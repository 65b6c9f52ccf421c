import { expect, test } from 'vitest';
import { keyOf } from '../../src/run/key.js';
import { specOf } from './runs.js';

test('a key is the same whatever the order of the fields', () => {
  const spec = specOf();
  const reversed = Object.fromEntries(Object.entries(spec).reverse()) as unknown as typeof spec;
  expect(keyOf(reversed)).toBe(keyOf(spec));
  expect(keyOf(spec)).toMatch(/^[0-9a-f]{24}$/);
});

test('a key changes with everything that determines the result', () => {
  const spec = specOf();
  const { arch, recipe } = spec;
  const others = [
    { ...spec, task: 'mnist/super-resolution' },
    { ...spec, engine: 'other' },
    ...Object.keys(arch).map((field) => ({ ...spec, arch: { ...arch, [field]: 'other' } })),
    ...Object.keys(recipe).map((field) => ({ ...spec, recipe: { ...recipe, [field]: 'other' } })),
  ] as (typeof spec)[];
  const keys = new Set([spec, ...others].map(keyOf));
  expect(keys.size).toBe(others.length + 1);
});
