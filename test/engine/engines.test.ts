import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { engineRows, openEngine } from '../../src/engine/engines.js';

test('an unknown engine is refused by the names of the known ones', async () => {
  const names = engineRows.map(({ name }) => name).join(', ');
  await expect(openEngine('abacus')).rejects.toThrow(`engine: expected one of ${names}; got 'abacus'`);
});

test.each(engineRows)('$name has its file of the conformance suite', ({ name }) => {
  expect(existsSync(new URL(`conformance/${name}.test.ts`, import.meta.url))).toBe(true);
});
