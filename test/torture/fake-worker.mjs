// @ts-check
/**
 * A worker that trains nothing: a run's numbers come from its key, at once. It writes into a journal, outside of the disk
 * under test, what it was asked to train. Takes the place of hgmlp's own worker in the schedules that kill at every call.
 */
import { appendFileSync } from 'node:fs';
import { encodePng } from '../../dist/base/pictures.js';
import { randomStream } from '../../dist/base/random.js';
import { keyOf } from '../../dist/run/key.js';
import { cellSize, sheetSize } from '../../dist/run/sample-sheet.js';

const { journal } = JSON.parse(process.env['HGMLP_TORTURE'] ?? '{}');
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => undefined);
process.on('disconnect', () => process.exit());
process.on('message', (/** @type {any} */ order) => {
  if (order.type === 'stop') process.exit();
  void work(order.type === 'job' ? order.job : order);
});

const answer = (/** @type {unknown} */ message) => process.send?.(message);

async function work(/** @type {{ pack: any[] }} */ { pack }) {
  const runs = [];
  for (const [place, spec] of pack.entries()) {
    const key = keyOf(spec);
    appendFileSync(journal, `${key}\n`);
    const stream = randomStream('fake training', key);
    const curve = [];
    for (let epoch = 1; epoch <= spec.recipe.epochs; epoch += 1) {
      const measured = measurement(stream);
      curve.push({ epoch, learningRate: spec.recipe.learningRate, trainLoss: stream.uniform(), validation: measured });
      answer({ type: 'epoch', place, epoch: curve.at(-1) });
    }
    answer({ type: 'sheet', place, png: await sheet(stream) });
    const test = { ...measurement(stream), ssim: stream.uniform() };
    const timing = { startedAt: new Date().toISOString(), durationMs: 1, imagesPerSecond: 1000 };
    runs.push({ key, spec, state: 'finished', curve, validation: curve.at(-1)?.validation, test, timing });
  }
  answer({ type: 'runs', runs });
}

function measurement(/** @type {import('../../dist/base/random.js').RandomStream} */ stream) {
  const meanSquaredError = 0.001 + 0.01 * stream.uniform();
  const psnrOfMeanDb = -10 * Math.log10(meanSquaredError);
  return { meanSquaredError, psnrDb: psnrOfMeanDb + 0.1 * stream.uniform(), psnrOfMeanDb };
}

function sheet(/** @type {import('../../dist/base/random.js').RandomStream} */ stream) {
  const size = sheetSize(cellSize({ width: 28, height: 28 }));
  const pixels = Uint8Array.from({ length: size.width * size.height }, () => stream.integerBelow(256));
  return encodePng(pixels, { ...size, channels: 1 });
}
