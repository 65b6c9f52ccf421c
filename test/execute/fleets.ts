/** Searches and workers of one process that meet in a Redis of their own. */
import { setTimeout } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import { parseAddress } from '../../src/execute/fleet/address.js';
import { openDispatcher, type Dispatcher, type DispatcherOptions } from '../../src/execute/fleet/dispatcher.js';
import { startFleetWorker, type FleetWorker, type FleetWorkerOptions } from '../../src/execute/fleet/fleet-worker.js';
import type { Run } from '../../src/run/run.js';
import type { Train } from '../../src/search/search.js';
import { finishedRun, specOf } from '../run/runs.js';
import { undrawnSheet } from '../run/sheets.js';
import { startRedis, type TestRedis } from './redis.js';

export const kind = { version: '1.2.3', engine: 'onnx-cpu' };
export const study = '0123456789abcdef';
export const png = undrawnSheet();

/** Trains nothing: every run is the same. */
export const succeed: Train = (pack, { onEpoch, onSheet }) => {
  const runs = pack.map(({ recipe }) => finishedRun(recipe.replicate));
  for (const [place, run] of runs.entries()) {
    onEpoch(place, run.curve[0]!);
    onSheet(place, png);
  }
  return Promise.resolve(runs);
};
/** Trains until it is stopped. */
export const hang: Train = (_, { signal }) =>
  new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(new Error('stopped'))));

export const quiet = {
  onEpoch: () => undefined,
  onSheet: () => undefined,
  signal: new AbortController().signal,
};

/** Resolves once the condition holds; the test's own limit ends it otherwise. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await setTimeout(20);
}

export interface TestFleet {
  readonly redis: () => TestRedis;
  /** What searches and workers said in this test. */
  readonly said: string[];
  openSearch(options?: Partial<DispatcherOptions>): Promise<Dispatcher>;
  startWorker(train: Train, options?: Partial<FleetWorkerOptions>): Promise<FleetWorker>;
  trainAll(search: Dispatcher, count: number): Promise<(readonly Run[])[]>;
  /** Keys beside what BullMQ keeps of any queue, and who is there. */
  leftInRedis(): Promise<string[]>;
}

/** For a `describe`: one Redis for its tests, empty before each; what a test has opened is closed behind it. */
export function useFleet(): TestFleet {
  let redis: TestRedis;
  const said: string[] = [];
  const searches: Dispatcher[] = [];
  const workers: FleetWorker[] = [];
  const say = (text: string) => void said.push(text);
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(() => redis.stop());
  beforeEach(async () => {
    said.length = 0;
    await redis.client.flushall();
  });
  afterEach(async () => {
    for (const worker of workers.splice(0)) {
      worker.drain();
      await worker.ended;
    }
    await Promise.all(searches.splice(0).map((search) => search.close()));
  });
  return {
    redis: () => redis,
    said,
    async openSearch(options = {}) {
      const address = parseAddress(redis.url);
      const search = await openDispatcher({ address, kind, study, say, patienceMs: 200, ...options });
      searches.push(search);
      return search;
    },
    async startWorker(train, options = {}) {
      const worker = await startFleetWorker({
        ...{ address: parseAddress(redis.url), kind, train, slots: 2, leaseMs: 2_000, maxRuns: null, idleExitMs: null },
        ...{ unable: () => Promise.resolve(null), say, onEvent: () => undefined },
        ...options,
      });
      workers.push(worker);
      return worker;
    },
    trainAll: (search, count) =>
      Promise.all(Array.from({ length: count }, (_, replicate) => search.train([specOf(replicate)], quiet))),
    leftInRedis: async () =>
      (await redis.client.keys('*')).filter(
        (key) => !/:(meta|events|id|marker|stalled-check|present|stalled)$/.test(key),
      ),
  };
}
