// How many runs a second a fleet can carry when training takes no time, beside the bare queue that it stands on, and how
// much memory the search, the worker and Redis hold on the way. One search, one worker process, one Redis, on one machine.
// usage: node bench/fleet.mjs [--json] [--rounds 3] [--runs 10000] [--memory 100000] [--slots 64]
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { fileURLToPath } from 'node:url';
import { Queue, QueueEvents } from 'bullmq';
import { Redis } from 'ioredis';
import { parseAddress } from '../dist/execute/fleet/address.js';
import { mostInFlight, openDispatcher } from '../dist/execute/fleet/dispatcher.js';
import { openRunLog } from '../dist/run/log.js';
import { runSearchLoop } from '../dist/search/search.js';
import { startRedis } from './fleet_redis.mjs';

const { values: options } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    rounds: { type: 'string', default: '3' },
    runs: { type: 'string', default: '10000' },
    memory: { type: 'string', default: '100000' },
    slots: { type: 'string', default: '64' },
  },
});
const runs = Number(options.runs);
const say = (text) => options.json || console.log(text);
const server = await startRedis();
const folder = await mkdtemp(path.join(tmpdir(), 'hgmlp-bench-'));
let planned = 0;
/** Of the last round, which a machine that is busy with others changes less than the rate. */
let cost = null;

try {
  const rates = { bare: [], ours: [], logged: [] };
  for (let round = 0; round < Number(options.rounds); round += 1) {
    rates.bare.push(await withWorker('bare', () => bareRate(runs)));
    const unlogged = () => searchRate(runs, async () => undefined);
    rates.ours.push(await withWorker('ours', (worker) => costed(worker, runs, unlogged)));
    rates.logged.push(await withWorker('ours', loggedRate));
  }
  const rate = Object.fromEntries(Object.entries(rates).map(([side, all]) => [side, Math.round(median(all))]));
  const share = median(rates.ours.map((ours, round) => ours / rates.bare[round])).toFixed(2);
  say(
    `runs a second: ${rate.ours}, ${rate.logged} with each synced to the log; bare BullMQ ${rate.bare}; share ${share}`,
  );
  say(`processor time of a run, milliseconds: ${JSON.stringify(cost)}`);
  const memory =
    options.memory === '0' ? [] : await withWorker('ours', (worker) => memoryOver(Number(options.memory), worker));
  if (options.json)
    console.log(JSON.stringify({ schemaVersion: 1, runs, rates, share: Number(share), cost, memory }, null, 2));
} finally {
  await rm(folder, { recursive: true });
  await server.stop();
}

async function withWorker(side, measure) {
  const script = fileURLToPath(new URL('fleet_worker.mjs', import.meta.url));
  const worker = fork(script, [side, server.port, options.slots]);
  await once(worker, 'message');
  try {
    return await measure(worker);
  } finally {
    worker.kill();
    await once(worker, 'exit');
    await server.redis.flushall();
  }
}

/** What `measure` gives; and what it cost each of the three. */
async function costed(worker, count, measure) {
  const before = await processorMs(worker);
  const result = await measure();
  const after = await processorMs(worker);
  cost = Object.fromEntries(
    Object.entries(after).map(([who, ms]) => [who, Number(((ms - before[who]) / count).toFixed(3))]),
  );
  return result;
}

async function processorMs(worker) {
  worker.send('state');
  const [{ cpu }] = await once(worker, 'message');
  const info = await server.redis.info('cpu');
  const redisSeconds = ['sys', 'user'].map((kind) => Number(new RegExp(`used_cpu_${kind}:([\\d.]+)`).exec(info)[1]));
  const ms = ({ user, system }) => (user + system) / 1000;
  return { search: ms(process.cpuUsage()), worker: ms(cpu), redis: 1000 * (redisSeconds[0] + redisSeconds[1]) };
}

/** Jobs added one by one, all told to the one who waits, 4 for each slot in flight. */
async function bareRate(count) {
  const connect = () => new Redis({ port: server.port, host: '127.0.0.1', maxRetriesPerRequest: null });
  const [connection, listening] = [connect(), connect()];
  const queue = new Queue('bare', { connection });
  const events = new QueueEvents('bare', { connection: listening, lastEventId: '0' });
  const waiting = new Map();
  events.on('completed', ({ jobId }) => waiting.get(jobId)?.());
  await events.waitUntilReady();
  let next = 0;
  const work = async () => {
    for (; next < count;) {
      const jobId = `job-${next++}`;
      const done = new Promise((resolve) => waiting.set(jobId, resolve));
      await queue.add('job', {}, { jobId, removeOnComplete: true });
      await done;
      waiting.delete(jobId);
    }
  };
  const perSecond = await timed(count, () => Promise.all(Array.from({ length: 4 * Number(options.slots) }, work)));
  await Promise.all([queue.close(), events.close()]);
  for (const redis of [connection, listening]) redis.disconnect();
  return perSecond;
}

async function searchRate(count, record) {
  const dispatcher = await dispatch();
  const keep = async (run) => {
    await record(run);
    dispatcher.recorded(run);
  };
  const signal = new AbortController().signal;
  const setting = {
    known: new Map(),
    train: dispatcher.train,
    record: keep,
    concurrency: mostInFlight,
    turn: dispatcher.turn,
    signal,
  };
  const perSecond = await timed(count, async () => {
    const { runs: made } = await runSearchLoop({ specs: specs(count), ...setting });
    if (made.some(({ state }) => state !== 'finished')) throw new Error('not all runs are finished');
  });
  await dispatcher.close();
  return perSecond;
}

async function loggedRate() {
  const log = await openRunLog(path.join(folder, String(planned)));
  const perSecond = await searchRate(runs, log.append);
  await log.close();
  return perSecond;
}

/** Without the search's own list of the runs it has made. */
async function memoryOver(count, worker) {
  const dispatcher = await dispatch();
  const samples = [];
  const plan = specs(count);
  const signal = new AbortController().signal;
  let done = 0;
  const sample = async () => {
    worker.send('memory');
    const [{ rss }] = await once(worker, 'message');
    const redis = Number(/used_memory:(\d+)/.exec(await server.redis.info('memory'))[1]);
    const megabytes = (bytes) => Math.round(bytes / 2 ** 20);
    samples.push({
      runs: done,
      search: megabytes(process.memoryUsage().rss),
      worker: megabytes(rss),
      redis: megabytes(redis),
    });
    say(`after ${done} runs, MiB: ${JSON.stringify(samples.at(-1))}`);
  };
  const work = async () => {
    for (const spec of plan) {
      const [run] = await dispatcher.train([spec], { signal, onEpoch: () => undefined, onSheet: () => undefined });
      dispatcher.recorded(run);
      done += 1;
      if (done % Math.ceil(count / 10) === 0) await sample();
    }
  };
  await Promise.all(Array.from({ length: 4 * Number(options.slots) }, work));
  await dispatcher.close();
  return samples;
}

function dispatch() {
  return openDispatcher({
    address: parseAddress(`redis://127.0.0.1:${server.port}`),
    kind: { version: 'bench', engine: 'onnx-cpu' },
    study: '0'.repeat(16),
    say: () => undefined,
  });
}

function* specs(count) {
  for (const last = planned + count; planned < last; planned += 1) {
    yield {
      task: 'mnist/denoising',
      arch: {
        skipWidth: 40,
        bottleneckWidth: 8,
        depth: 2,
        inputProjection: 'trainable',
        outputProjection: 'trainable',
      },
      recipe: {
        ...{ epochs: 1, batchSize: 128, learningRate: 1e-3, learningRateStep: 'epoch', weightDecay: 0.01 },
        ...{ flips: 1, seed: 1, replicate: planned },
      },
      engine: 'onnx-cpu',
    };
  }
}

async function timed(count, work) {
  const started = performance.now();
  await work();
  return (1000 * count) / (performance.now() - started);
}

function median(values) {
  const sorted = values.toSorted((left, right) => left - right);
  return sorted[sorted.length >> 1];
}
