import { describe, expect, test } from 'vitest';
import { programOf } from '../../src/arch/families.js';
import { lossKinds } from '../../src/arch/loss.js';
import type { Program } from '../../src/arch/program.js';
import type { Engine } from '../../src/engine/engine.js';
import { engineRow } from '../../src/engine/engines.js';
import { faultOfGradients } from '../../src/plugin/check-gradients.js';

const program = (family: string, loss?: (typeof lossKinds)[number], depth = 2): Program =>
  programOf(
    {
      ...{ family, skipWidth: 6, bottleneckWidth: 9, depth },
      ...({ inputProjection: 'trainable', outputProjection: 'trainable' } as const),
    },
    { input: 5, output: 3, ...(loss && { loss }) },
  );

/** An engine whose gradient of one matrix is another than it should be. */
function wrongEngine(engine: Engine, wrong: (gradient: Float32Array) => Float32Array): Engine {
  return {
    ...engine,
    async open(...given) {
      const model = await engine.open(...given);
      return {
        ...model,
        async state() {
          return (await model.state()).map(({ optimiser, ...rest }) => {
            const firstMoment = new Map(optimiser.firstMoment);
            const [name] = [...firstMoment.keys()].slice(-1) as [string];
            firstMoment.set(name, wrong(firstMoment.get(name)!));
            return { ...rest, optimiser: { ...optimiser, firstMoment } };
          });
        },
      };
    },
  };
}

describe('The check of gradients', () => {
  test.each([
    ...['residual', 'residual?normalisation=layer&activation=gelu&bias=yes', 'residual?dropout=0.2'],
    ...['residual?normalisation=none&activation=silu', 'mlp-ln', 'gated', 'plain', 'plain?activation=tanh'],
  ])('finds nothing wrong with %s.', async (family) => {
    const engine = await engineRow('onnx-cpu').open();
    for (const loss of [undefined, ...lossKinds])
      expect(await faultOfGradients(program(family, loss), engine)).toBe(null);
    expect(await faultOfGradients(program(family, undefined, 5), engine)).toBe(null);
  });

  test.each<[string, (value: number) => number]>([
    ['the other way', (value) => -value],
    ['half as large', (value) => value / 2],
    ['a tenth too large', (value) => value * 1.1],
    ['none', () => 0],
    ['no number', () => NaN],
  ])('finds a gradient that is %s.', async (_, wrong) => {
    const engine = wrongEngine(await engineRow('onnx-cpu').open(), (gradient) => gradient.map(wrong));
    for (const family of ['residual', 'mlp-ln', 'gated', 'plain']) {
      expect(await faultOfGradients(program(family), engine)).toMatch(/gradients/);
    }
  });
});
