import { describe, test } from 'vitest';
import { lossKinds } from '../../src/arch/loss.js';
import { elementwiseFunctions, type Operation, type Value } from '../../src/arch/program.js';
import { check, rounds, type Parts } from './gradients.js';

/** A product followed by operations on its output. */
const after =
  (build: (from: Value, parts: Parts) => Operation[]) =>
  (parts: Parts): Operation[] => {
    const first = parts.product(parts.value('a'));
    return [first, ...build(first.output, parts)];
  };

const unary: Record<string, (from: Value, parts: Parts) => Operation[]> = {
  ...Object.fromEntries(
    elementwiseFunctions.map((name) => [
      name,
      (input, { same }: Parts) => [{ kind: 'elementwise', function: name, input, output: same(input, 'y') }],
    ]),
  ),
  'a shift by a vector': (input, { same, vector }) => [
    { kind: 'shift', input, vector: vector(input.width), output: same(input, 'y') },
  ],
  'a scale by a vector': (input, { same, vector }) => [
    { kind: 'scale', input, vector: vector(input.width), output: same(input, 'y') },
  ],
  'one vector that shifts and scales': (input, { same, vector }) => {
    const shared = vector(input.width);
    const shifted = same(input, 'b');
    return [
      { kind: 'shift', input, vector: shared, output: shifted },
      { kind: 'scale', input: shifted, vector: shared, output: same(input, 'y') },
    ];
  },
  'centred normalisation over channels': (input, { same }) => [
    { kind: 'channelNormalisation', form: 'centred', epsilon: 1e-5, input, output: same(input, 'y') },
  ],
  'normalisation over channels by the root mean square': (input, { same }) => [
    { kind: 'channelNormalisation', form: 'rootMeanSquare', epsilon: 1e-6, input, output: same(input, 'y') },
  ],
  'a value times itself': (input, { same }) => [
    { kind: 'multiply', left: input, right: input, output: same(input, 'y') },
  ],
  'a value plus itself': (input, { same }) => [{ kind: 'add', left: input, right: input, output: same(input, 'y') }],
  'a value concatenated with itself': (input) => [
    { kind: 'concatenate', inputs: [input, input], output: { name: 'y', width: 2 * input.width } },
  ],
  dropout: (input, { same }) => [{ kind: 'dropout', rate: 0.4, input, output: same(input, 'y') }],
};

const several: Record<string, (parts: Parts) => Operation[]> = {
  'a product of two values that have a third in common': (parts) => {
    const first = parts.product(parts.value('a'));
    const bent = parts.same(first.output, 'b');
    return [
      first,
      { kind: 'elementwise', function: 'sin', input: first.output, output: bent },
      { kind: 'multiply', left: bent, right: first.output, output: parts.same(bent, 'y') },
    ];
  },
  'a product of a trained value and the input': (parts) => {
    const first = parts.product(parts.same(parts.input, 'a'));
    return [first, { kind: 'multiply', left: first.output, right: parts.input, output: parts.same(parts.input, 'y') }];
  },
  'a sum of two values that have a third in common': (parts) => {
    const first = parts.product(parts.value('a'));
    const second = parts.product(parts.same(first.output, 'b'), first.output);
    return [
      first,
      second,
      { kind: 'add', left: first.output, right: second.output, output: parts.same(first.output, 'y') },
    ];
  },
  'slices that overlap and leave channels out': (parts) => {
    const first = parts.product({ name: 'a', width: 7 });
    const [left, right] = [
      { name: 'l', width: 4 },
      { name: 'r', width: 4 },
    ];
    return [
      first,
      { kind: 'slice', input: first.output, from: 1, to: 5, output: left },
      { kind: 'slice', input: first.output, from: 3, to: 7, output: right },
      { kind: 'multiply', left, right, output: parts.same(left, 'y') },
    ];
  },
  'a concatenation of the input and of values with another reader': (parts) => {
    const first = parts.product(parts.value('a'));
    const second = parts.product(parts.value('b'), first.output);
    const inputs = [second.output, parts.input, first.output, second.output];
    const all = { name: 'c', width: inputs.reduce((sum, { width }) => sum + width, 0) };
    return [first, second, { kind: 'concatenate', inputs, output: all }, parts.product(parts.value('y'), all)];
  },
  'one matrix that two products read': (parts) => {
    const first = parts.product(parts.same(parts.input, 'a'));
    return [first, { ...first, input: first.output, output: parts.same(parts.input, 'y') }];
  },
  'a batch normalisation that a product and a slice read': (parts) => {
    const first = parts.product(parts.value('a'));
    const normalised = parts.same(first.output, 'n');
    const part = { name: 's', width: 1 };
    const last = parts.product({ name: 'p', width: 1 }, normalised);
    return [
      first,
      { kind: 'batchNormalisation', input: first.output, output: normalised },
      { kind: 'slice', input: normalised, from: 0, to: 1, output: part },
      last,
      { kind: 'add', left: last.output, right: part, output: { name: 'y', width: 1 } },
    ];
  },
};

const networks = {
  ...Object.fromEntries(Object.entries(unary).map(([name, build]) => [name, after(build)])),
  ...several,
};

describe('gradients in float64 equal central differences on random shapes', () => {
  describe.each(Object.entries(networks))('for %s', (name, build) => {
    test.each(rounds)('(round %i)', (round) => check(`${name} ${round}`, build));
  });

  describe.each(lossKinds)('for the loss %s', (kind) => {
    const output = (round: number) => ({ name: 'y', width: 2 * (1 + round) });
    test.each(rounds)('(round %i)', (round) =>
      check(
        `${kind} ${round}`,
        ({ product, value }) => {
          const first = product(value('a'));
          return [first, product(output(round), first.output)];
        },
        { kind },
      ),
    );
    test('of a single item', () => check(`${kind} of one`, ({ product }) => [product(output(0))], { kind, batch: 1 }));
  });
});
