import { describe, expect, test } from 'vitest';
import { inputProjections, type Arch, type Dimensions } from '../../src/arch/arch.js';
import { programOf } from '../../src/arch/families.js';
import { fixedMatrices, trainableMatrices, type Matrix } from '../../src/arch/program.js';
import { sizeCounter, sizeNames, sizeOf, sizesOf, type Sizes } from '../../src/arch/sizes.js';
import { randomStream } from '../../src/base/random.js';
import { options } from '../../src/config/options.js';

/** The sizes of the residual network in closed form, worked out on paper. */
function inClosedForm(arch: Arch, { input, output }: Dimensions): Sizes {
  const { skipWidth: z, bottleneckWidth: h, depth, inputProjection, outputProjection } = arch;
  const ofInput = inputProjection === 'none' ? 0 : input * z;
  const ofBlocks = 2 * depth * z * h;
  const total = ofInput + ofBlocks + (outputProjection === 'none' ? 0 : z * output);
  const trainable = inputProjection === 'fixed' ? total - ofInput : total;
  // In a block the skip waits while its normalised copy is multiplied; at both ends one value becomes another.
  const values = [2 * z + h];
  if (inputProjection !== 'none') values.push(input + z);
  if (outputProjection !== 'none') values.push(z + output);
  return {
    trainableParams: trainable,
    totalParams: total,
    multiplyAddsPerImage: total,
    storedBytes: 4 * (trainable + 2 * depth * z),
    activationBytes: 4 * Math.max(...values),
  };
}

function randomArch(seed: number): { arch: Arch; dimensions: Dimensions } {
  const stream = randomStream('sizes', seed);
  const width = () => 1 + stream.integerBelow(40);
  const inputProjection = inputProjections[stream.integerBelow(inputProjections.length)]!;
  const input = width();
  const skipWidth = inputProjection === 'identity' || inputProjection === 'none' ? input : width();
  const bare = stream.integerBelow(4) === 0;
  return {
    arch: {
      ...{ skipWidth, bottleneckWidth: width(), depth: 1 + stream.integerBelow(20), inputProjection },
      outputProjection: bare ? 'none' : 'trainable',
    },
    dimensions: { input, output: bare ? skipWidth : width() },
  };
}

const seeds = Array.from({ length: 200 }, (_, seed) => seed);

describe('The sizes of a network', () => {
  test('are what its formulas on paper say, for random networks.', () => {
    for (const { arch, dimensions } of seeds.map(randomArch)) {
      expect({ ...arch, ...sizesOf(arch, dimensions) }).toEqual({ ...arch, ...inClosedForm(arch, dimensions) });
    }
  });

  test('count the values of the matrices that its program holds.', () => {
    const valuesOf = (matrices: readonly Matrix[]) =>
      matrices.reduce((sum, { rows, columns }) => sum + rows * columns, 0);
    for (const { arch, dimensions } of seeds.slice(0, 50).map(randomArch)) {
      const program = programOf(arch, dimensions);
      const [trainable, fixed] = [trainableMatrices(program), fixedMatrices(program)].map(valuesOf) as [number, number];
      expect(sizeOf(arch, dimensions, 'trainable')).toBe(trainable);
      expect(sizeOf(arch, dimensions, 'total')).toBe(trainable + fixed);
    }
  });

  test('of a network as deep as a log may say are counted at once.', () => {
    const { arch, dimensions } = randomArch(1);
    const deep = { ...arch, depth: 1e9 };
    expect(sizesOf(deep, dimensions)).toEqual(inClosedForm(deep, dimensions));
  });

  test('never fall where a width or the depth grows.', () => {
    for (const { arch, dimensions } of seeds.map(randomArch)) {
      const counted = sizeCounter(arch, dimensions);
      const changes = [{ bottleneckWidth: arch.bottleneckWidth + 1 }, { depth: arch.depth + 1 }];
      for (const change of changes) {
        const ofLarger = sizeCounter({ ...arch, ...change }, dimensions);
        for (const size of sizeNames) expect(ofLarger(size)).toBeGreaterThanOrEqual(counted(size));
      }
    }
  });

  test('have the names that the help of --size lists.', () => {
    for (const size of sizeNames) expect(options.size.expects).toContain(`'${size}'`);
    expect(options.size.expects.match(/'/g)).toHaveLength(2 * sizeNames.length);
  });
});
