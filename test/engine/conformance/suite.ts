/**
 * What every engine has to pass. Each has a file beside this one, so that it runs in a process of its own: a crash in
 * native code takes no other engine's tests with it, and no two libraries that bring the same symbols meet.
 */
import { describe, test } from 'vitest';
import type { EngineRow } from '../../../src/engine/engines.js';
import { availabilityOf } from '../availability.js';
import { testBehaviour } from './behaviour.js';
import { testGoldens } from './goldens.js';
import { testNumbers } from './numbers.js';
import { testPacks, testRefusalOfPacks } from './packs.js';
import { testParity } from './parity.js';
import { testProduct } from './product.js';
import { testReading } from './reading.js';
import { testRelease } from './release.js';
import { testRestoring } from './restoring.js';

export async function conformanceOf(row: Pick<EngineRow, 'name' | 'device' | 'packs' | 'open'>): Promise<void> {
  const available = await availabilityOf(row);
  if ('reason' in available) {
    test.skip(`${row.name} (skipped: ${available.reason})`);
    return;
  }
  const { engine } = available;
  describe(row.name, () => {
    testGoldens(engine);
    testNumbers(engine);
    testParity(engine);
    testBehaviour(engine, row.device);
    testReading(engine);
    (row.packs ? testPacks : testRefusalOfPacks)(engine);
    testRestoring(engine, row.packs);
    testProduct(engine);
    testRelease(engine, row.device);
  });
}
