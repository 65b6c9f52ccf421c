import { expect, test } from 'vitest';
import { studyOf } from '../../src/study/definition.js';
import { resolveOptions } from '../../src/config/resolve.js';

async function study(flags: Record<string, unknown>) {
  const { values } = await resolveOptions({
    command: 'search',
    flags: { strategy: 'random', ...flags },
    environment: {},
  });
  return studyOf({ ...values, engine: 'onnx-cpu' });
}

test.each<[Record<string, unknown>, string]>([
  [{ replicates: 1e9 }, 'ask for fewer candidates, learning rates or replicates'],
  [{ candidates: 5_000_001 }, 'the plan: expected at most 10,000,000 runs, got 10,000,002'],
  [
    { strategy: 'grid', grid: { hourglass: gridOf(300) } },
    'got 27,000,000; ask for fewer points of the grid, learning rates or replicates',
  ],
])('a plan that nobody could wait for is refused: %o', async (flags, reason) => {
  await expect(study(flags)).rejects.toThrow(reason);
});

test('a plan of a million runs is none of these', async () => {
  expect((await study({ candidates: 500, replicates: 1000 })).training.replicates).toBe(1000);
});

function gridOf(length: number) {
  const numbers = Array.from({ length }, (_, index) => index + 1);
  return { skipWidths: numbers, bottleneckWidths: numbers, depths: numbers };
}
