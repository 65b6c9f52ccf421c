import { describe, expect, test } from 'vitest';
import { openTask } from '../../src/data/task-data.js';
import { keyOf } from '../../src/run/key.js';
import type { FinishedRun, Run } from '../../src/run/run.js';
import type { Recipe, RunSpec } from '../../src/run/spec.js';
import { packedSteps } from '../../src/train/packed-steps.js';
import { trainPack, trainRun, type PackOptions } from '../../src/train/train.js';
import { smallTaskFolder } from './small-task.js';

const { folder, task } = await smallTaskFolder('packs');

const train = (specs: readonly RunSpec[], options: PackOptions = {}) =>
  trainPack(specs, { dataFolder: folder, ...options });

/** Three steps an epoch, the last of them of fewer images. */
const recipe: Recipe = {
  epochs: 12,
  batchSize: 20,
  learningRate: 3e-3,
  learningRateStep: 'step',
  weightDecay: 0.01,
  flips: 1,
  seed: 1,
  replicate: 0,
};
const specOf = (change: Partial<Recipe>, inputProjection: 'trainable' | 'fixed' = 'trainable'): RunSpec => ({
  task,
  arch: { skipWidth: 16, bottleneckWidth: 5, depth: 1, inputProjection, outputProjection: 'trainable' },
  recipe: { ...recipe, ...change },
  engine: 'onnx-cpu-packed',
});

/** Every loss, error and quality of a run. */
function numbersOf(run: Run): number[] {
  const { curve, validation, test: tested } = run as FinishedRun;
  return [
    ...curve.flatMap(({ trainLoss, validation: { meanSquaredError } }) => [trainLoss, meanSquaredError!]),
    ...[validation.psnrDb!, validation.psnrOfMeanDb!, tested.meanSquaredError!, tested.psnrDb!, tested.ssim!],
  ];
}

function largestDifference(actual: Run, expected: Run): number {
  const [ours, theirs] = [numbersOf(actual), numbersOf(expected)];
  expect(ours.length).toBe(theirs.length);
  return Math.max(...ours.map((value, index) => Math.abs(value / theirs[index]! - 1)));
}

describe('runs that train side by side', () => {
  test.each([
    ['trainable', [{ epochs: 24 }, { epochs: 24, replicate: 1 }]],
    ['fixed', [{}, { learningRate: 1e-3 }]],
  ] as const)(
    'have the numbers that they have alone, within 1e-5, with a %s input projection',
    async (inputProjection, changes) => {
      const specs = changes.map((change) => specOf(change, inputProjection));
      const sheets: number[] = [];
      const epochs: string[] = [];
      const packed = await train(specs, {
        onEpoch: (place, { epoch }) => epochs.push(`${place}: ${epoch}`),
        onSheet: (place) => sheets.push(place),
      });
      expect(packed.map(({ key }) => key)).toEqual(specs.map(keyOf));
      const inTurns = Array.from({ length: specs[0]!.recipe.epochs }, (_, epoch) =>
        [0, 1].map((place) => `${place}: ${epoch + 1}`),
      );
      expect(epochs).toEqual(inTurns.flat());
      expect(sheets).toEqual([0, 1]);
      for (const [place, spec] of specs.entries()) {
        const alone = await trainRun(spec, { dataFolder: folder });
        expect(packed[place]).toMatchObject({ state: 'finished', spec });
        expect(largestDifference(packed[place]!, alone)).toBeLessThan(1e-5);
      }
    },
  );

  test('go on where one of them diverges, with the very same bits', async () => {
    const [healthy, exploding] = [specOf({}), specOf({ learningRate: 1e30 })];
    const [first, diverged, last] = await train([healthy, exploding, specOf({ replicate: 1 })]);
    const [firstBeside, , lastBeside] = await train([
      healthy,
      specOf({ learningRate: 1e-3 }),
      specOf({ replicate: 1 }),
    ]);
    expect(diverged).toMatchObject({ state: 'diverged', key: keyOf(exploding), curve: [] });
    expect(diverged!.state !== 'finished' && diverged!.reason).toMatch(/loss .*not finite$/);
    expect(numbersOf(first!)).toEqual(numbersOf(firstBeside!));
    expect(numbersOf(last!)).toEqual(numbersOf(lastBeside!));
  });

  test('end as diverged all where all of them do', async () => {
    const runs = await train([specOf({ learningRate: 1e30 }), specOf({ learningRate: 2e30 })]);
    expect(runs.map(({ state }) => state)).toEqual(['diverged', 'diverged']);
  });
});

describe('the steps of a pack', () => {
  test("hold each member's own batches and learning rates, although the task makes them in one memory", async () => {
    const data = await openTask(task, { folder });
    const members = [{}, { learningRate: 1e-3 }, { replicate: 1 }].map((change, member) => {
      return { spec: specOf(change), key: `run ${member}` };
    });
    const alone = members.map((member) =>
      [...packedSteps(data, [member], 1)].map(({ size, learningRates }) => ({ size, rate: learningRates[0] })),
    );
    let step = 0;
    for (const { input, target, items, size, learningRates } of packedSteps(data, members, 1)) {
      expect(learningRates).toEqual(alone.map((steps) => steps[step]!.rate));
      expect(size).toBe([20, 20, 8][step]);
      for (const [place, { spec, key }] of members.entries()) {
        const batches = data.trainingBatches({ ...spec.recipe, runKey: key, epoch: 1 });
        for (let skipped = 0; skipped < step; skipped += 1) batches.next();
        const own = batches.next().value!;
        const partOf = <Values extends Float32Array | Uint32Array>(values: Values) =>
          Buffer.from(values.buffer, values.byteOffset + place * (values.byteLength / 3), values.byteLength / 3);
        expect(partOf(input).equals(Buffer.from(own.input.buffer, own.input.byteOffset, own.input.byteLength))).toBe(
          true,
        );
        expect(
          partOf(target).equals(Buffer.from(own.target.buffer, own.target.byteOffset, own.target.byteLength)),
        ).toBe(true);
        expect([...items.subarray(place * size, place * size + 5)]).toEqual([...own.items.subarray(0, 5)]);
      }
      step += 1;
    }
    expect(step).toBe(3);
  });
});
