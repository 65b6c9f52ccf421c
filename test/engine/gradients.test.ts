import { describe, test } from 'vitest';
import { programOf } from '../../src/arch/families.js';
import { randomStream } from '../../src/base/random.js';
import { check, checkProgram, rounds } from './gradients.js';

describe('gradients in float64 equal central differences on random shapes', () => {
  test.each(rounds)('for a product (round %i)', (round) =>
    check(`product ${round}`, ({ value, product }) => [product(value('y'))]),
  );

  test.each(rounds)('for a product with a skip, through both of its paths (round %i)', (round) =>
    check(`skip ${round}`, ({ value, product, same }) => {
      const first = product(value('a'));
      const second = product(value('b'), first.output);
      return [first, second, { ...product(same(first.output, 'y'), second.output), skip: first.output }];
    }),
  );

  test.each(rounds)('for a relu (round %i)', (round) =>
    check(`relu ${round}`, ({ value, product, same }) => {
      const first = product(value('a'));
      return [first, { kind: 'elementwise', function: 'relu', input: first.output, output: same(first.output, 'y') }];
    }),
  );

  test.each(rounds)('for a sigmoid (round %i)', (round) =>
    check(`sigmoid ${round}`, ({ value, product, same }) => {
      const first = product(value('a'));
      return [
        first,
        { kind: 'elementwise', function: 'sigmoid', input: first.output, output: same(first.output, 'y') },
      ];
    }),
  );

  test.each(rounds)('for a batch normalisation that nothing is fused with (round %i)', (round) =>
    check(`normalisation ${round}`, ({ value, product, same }) => {
      const first = product(value('a'));
      return [first, { kind: 'batchNormalisation', input: first.output, output: same(first.output, 'y') }];
    }),
  );

  test.each(rounds)('for a batch normalisation that one product reads (round %i)', (round) =>
    check(`normalised product ${round}`, ({ value, product, same }) => {
      const first = product(value('a'));
      const normalised = same(first.output, 'n');
      return [
        first,
        { kind: 'batchNormalisation', input: first.output, output: normalised },
        product(value('y'), normalised),
      ];
    }),
  );

  test.each(rounds)('for a batch normalisation that two products read (round %i)', (round) =>
    check(`normalised twice ${round}`, ({ value, product, same }) => {
      const first = product(value('a'));
      const normalised = same(first.output, 'n');
      const left = product(value('l'), normalised);
      return [
        first,
        { kind: 'batchNormalisation', input: first.output, output: normalised },
        left,
        { ...product(same(left.output, 'y'), normalised), skip: left.output },
      ];
    }),
  );

  test.each(['trainable', 'fixed', 'identity', 'none'] as const)(
    'for a whole network with input projection %s',
    async (inputProjection) => {
      const arch = {
        skipWidth: 5,
        bottleneckWidth: 3,
        depth: 3,
        inputProjection,
        outputProjection: 'trainable',
      } as const;
      await checkProgram(programOf(arch, { input: 5, output: 4 }), randomStream('network', inputProjection));
    },
  );
});
