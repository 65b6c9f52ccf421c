import { describe, expect, test } from 'vitest';
import { parameterCount, shapeOf, type Arch } from '../../src/arch/arch.js';
import { programOf } from '../../src/arch/program.js';
import type { Model } from '../../src/engine/engine.js';
import { openEngine } from '../../src/engine/engines.js';
import { expectClose } from './close.js';
import { evaluateOnce, stateOf, stepOnce } from './single.js';
import { flat, goldens, type GoldenCase } from './goldens.js';

describe.each(goldens.cases.map((golden) => [nameOf(golden), golden] as const))('PyTorch golden %s', (_, golden) => {
  test('agrees in the closed-form count and the shape', () => {
    const arch = archOf(golden);
    expect(parameterCount(arch, dimensionsOf(golden)).trainable).toBe(golden.trainable_params);
    expect(shapeOf(arch)).toBe(golden.shape);
  });

  test('agrees in every loss, the final weights, the running statistics and the evaluation output', async () => {
    const model = await openGolden(golden);
    const losses = await train(model, golden);
    expectClose(
      losses,
      golden.steps.map(({ loss }) => loss),
      { relative: 1e-5, absolute: 0 },
    );

    const { weights, running } = await stateOf(model);
    for (const [name, values] of weights) expectClose(values, flat(golden.final[name]!));
    expect(running.length).toBe(golden.running.length);
    golden.running.forEach(({ mean, variance }, index) => {
      expectClose(running[index]!.mean, mean);
      expectClose(running[index]!.variance, variance);
    });

    const { x, t } = golden.steps[0]!;
    const expected = golden.evaluation_output_of_first_batch.flat();
    const { output, squaredError } = await evaluateOnce(model, { input: flat(x), target: flat(t), size: x.length });
    expectClose(output, expected);
    const error = expected.reduce((sum, value, index) => sum + (value - t.flat()[index]!) ** 2, 0);
    expectClose([squaredError], [error]);
    await model.dispose();
  });
});

function nameOf(golden: GoldenCase): string {
  const { shape, skip_width, bottleneck_width, depth, input_projection, output_projection } = golden;
  return `${shape} ${skip_width}-${bottleneck_width}-${depth} ${input_projection}/${output_projection}`;
}

function archOf(golden: GoldenCase): Arch {
  return {
    skipWidth: golden.skip_width,
    bottleneckWidth: golden.bottleneck_width,
    depth: golden.depth,
    inputProjection: golden.input_projection,
    outputProjection: golden.output_projection,
  };
}

function dimensionsOf(golden: GoldenCase) {
  return { input: golden.input_dim, output: golden.output_dim };
}

async function openGolden(golden: GoldenCase): Promise<Model> {
  const program = programOf(archOf(golden), dimensionsOf(golden));
  const weights = new Map(program.matrices.map(({ name }) => [name, flat(golden.initial[name]!)]));
  const { beta1, beta2, epsilon, weight_decay: weightDecay } = golden.adamw;
  const engine = await openEngine('onnx-cpu');
  return engine.open(program, [weights], { beta1, beta2, epsilon, weightDecay });
}

async function train(model: Model, golden: GoldenCase): Promise<number[]> {
  const losses: number[] = [];
  for (const [index, { x, t }] of golden.steps.entries()) {
    const batch = { input: flat(x), target: flat(t), size: x.length };
    losses.push(await stepOnce(model, batch, golden.learning_rates[index]!));
  }
  return losses;
}
