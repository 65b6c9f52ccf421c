/** Golden networks trained by PyTorch. */
import { describe, expect, test } from 'vitest';
import type { Engine } from '../../../src/engine/engine.js';
import { flat, openGolden, goldenSteps } from '../../../src/execute/golden-case.js';
import { expectClose } from '../close.js';
import { nameOf, type GoldenCase } from '../goldens.js';
import { evaluateOnce, stateOf } from '../single.js';
import { lossesOf } from './networks.js';

export function testGoldens(engine: Engine, cases: readonly GoldenCase[]): void {
  describe('agrees with PyTorch in every loss, the final weights, the running statistics and the outputs', () => {
    test.each(cases.map((golden) => [nameOf(golden), golden] as const))('of %s', async (_, golden) => {
      const model = await openGolden(engine, golden);
      const losses = await lossesOf(model, goldenSteps(golden));
      expectClose(
        losses.flat(),
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
      const evaluated = await evaluateOnce(model, { input: flat(x), target: flat(t), size: x.length });
      expectClose(evaluated.output, expected);
      const error = expected.reduce((sum, value, index) => sum + (value - t.flat()[index]!) ** 2, 0);
      expectClose([evaluated.lossSum], [error]);
      await model.dispose();
    });
  });
}
