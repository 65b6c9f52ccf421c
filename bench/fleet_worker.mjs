// A worker of bench/fleet.mjs: `bare` BullMQ, or ours with a trainer that answers at once.
// usage: node bench/fleet_worker.mjs <bare|ours> <port> <slots>
import { Worker } from 'bullmq';
import { Redis } from 'ioredis';
import { parseAddress } from '../dist/execute/fleet/address.js';
import { startFleetWorker } from '../dist/execute/fleet/fleet-worker.js';
import { keyOf } from '../dist/run/key.js';

const [side, port, slots] = process.argv.slice(2);
process.on('disconnect', () => process.exit());
process.on('message', () => process.send({ rss: process.memoryUsage().rss }));

if (side === 'bare') {
  const connection = new Redis({ port: Number(port), host: '127.0.0.1', maxRetriesPerRequest: null });
  const worker = new Worker('bare', async () => null, { connection, concurrency: Number(slots) });
  await worker.waitUntilReady();
} else {
  await startFleetWorker({
    address: parseAddress(`redis://127.0.0.1:${port}`),
    kind: { version: 'bench', engine: 'onnx-cpu' },
    train: async (pack, { onEpoch }) => pack.map((spec) => finished(spec, onEpoch)),
    slots: Number(slots),
    leaseMs: 60_000,
    maxRuns: null,
    idleExitMs: null,
    unable: async () => null,
    say: () => undefined,
    onEvent: () => undefined,
  });
}
process.send({ ready: true });

function finished(spec, onEpoch) {
  const validation = { meanSquaredError: 0.004, psnrDb: 24, psnrOfMeanDb: 23.98 };
  const curve = [{ epoch: 1, learningRate: 1e-3, trainLoss: 0.01, validation }];
  onEpoch(0, curve[0]);
  const timing = { startedAt: '2026-01-01T00:00:00.000Z', durationMs: 0, imagesPerSecond: null };
  return { key: keyOf(spec), spec, state: 'finished', curve, validation, test: { ...validation, ssim: 0.9 }, timing };
}
