import { describe, expect, test } from 'vitest';
import { checkArch, type Arch } from '../../src/arch/arch.js';
import { checkNetwork, families, familyNamed, familyOf, programOf } from '../../src/arch/families.js';
import { inputsOf } from '../../src/arch/program.js';
import { sizeCounter, sizeNames, sizeOf, sizesOf } from '../../src/arch/sizes.js';
import { UserError } from '../../src/base/errors.js';
import { options } from '../../src/config/options.js';
import { parseSizeLimits } from '../../src/search/budget.js';
import { spaceOf } from '../../src/search/space.js';
import { randomCandidates } from '../../src/search/strategies/random.js';
import { requestOf } from '../search/requests.js';

const projections = { inputProjection: 'trainable', outputProjection: 'trainable' } as const;
const trainableOf = (family: string, [skipWidth, bottleneckWidth, depth]: number[], [input, output]: number[]) =>
  sizeOf(
    { family, skipWidth: skipWidth!, bottleneckWidth: bottleneckWidth!, depth: depth!, ...projections },
    { input: input!, output: output! },
    'trainable',
  );

describe('The parameters of a family', () => {
  test('mlp-ln are 8 C² + 7 C a block where the inner width is four times as wide (arXiv 2306.13575).', () => {
    for (const width of [64, 100]) {
      const [two, three] = [2, 3].map((depth) => trainableOf('mlp-ln', [width, 4 * width, depth], [784, 10]));
      expect(three! - two!).toBe(8 * width ** 2 + 7 * width);
      expect(two! - 2 * (8 * width ** 2 + 7 * width)).toBe(785 * width + (width + 1) * 10);
    }
  });

  test('gated are 3 C h a block, without any other (arXiv 2602.06471).', () => {
    expect(trainableOf('gated', [90, 24, 7], [784, 100])).toBe(784 * 90 + 7 * 3 * 90 * 24 + 90 * 100);
  });

  test('two-stream are (d + 1) C + 2 (L + 1) (2 C h + h + C) + C² + (3 C + 1) q.', () => {
    for (const [width, inner, depth, inputs, outputs] of [
      [64, 16, 3, 26, 1],
      [20, 90, 1, 784, 10],
    ] as const) {
      const streams = 2 * (depth + 1) * (2 * width * inner + inner + width);
      expect(trainableOf('two-stream', [width, inner, depth], [inputs, outputs])).toBe(
        (inputs + 1) * width + streams + width ** 2 + (3 * width + 1) * outputs,
      );
    }
  });

  // Sources: the networks of 5 x 96 on diamonds (yandex-research/tabm) and of 2 x 208 on California housing
  // (yandex-research/rtdl-revisiting-models).
  test('plain are those of the published baselines of tables.', () => {
    expect(trainableOf('plain', [96, 96, 5], [26, 1])).toBe(39_937);
    expect(trainableOf('plain', [208, 208, 2], [8, 1])).toBe(45_553);
  });
});

describe.each(families.map(({ name }) => [name] as const))('A network of the family %s', (family) => {
  const { shallowest, inputProjections } = familyOf({ family });
  const archOf = (change: Partial<Arch> = {}): Arch => {
    return { family, skipWidth: 12, bottleneckWidth: 5, depth: 4, ...projections, ...change };
  };

  test('reads only what was written before, and uses every matrix once.', () => {
    for (const inputProjection of inputProjections) {
      const { input, output, operations, matrices } = programOf(archOf({ inputProjection }), { input: 12, output: 3 });
      const written = new Set([input]);
      for (const operation of operations) {
        for (const value of inputsOf(operation)) expect(written).toContain(value);
        written.add(operation.output);
      }
      expect(operations.at(-1)!.output).toBe(output);
      expect(new Set(matrices.map(({ name }) => name)).size).toBe(matrices.length);
    }
  });

  test('keeps its sizes as they would be if all blocks were written out.', () => {
    const dimensions = { input: 12, output: 3 };
    for (let depth = shallowest; depth < 40; depth += 1) {
      const arch = archOf({ depth });
      const { operations, matrices } = programOf(arch, dimensions);
      const values = matrices.reduce((sum, { rows, columns }) => sum + rows * columns, 0);
      const multiplyAdds = operations.reduce(
        (sum, operation) => sum + (operation.kind === 'product' ? operation.matrix.rows * operation.matrix.columns : 0),
        0,
      );
      expect(sizesOf(arch, dimensions)).toMatchObject({ totalParams: values, multiplyAddsPerImage: multiplyAdds });
    }
  });

  test('never gets smaller where a width grows.', () => {
    for (const change of [{ skipWidth: 13 }, { bottleneckWidth: 6 }, { depth: 6 }]) {
      const [small, large] = [archOf(), archOf(change)].map((arch) => sizeCounter(arch, { input: 12, output: 3 }));
      for (const size of sizeNames) expect(large!(size)).toBeGreaterThanOrEqual(small!(size));
    }
  });

  test('is drawn inside budget and limits, in matched pairs.', () => {
    const setting = { family, limits: parseSizeLimits('stored-bytes=300kB') };
    const request = requestOf({ budget: '100k', setting, pairs: 20, space: spaceOf(family) });
    const candidates = [...randomCandidates(request)];
    expect(candidates).toHaveLength(40);
    for (const { arch, size, pair } of candidates) {
      checkNetwork(arch, request.setting.dimensions);
      expect(arch.family).toBe(family);
      expect(size).toBeLessThanOrEqual(100_000);
      expect(sizeOf(arch, request.setting.dimensions, 'stored-bytes')).toBeLessThanOrEqual(300_000);
      const other = candidates.find((candidate) => candidate.pair === pair)!;
      expect(Math.abs(Math.log(size / other.size))).toBeLessThan(0.01);
    }
  });
});

describe('A family', () => {
  test('that is not known is refused, with those that are.', () => {
    expect(() => familyOf({ family: 'mlp-mixer' })).toThrow(
      new UserError(
        "family: expected one of residual, mlp-ln, gated, plain, two-stream, got 'mlp-mixer'; use one of them, or update hgmlp",
      ),
    );
  });

  test('plain takes neither an input as it is nor a single layer, and says so.', () => {
    const arch = { family: 'plain', skipWidth: 8, bottleneckWidth: 4, depth: 2, ...projections } as const;
    const dimensions = { input: 8, output: 8 };
    expect(() => checkNetwork({ ...arch, inputProjection: 'none' }, dimensions)).toThrow(
      "input projection 'none': expected trainable or fixed for the family plain",
    );
    expect(() => checkNetwork({ ...arch, depth: 1 }, dimensions)).toThrow(
      'depth: expected at least 2 for the family plain, got 1',
    );
    expect(checkArch(arch, dimensions)).toBe(arch);
  });

  test.each([
    ['residual', 'residual'],
    ['residual?activation=relu', 'residual'],
    ['residual?dropout=.10&activation=gelu', 'residual?activation=gelu&dropout=0.1'],
    ['residual?bias=yes&normalisation=none', 'residual?normalisation=none&bias=yes'],
    ['plain?dropout=0', 'plain'],
    ['plain?', 'plain'],
  ])('with settings has one name: %s is %s.', (given, name) => {
    expect(familyOf({ family: given }).name).toBe(name);
    expect(familyNamed(given)).toEqual(name === 'residual' ? {} : { family: name });
  });

  test.each([
    ['residual?activation=sin', "family: expected for activation relu, gelu, silu, tanh, got 'sin' in"],
    ['residual?dropout=1', "family: expected for dropout a number from 0 and below 1, got '1' in"],
    [
      'residual?gain=yes',
      'family: expected for residual a setting among normalisation, activation, bias, dropout; got',
    ],
    ['gated?bias=yes', "family: expected for gated a setting among none; got 'bias'"],
    ['residual?bias', "family: expected each setting once, as <name>=<value>, got 'bias'"],
    ['residual?bias=no&bias=yes', "family: expected each setting once, as <name>=<value>, got 'bias=yes'"],
    ['residual?__proto__=1', 'a setting among normalisation, activation, bias, dropout; got'],
    ['__proto__', "got '__proto__'"],
  ])('with the settings of %s is refused in words.', (family, reason) => {
    expect(() => familyOf({ family })).toThrow(UserError);
    expect(() => familyOf({ family })).toThrow(reason);
  });

  test('residual has biases, another normalisation, activation and dropout where its settings say so.', () => {
    const arch = { skipWidth: 12, bottleneckWidth: 5, depth: 2, ...projections } as const;
    const dimensions = { input: 7, output: 3 };
    const kindsIn = (family: string) => programOf({ ...arch, family }, dimensions).operations.map(({ kind }) => kind);
    const [plainly, changed] = ['residual', 'residual?normalisation=layer&activation=gelu&bias=yes&dropout=0.2'];
    expect(new Set(kindsIn(plainly))).toEqual(new Set(['product', 'batchNormalisation', 'elementwise']));
    expect(kindsIn(changed)).toEqual([
      ...['product', 'shift'],
      ...['channelNormalisation', 'product', 'shift', 'elementwise', 'dropout', 'product', 'shift'],
      ...['channelNormalisation', 'product', 'shift', 'elementwise', 'dropout', 'product', 'shift'],
      ...['product', 'shift', 'elementwise'],
    ]);
    const sizeIn = (family: string) => sizeOf({ ...arch, family }, dimensions, 'trainable');
    expect(sizeIn(changed) - sizeIn(plainly)).toBe(12 + 2 * (5 + 12) + 3);
    expect(sizeOf({ ...arch, family: changed }, dimensions, 'stored-bytes')).toBe(4 * sizeIn(changed));
  });

  test('has the name that the help of --family lists.', () => {
    for (const { name } of families) expect(options.family.expects).toContain(`'${name}'`);
    expect(options.family.expects.match(/'/g)).toHaveLength(2 * families.length);
  });
});
