import { expect, test } from 'vitest';
import { shapeOf } from '../../src/arch/arch.js';
import { sizeOf } from '../../src/arch/sizes.js';
import { archOf, dimensionsOf } from '../../src/execute/golden-case.js';
import { familyGoldens, goldens, nameOf } from './goldens.js';

test.each([...goldens.cases, ...familyGoldens].map((golden) => [nameOf(golden), golden] as const))(
  'the count and the shape of %s are those of the PyTorch golden',
  (_, golden) => {
    const arch = archOf(golden);
    expect(sizeOf(arch, dimensionsOf(golden), 'trainable')).toBe(golden.trainable_params);
    expect(shapeOf(arch)).toBe(golden.shape);
  },
);
