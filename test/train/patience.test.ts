/** Trainings that end once validation gets no better, and are measured with the network of their best epoch. */
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { Stopped } from '../../src/base/errors.js';
import { openTask } from '../../src/data/task-data.js';
import { parseResult, resultText } from '../../src/execute/fleet/messages.js';
import { checkpointFile, decodeCheckpoint, encodeCheckpoint, type Checkpoint } from '../../src/run/checkpoint.js';
import { keyOf } from '../../src/run/key.js';
import { encodeLine, parseLog, versionOf } from '../../src/run/log-format.js';
import { bestEpochOf } from '../../src/run/patience.js';
import type { FinishedRun, Run } from '../../src/run/run.js';
import type { Recipe, RunSpec } from '../../src/run/spec.js';
import { measureTest } from '../../src/train/evaluate.js';
import { openNetwork } from '../../src/train/network.js';
import { packedSteps } from '../../src/train/packed-steps.js';
import { beginning } from '../../src/train/progress.js';
import { trainPack, trainRun, type PackOptions } from '../../src/train/train.js';
import { smallTaskFolder } from './small-task.js';

const { folder: data, task } = await smallTaskFolder('patience');

let checkpoints: string;
beforeEach(() => {
  checkpoints = mkdtempSync(path.join(data, 'checkpoints-'));
});

/** Three steps an epoch; at this learning rate its sixth epoch is its last one, and its fourth the best. */
const recipe: Recipe = {
  ...{ epochs: 30, batchSize: 20, learningRate: 0.1, learningRateStep: 'never', weightDecay: 0.01, flips: 1 },
  ...{ seed: 1, replicate: 0, patience: 2 },
};
const plainRecipe = Object.fromEntries(
  Object.entries(recipe).filter(([name]) => name !== 'patience'),
) as unknown as Recipe;
const specOf = (engine: string, change: Partial<Recipe> = {}): RunSpec => ({
  ...{ task, engine },
  arch: { skipWidth: 16, bottleneckWidth: 5, depth: 1, inputProjection: 'trainable', outputProjection: 'trainable' },
  recipe: { ...recipe, ...change },
});
const packed = (...changes: Partial<Recipe>[]) => changes.map((change) => specOf('onnx-cpu-packed', change));

const train = async (specs: readonly RunSpec[], options: PackOptions = {}) =>
  (await trainPack(specs, { dataFolder: data, ...options })) as FinishedRun[];
const untimed = (runs: readonly Run[]) => runs.map((run) => ({ ...run, timing: null }));
const lengths = (runs: readonly Run[]) => runs.map(({ curve }) => curve.length);

/** A request to stop that is seen at the look after so many. */
function stopAfter(count: number): { readonly aborted: boolean } {
  let looked = 0;
  return {
    get aborted() {
      looked += 1;
      return looked > count;
    },
  };
}

/** The last part of a training that is asked to stop after so many looks in each part. */
async function inParts(specs: readonly RunSpec[], count: number) {
  for (let parts = 1; ; parts += 1) {
    try {
      return { parts, runs: await train(specs, { checkpoints, stop: stopAfter(count) }) };
    } catch (error) {
      if (!(error instanceof Stopped)) throw error;
    }
  }
}

describe.each(['onnx-cpu', 'onnx-cpu-packed', 'tfjs-cpu'])('a run with patience on %s', (engine) => {
  test('ends once as many epochs in a row were no better than its best one', async () => {
    const seen: number[] = [];
    const [run] = await train([specOf(engine)], { onEpoch: (_, { epoch }) => seen.push(epoch) });
    const best = bestEpochOf(run!.curve);
    expect(run).toMatchObject({ state: 'finished', key: keyOf(specOf(engine)) });
    expect(seen).toEqual(run!.curve.map(({ epoch }) => epoch));
    expect(run!.curve.length).toBeLessThan(recipe.epochs);
    expect(run!.curve).toHaveLength(best + 2);
    const psnrsDb = run!.curve.map(({ validation }) => validation.psnrDb!);
    expect(psnrsDb[best - 1]).toBe(Math.max(...psnrsDb));
    expect(run!.validation).toEqual(run!.curve[best - 1]!.validation);
    expect(new Set(run!.curve.map(({ learningRate }) => learningRate))).toEqual(new Set([recipe.learningRate]));
  });

  test('is measured with the network that it was after its best epoch', async () => {
    const spec = specOf(engine);
    const [run] = await train([spec]);
    const best = bestEpochOf(run!.curve);
    const taskData = await openTask(task, { folder: data });
    const { pack } = beginning([spec]);
    const network = await openNetwork(pack, taskData);
    const testsAfter: unknown[] = [];
    for (let epoch = 0; epoch < run!.curve.length; epoch += 1) {
      const losses = network.train(packedSteps(taskData, pack, epoch));
      while ((await losses.next()).done !== true) continue;
      const evaluated = { network, data: taskData, pack, isAskedToStop: () => Promise.resolve(false) };
      testsAfter.push((await measureTest(evaluated))[0]!.meter.measured());
    }
    await network.dispose();
    expect(run!.test).toEqual(testsAfter[best - 1]);
    expect(run!.test).not.toEqual(testsAfter.at(-1));
  });

  test('that stops and goes on comes to the bits of one that did not', async () => {
    const whole = await train([specOf(engine)]);
    const { parts, runs } = await inParts([specOf(engine)], 5);
    expect(parts).toBeGreaterThan(4);
    expect(untimed(runs)).toEqual(untimed(whole));
  });
});

describe('a run with patience', () => {
  const spec = () => specOf('onnx-cpu');

  test('may stop at any step, in a validation or in the test', async () => {
    const whole = await train([spec()]);
    const looks = whole[0]!.curve.length * 4 + 1;
    for (let count = 1; count < looks; count += 1) {
      const stopped = train([spec()], { checkpoints, stop: stopAfter(count) });
      await expect(stopped, `${count}`).rejects.toBeInstanceOf(Stopped);
      expect(untimed(await train([spec()], { checkpoints })), `${count}`).toEqual(untimed(whole));
      checkpoints = mkdtempSync(path.join(data, 'checkpoints-'));
    }
    expect(untimed(await train([spec()], { checkpoints, stop: stopAfter(looks) }))).toEqual(untimed(whole));
  });

  test('that no epoch disappoints is trained for all of them, and has the numbers of the last one', async () => {
    const [run] = await train([specOf('onnx-cpu', { epochs: 4, patience: 4 })]);
    expect(run!.curve).toHaveLength(4);
    expect(run!.validation).toEqual(run!.curve[bestEpochOf(run!.curve) - 1]!.validation);
  });

  test('goes on from its end, and says so, where only its test was left', async () => {
    const notes: string[] = [];
    const whole = await train([spec()]);
    const looks = whole[0]!.curve.length * 4;
    await expect(train([spec()], { checkpoints, stop: stopAfter(looks) })).rejects.toBeInstanceOf(Stopped);
    await train([spec()], { checkpoints, onNote: (text) => notes.push(text) });
    expect(notes).toEqual([expect.stringMatching(/ goes on from the end of its last epoch$/)]);
  });

  test('is not trained in parts', async () => {
    const part = trainRun(spec(), { dataFolder: data, checkpoints, untilEpoch: 2 });
    await expect(part).rejects.toThrow('expected whole trainings of runs with patience, got parts until epoch 2');
  });

  test('needs version 4 of the log, as does a constant learning rate, and no other does', async () => {
    const [run] = await train([spec()]);
    const versionWith = (change: object) => {
      return versionOf({
        type: 'run',
        run: { ...run!, spec: { ...spec(), recipe: { ...plainRecipe, ...change } } },
      });
    };
    expect(versionWith({ learningRateStep: 'epoch', patience: 3 })).toBe(4);
    expect(versionWith({})).toBe(4);
    expect(versionWith({ learningRateStep: 'epoch' })).toBe(1);
    expect(parseLog(Buffer.from(encodeLine({ type: 'run', run: run! })))).toMatchObject({ runs: [run], problems: [] });
  });
});

describe('a checkpoint', () => {
  const saved = async (spec: RunSpec, count: number) => {
    await expect(train([spec], { checkpoints, stop: stopAfter(count) })).rejects.toBeInstanceOf(Stopped);
    return decodeCheckpoint(readFileSync(checkpointFile(checkpoints, [keyOf(spec)]))) as Checkpoint;
  };
  const ofBest = ({ arrays }: Checkpoint) => [...arrays.keys()].filter((name) => name.startsWith('best '));

  test('holds the best epoch of a run with patience, and nothing more of one without', async () => {
    const { arrays, ...before } = await saved(specOf('onnx-cpu'), 2);
    expect(ofBest({ arrays, ...before })).toEqual([]);
    const after = await saved(specOf('onnx-cpu'), 7);
    const learnt = [...after.arrays.keys()].filter((name) => /^0 (weights|mean|variance) /.test(name));
    expect(ofBest(after)).toEqual(learnt.map((name) => `best ${name}`));
    expect(ofBest(await saved({ ...specOf('onnx-cpu'), recipe: plainRecipe }, 9))).toEqual([]);
  });

  test.each<[string, (saved: Checkpoint) => Partial<Checkpoint>]>([
    ['without its best epoch', ({ arrays }) => ({ arrays: new Map([...arrays].filter(([name]) => name[0] !== 'b')) })],
    [
      'with a best epoch of another network',
      ({ arrays }) => ({
        arrays: new Map([...arrays].map(([name, array]) => [name, name[0] === 'b' ? array.slice(1) : array])),
      }),
    ],
    [
      'that went on after its end',
      ({ members: [member] }) => ({
        epoch: 8,
        step: 0,
        members: [{ ...member!, curve: Array.from({ length: 8 }, () => member!.curve[0]!) }],
      }),
    ],
  ])('%s is told, and the training starts anew', async (_, change) => {
    const spec = specOf('onnx-cpu');
    const whole = await train([spec]);
    const found = await saved(spec, 11);
    writeFileSync(checkpointFile(checkpoints, [keyOf(spec)]), encodeCheckpoint({ ...found, ...change(found) }));
    const notes: string[] = [];
    const runs = await train([spec], { checkpoints, onNote: (text) => notes.push(text) });
    expect(notes).toEqual([expect.stringMatching(/expected the checkpoint of such a training, got that of another; /)]);
    expect(untimed(runs)).toEqual(untimed(whole));
  });
});

describe('runs with patience side by side', () => {
  test('end each at its own time, and the others have the very same bits', async () => {
    const [first, second, third] = packed({}, { learningRate: 3e-2 }, { learningRate: 1e-2 });
    const together = await train([first!, second!, third!]);
    const other = await train([packed({ learningRate: 3e-3 })[0]!, second!, third!]);
    expect(new Set(lengths(together)).size).toBe(3);
    expect(lengths(other)[0]).toBeGreaterThan(lengths(together)[0]!);
    expect(untimed(together.slice(1))).toEqual(untimed(other.slice(1)));
    for (const [place, spec] of [first!, second!, third!].entries()) {
      const [alone] = await train([spec]);
      const run = together[place]!;
      expect(run.curve.length).toBe(alone!.curve.length);
      for (const set of ['validation', 'test'] as const) {
        expect(run[set].psnrDb! / alone![set].psnrDb!).toBeCloseTo(1, 5);
      }
    }
  });

  test('go on to the bits of a pack that never stopped', async () => {
    const specs = packed({}, { learningRate: 3e-2 }, { learningRate: 1e30 }, { learningRate: 1e-2 });
    const whole = await train(specs);
    expect(whole.map(({ state }) => state)).toEqual(['finished', 'finished', 'diverged', 'finished']);
    const { parts, runs } = await inParts(specs, 7);
    expect(parts).toBeGreaterThan(8);
    expect(untimed(runs)).toEqual(untimed(whole));
  });

  test('keep a result when their network is no longer finite after its end', async () => {
    // The weights grow ninefold in each step, in both signs.
    const specs = packed({ learningRate: 1000, patience: 1 }, { learningRate: 1e-2, patience: 1 });
    const runs = await train(specs);
    expect(runs.map(({ state }) => state)).toEqual(['finished', 'finished']);
    expect(lengths(runs)[0]).toBeLessThan(4);
    const trained = lengths(runs)[1]!;
    const [unending] = await train(packed({ learningRate: 1000, patience: trained, epochs: trained }));
    expect(unending).toMatchObject({ state: 'diverged' });
    const { runs: again } = await inParts(specs, 6);
    expect(untimed(again)).toEqual(untimed(runs));
  });

  test('are taken from a fleet, but not with the curve of other epochs', async () => {
    const specs = packed({}, { learningRate: 3e-2 });
    const runs = await train(specs);
    const sent = (changed: readonly Run[]) => resultText({ type: 'runs', runs: changed, sheets: [null, null] });
    expect(parseResult(sent(runs), specs)).toEqual({ type: 'runs', runs, sheets: [null, null] });
    const [first, second] = runs as [FinishedRun, FinishedRun];
    const last = second.curve.at(-1)!;
    for (const curve of [second.curve.slice(0, -1), [...second.curve, { ...last, epoch: last.epoch + 1 }]]) {
      expect(() => parseResult(sent([first, { ...second, curve }]), specs)).toThrow(
        'result: expected the curve of 30 epochs with patience 2, got other epochs',
      );
    }
  });
});
