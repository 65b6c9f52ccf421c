/** What is special to packs on ONNX Runtime's providers: blocks of steps, and batches that share a run. */
import { describe, expect, test } from 'vitest';
import { operationsOf } from '../../src/arch/program.js';
import type { Step } from '../../src/engine/engine.js';
import { engineRow, openEngine } from '../../src/engine/engines.js';
import { initialStates } from '../../src/engine/model-state.js';
import { openBlockTraining } from '../../src/engine/onnx/block-training.js';
import { openDeviceMemory } from '../../src/engine/onnx/device-memory.js';
import { lossGradientScale } from '../../src/engine/onnx/losses.js';
import { openPackEvaluation } from '../../src/engine/onnx/pack-evaluation.js';
import type { PackContext, CarriedProgress, StepReport, Training } from '../../src/engine/onnx/pack-training.js';
import { carriedProgress } from '../../src/engine/onnx/pack-state.js';
import { parameterList } from '../../src/engine/onnx/parameters.js';
import { tensor } from '../../src/engine/onnx/runtime.js';
import { stepsOfBlock } from '../../src/engine/onnx/staging.js';
import { openStepTraining } from '../../src/engine/onnx/step-training.js';
import { availabilityOf } from './availability.js';
import { expectClose } from './close.js';
import {
  batchOf,
  evaluationsOf,
  hourglass,
  lossesOf,
  numbersOf,
  openNetwork,
  projected,
  settings,
  sideBySide,
  stepsOf,
  weightsOf,
} from './conformance/networks.js';
import { float64Engine } from './float64-engine.js';

const engine = await openEngine('onnx-cpu-packed');
const { program } = hourglass;

/** More than a block of one size, then other sizes. */
const sizes = [...Array<number>(70).fill(8), 3, 8, 1];

async function packOf(members: number): Promise<PackContext> {
  const provider = 'cpu';
  const constants = (size: number) =>
    Promise.resolve({
      ones: tensor(new Float32Array(size).fill(1), [size]),
      'inverse size': tensor(Float32Array.of(1 / size), []),
      'gradient scale': tensor(Float32Array.of(lossGradientScale(program.loss, size)), []),
    });
  return { provider, memory: await openDeviceMemory(provider), program, members, settings, constants };
}

async function reportsOf(training: Training, steps: readonly Step[]): Promise<StepReport[]> {
  const reports: StepReport[] = [];
  for await (const some of training.take(steps)) reports.push(...some);
  return reports;
}

const numbersAt = ({ carried, steps }: CarriedProgress) => [steps, ...Object.values(carried).map(({ data }) => data)];

describe('a block of steps', () => {
  test('gives the bits of its steps one by one, whether it is full, short or of another size', async () => {
    const steps = stepsOf(hourglass, sizes);
    const [together, apart] = [await openNetwork(engine, hourglass), await openNetwork(engine, hourglass)];
    const losses = await lossesOf(together, steps);
    expect(losses.length).toBe(sizes.length);
    const oneByOne = [];
    for (const step of steps) oneByOne.push(...(await lossesOf(apart, [step])));
    expect(losses).toEqual(oneByOne);
    expect(await together.state()).toEqual(await apart.state());
    await Promise.all([together.dispose(), apart.dispose()]);
  });

  test('gives the bits of the graph of one step that runs again and again', async () => {
    const steps = sideBySide([1e-2, 1e-3].map((rate, member) => stepsOf(hourglass, sizes, rate, `${member}`)));
    const [pack, states] = [await packOf(2), initialStates(program, weightsOf(hourglass, 2))];
    const start = () => carriedProgress(program, states);
    const [blocks, single] = [await openBlockTraining(pack, start()), await openStepTraining(pack, start())];
    expect(await reportsOf(blocks, steps)).toEqual(await reportsOf(single, steps));
    expect(numbersAt(blocks.progress())).toEqual(numbersAt(single.progress()));
    await Promise.all([blocks.dispose(), single.dispose()]);
  });

  test('is answered as far as it was read where the steps throw', async () => {
    const steps = stepsOf(hourglass, [8, 8, 8]);
    const [model, whole] = [await openNetwork(engine, hourglass), await openNetwork(engine, hourglass)];
    const losses: (readonly number[])[] = [];
    const listen = async () => {
      for await (const ofMembers of model.train(failingAfter(steps))) losses.push(ofMembers);
    };
    await expect(listen()).rejects.toThrow('out of images');
    expect(losses).toEqual(await lossesOf(whole, steps));
    expect(await model.state()).toEqual(await whole.state());
    await Promise.all([model.dispose(), whole.dispose()]);
  });

  test('has 64 steps, or fewer where their images and targets would take more than 256 MiB, but one at least', () => {
    const mebibyte = 2 ** 20;
    expect([mebibyte, 4 * mebibyte, 5 * mebibyte, 200 * mebibyte, 300 * mebibyte].map(stepsOfBlock)).toEqual([
      64, 64, 51, 1, 1,
    ]);
  });
});

test('a network in a pack of five has the bits that it has alone', async () => {
  const members = [1e-2, 1e-3, 3e-3, 1e-4, 3e-2].map((rate, member) =>
    stepsOf(hourglass, [8, 8, 3], rate, `${member}`),
  );
  const pack = await openNetwork(engine, hourglass, 5);
  const losses = await lossesOf(pack, sideBySide(members));
  const states = await pack.state();
  for (const [member, weights] of weightsOf(hourglass, 5).entries()) {
    const alone = await engine.open(program, [weights], settings);
    expect((await lossesOf(alone, members[member]!)).flat()).toEqual(losses.map((step) => step[member]));
    expect(await alone.state()).toEqual([states[member]]);
    await alone.dispose();
  }
  await pack.dispose();
});

test('an evaluation that takes several runs gives what one run gives', async () => {
  const batches = [4, 4, 3, 20, 1].map((size, index) => batchOf(hourglass, size, `evaluation ${index}`));
  const model = await openNetwork(engine, hourglass, 2);
  const expected = await evaluationsOf(model, batches);
  const features = operationsOf(hourglass.program, 'batchNormalisation');
  const ofMembers = (value: number, width: number) => tensor(new Float32Array(2 * width).fill(value), [2, width, 1]);
  const inputs = {
    weights: tensor(parameterList(program, weightsOf(hourglass, 2)), [
      2,
      parameterList(program, weightsOf(hourglass)).length,
    ]),
    ...Object.fromEntries(
      features.flatMap(({ input: { width } }, index) => [
        [`mean ${index}`, ofMembers(0, width)],
        [`inverse deviation ${index}`, ofMembers(1 / Math.sqrt(1 + 1e-5), width)],
      ]),
    ),
  };
  const evaluation = await openPackEvaluation(await packOf(2), 10 * 4 * 2 * 9);
  const evaluations = [];
  for await (const one of evaluation.evaluate(batches, inputs, { outputs: true })) evaluations.push(one);
  expect(evaluations).toEqual(expected);
  await Promise.all([model.dispose(), evaluation.dispose()]);
});

describe('normalised features keep the digits of their deviation where their mean is a thousand of them', async () => {
  const bare = projected.find(({ name }) => name.endsWith('none/none'))!;
  const [mean, size] = [300, 64];
  const input = numbersOf('far from zero', size * bare.program.input.width).map((value) => mean + value);

  for (const name of ['onnx-cpu-packed', 'onnx-webgpu']) {
    const available = await availabilityOf(engineRow(name));
    if ('reason' in available) {
      test.skip(`on ${name} (skipped: ${available.reason})`);
      continue;
    }
    test(`on ${name}`, async () => {
      const step = { input, target: input, size, learningRates: [1e-3] };
      const [model, judge] = [await openNetwork(available.engine, bare), await openNetwork(float64Engine, bare)];
      await Promise.all([lossesOf(model, [step]), lossesOf(judge, [step])]);
      const [[state], [expected]] = [await model.state(), await judge.state()];
      expectClose(state!.running[0]!.variance, expected!.running[0]!.variance, { relative: 1e-5, absolute: 0 });
      await Promise.all([model.dispose(), judge.dispose()]);
    });
  }
});

function* failingAfter(steps: readonly Step[]): Generator<Step> {
  yield* steps;
  throw new Error('out of images');
}
