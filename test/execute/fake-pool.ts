/**
 * Loaded by a test, has this process train, without workers, and by a formula: for what a search decides, says, writes and
 * goes on from. All else is as ever.
 */
import { vi } from 'vitest';
import { madeUpEngine } from '../engine/made-up-engine.js';

vi.mock(import('../../src/engine/engines.js'), async (importOriginal) => ({
  ...(await importOriginal()),
  openEngine: () => Promise.resolve(madeUpEngine),
}));

vi.mock(import('../../src/execute/pool.js'), async (importOriginal) => ({
  ...(await importOriginal()),
  openPool: (await import('./pool-here.js')).openPoolHere,
}));
