/**
 * What every engine has to pass. Each has a file beside this one, so that it runs in a process of its own: a crash in
 * native code takes no other engine's tests with it, and no two libraries that bring the same symbols meet.
 */
import { afterAll, beforeAll, describe, test } from 'vitest';
import type { Model } from '../../../src/engine/engine.js';
import type { EngineRow } from '../../../src/engine/engines.js';
import { availabilityOf } from '../availability.js';
import { testBehaviour } from './behaviour.js';
import { float64Engine } from '../float64-engine.js';
import { familyGoldens, goldens, type GoldenCase } from '../goldens.js';
import { testGoldens } from './goldens.js';
import { hourglass, openNetwork } from './networks.js';
import { testNumbers } from './numbers.js';
import { refusalsOf, refusesOperations, testOperations, testRefusals } from './operations.js';
import { testDropout, testPacksOfOperations } from './operation-packs.js';
import { testPacks, testRefusalOfPacks } from './packs.js';
import { testParity } from './parity.js';
import { testProduct } from './product.js';
import { testReading } from './reading.js';
import { testRelease } from './release.js';
import { testRestoring } from './restoring.js';
import { compilesInSoftware } from './software.js';

export async function conformanceOf(row: Pick<EngineRow, 'name' | 'device' | 'packs' | 'open'>): Promise<void> {
  const available = await availabilityOf(row);
  if ('reason' in available) {
    test.skip(`${row.name} (skipped: ${available.reason})`);
    return;
  }
  const { engine } = available;
  const refusals = await refusalsOf(engine);
  /** Where each takes seconds, the first of its family and of its shape. */
  const once = (cases: readonly GoldenCase[]) =>
    compilesInSoftware(row.device) ? cases.filter(isFirstOfItsKind) : cases;
  describe(row.name, () => {
    // ONNX Runtime forgets what it has compiled for WebGPU with the last model, and in software it compiles for seconds.
    let kept: Model | undefined;
    if (row.device === 'webgpu') beforeAll(async () => void (kept = await openNetwork(engine, hourglass)));
    afterAll(() => kept?.dispose());

    testGoldens(engine, once(goldens.cases));
    testNumbers(engine, row.device);
    if (engine !== float64Engine) testParity(engine, row.device);
    testBehaviour(engine, row.device);
    testReading(engine);
    if (row.packs) testPacks(engine, row.device);
    else testRefusalOfPacks(engine);
    testRefusals(row.name, refusals);
    if (!refusesOperations(refusals)) {
      testGoldens(engine, once(familyGoldens));
      testOperations(engine, row.device, refusals);
      if (row.packs) testPacksOfOperations(engine, row.device);
      testDropout(engine, row.device, row.packs);
    }
    testRestoring(engine, row.device, row.packs);
    testProduct(engine);
    testRelease(engine, row.device);
  });
}

function isFirstOfItsKind(golden: GoldenCase, index: number, cases: readonly GoldenCase[]): boolean {
  return cases.findIndex(({ family, shape }) => family === golden.family && shape === golden.shape) === index;
}
