/** The kernels alone: the noise's statistics, and small images worked by hand. */
import { beforeAll, describe, expect, test } from 'vitest';
import { kernelDataStart, kernelMemory } from '../../src/base/kernel.js';
import { openKernels, type Kernels } from '../../src/data/kernels.js';
import { noiseStateOf } from '../../src/data/workbench.js';

const room = 2 ** 17;
const at = {
  state: kernelDataStart,
  scratch: kernelDataStart + 64,
  bytes: kernelDataStart + 1024,
  input: kernelDataStart + 1024 + room,
  target: kernelDataStart + 1024 + 5 * room,
};

let memory: WebAssembly.Memory;
let kernels: Kernels;

beforeAll(async () => {
  memory = kernelMemory(1024 + 9 * room);
  kernels = await openKernels(memory);
});

describe('the noise', () => {
  const drawsPerCall = 100_352;
  const calls = 42;
  const grey = 128;
  // Grey lies 9.96 deviations from white: the clamp never acts, for no draw passes sqrt(50 ln 2) = 5.9.
  const deviation = 0.05;
  const draws = new Float64Array(calls * drawsPerCall);

  beforeAll(() => {
    bytesAt(drawsPerCall).fill(grey);
    new Uint32Array(memory.buffer, at.state, 16).set(noiseStateOf('test of the noise'));
    for (let call = 0; call < calls; call += 1) {
      noisy(drawsPerCall, deviation);
      const values = floatsAt(at.input, drawsPerCall);
      for (let draw = 0; draw < drawsPerCall; draw += 1) {
        draws[call * drawsPerCall + draw] = (values[draw]! - grey / 255) / deviation;
      }
    }
  });

  // Five standard errors of each estimate for independent normals.
  const tolerance = (variance: number) => 5 * Math.sqrt(variance / draws.length);
  const mean = (term: (draw: number) => number) => draws.reduce((sum, draw) => sum + term(draw), 0) / draws.length;

  test.each([
    ['mean', 1, 0, 1],
    ['variance', 2, 1, 2],
    ['skew', 3, 0, 15],
    ['kurtosis', 4, 3, 96],
    ['sixth moment', 6, 15, 10_170],
  ])('has the %s of a normal distribution', (_, power, expected, variance) => {
    expect(Math.abs(mean((draw) => draw ** power) - expected)).toBeLessThan(tolerance(variance));
  });

  test.each([
    [1, 0.317310508],
    [2, 0.045500264],
    [3, 0.002699796],
    [4, 6.3342484e-5],
  ])('passes %d deviations as often as a normal distribution', (limit, probability) => {
    const share = mean((draw) => Number(Math.abs(draw) > limit));
    expect(Math.abs(share - probability)).toBeLessThan(tolerance(probability * (1 - probability)));
  });

  test('is symmetric in every one of the eight places of a turn', () => {
    for (let place = 0; place < 8; place += 1) {
      let sum = 0;
      for (let draw = place; draw < draws.length; draw += 8) sum += draws[draw]!;
      expect(Math.abs(sum / (draws.length / 8))).toBeLessThan(tolerance(8));
    }
  });

  test.each([1, 2, 3, 4, 5, 6, 7, 8, 16, 24, 784])('is uncorrelated, values and squares, %d apart', (lag) => {
    let values = 0;
    let squares = 0;
    const pairs = draws.length - lag;
    for (let draw = 0; draw < pairs; draw += 1) {
      const [one, other] = [draws[draw]!, draws[draw + lag]!];
      values += one * other;
      squares += (one * one - 1) * (other * other - 1);
    }
    expect(Math.abs(values / pairs)).toBeLessThan(tolerance(1));
    expect(Math.abs(squares / pairs)).toBeLessThan(tolerance(4));
  });
});

describe('a noisy input', () => {
  test('of a count that is no multiple of 8 has the same values and leaves what lies behind alone', () => {
    bytesAt(16).set([0, 1, 2, 3, 50, 60, 70, 80, 90, 100, 128, 150, 200, 250, 254, 255]);
    const [input, target] = [floatsAt(at.input, 16), floatsAt(at.target, 16)];
    const run = (count: number) => {
      new Uint32Array(memory.buffer, at.state, 16).set(noiseStateOf('tail'));
      input.fill(-7);
      target.fill(-7);
      noisy(count, 0.25);
      return { input: [...input], target: [...target] };
    };
    const whole = run(16);
    for (const count of [1, 7, 8, 9, 13, 15]) {
      const part = run(count);
      expect(part.input).toEqual([...whole.input.slice(0, count), ...Array<number>(16 - count).fill(-7)]);
      expect(part.target).toEqual([...whole.target.slice(0, count), ...Array<number>(16 - count).fill(-7)]);
    }
    expect(whole.target[3]).toBe(Math.fround(3 / 255));
  });

  test('stays in [0, 1] and touches both ends on black and white', () => {
    bytesAt(1000).fill(0, 0, 500).fill(255, 500);
    noisy(1000, 0.25);
    const input = floatsAt(at.input, 1000);
    expect([Math.min(...input), Math.max(...input)]).toEqual([0, 1]);
    const untouched = input.filter((value) => value > 0 && value < 1).length;
    expect(Math.abs(untouched - 500)).toBeLessThan(5 * Math.sqrt(250));
  });
});

describe('flips', () => {
  // Two planes of 2 x 3.
  const planes = [1, 2, 3, 4, 5, 6, 11, 12, 13, 14, 15, 16];

  test.each([
    ['the columns', 1, 0, [3, 2, 1, 6, 5, 4, 13, 12, 11, 16, 15, 14]],
    ['the rows', 0, 1, [4, 5, 6, 1, 2, 3, 14, 15, 16, 11, 12, 13]],
    ['both', 1, 1, [6, 5, 4, 3, 2, 1, 16, 15, 14, 13, 12, 11]],
  ])('turn %s round within each plane', (_, columns, rows, expected) => {
    bytesAt(12).set(planes);
    kernels.flip(at.bytes, 2, 2, 3, columns, rows);
    expect([...bytesAt(12)]).toEqual(expected);
  });
});

describe('scaling and reducing', () => {
  test('divide every byte by 255 exactly, whatever the count', () => {
    bytesAt(256).set(Uint8Array.from({ length: 256 }, (_, byte) => byte));
    floatsAt(at.target, 256).fill(-7);
    kernels.normalise(at.bytes, at.target, 255);
    const expected = Array.from({ length: 255 }, (_, byte) => Math.fround(byte / 255));
    expect([...floatsAt(at.target, 256)]).toEqual([...expected, -7]);
  });

  test('weigh the four pixels around by -3/32, 19/32, 19/32, -3/32 and repeat the edges, plane by plane', () => {
    // Rows alike: what is left is one dimension. The second plane is the first, mirrored.
    const row = [1, 0, 0, 0.5];
    floatsAt(at.target, 16).set([...row, ...row, ...row.toReversed(), ...row.toReversed()]);
    kernels.reduce(at.target, at.input, 2, 2, 4, 2, at.scratch);
    const left = (19 * (1 + 0) - 3 * (1 + 0)) / 32;
    const right = (19 * (0 + 0.5) - 3 * (0 + 0.5)) / 32;
    expect([...floatsAt(at.input, 4)]).toEqual([left, right, right, left]);
  });

  test.each([
    [2, 8, 12],
    [3, 9, 15],
    [4, 8, 16],
    [5, 10, 5],
    [6, 12, 18],
    [7, 28, 28],
    [8, 16, 8],
    [14, 28, 28],
    [28, 28, 28],
  ])('by %d give what the cubic kernel of -3/4 gives of planes of %d x %d', (scale, height, width) => {
    const count = 2;
    const planes = Float32Array.from({ length: count * height * width }, (_, place) => ((place * 37) % 101) / 101);
    const values = (count * height * width) / scale ** 2;
    floatsAt(at.target, planes.length).set(planes);
    floatsAt(at.input, values + 1).fill(-7);
    kernels.reduce(at.target, at.input, count, height, width, scale, at.scratch);
    const got = floatsAt(at.input, values + 1);
    const [rows, columns] = [height / scale, width / scale];
    for (let plane = 0; plane < count; plane += 1) {
      for (let place = 0; place < rows * columns; place += 1) {
        const expected = sample(
          planes.subarray(plane * height * width, (plane + 1) * height * width),
          { height, width },
          (Math.floor(place / columns) + 0.5) * scale - 0.5,
          ((place % columns) + 0.5) * scale - 0.5,
        );
        expect(Math.abs(got[plane * rows * columns + place]! - expected)).toBeLessThan(1e-6);
      }
    }
    expect(got[values]).toBe(-7);
  });
});

/** The plane at a place between its pixels, by Keys' kernel over all pixels within two of it; edges are repeated. */
function sample(
  plane: Float32Array,
  { height, width }: { height: number; width: number },
  y: number,
  x: number,
): number {
  const at = (row: number, column: number) =>
    plane[width * Math.min(Math.max(row, 0), height - 1) + Math.min(Math.max(column, 0), width - 1)]!;
  let sum = 0;
  for (let row = Math.floor(y) - 2; row <= Math.floor(y) + 3; row += 1) {
    for (let column = Math.floor(x) - 2; column <= Math.floor(x) + 3; column += 1) {
      sum += cubic(y - row) * cubic(x - column) * at(row, column);
    }
  }
  return sum;
}

/** Keys (1981), equation 4, with a = -3/4. */
function cubic(distance: number): number {
  const a = -0.75;
  const s = Math.abs(distance);
  if (s <= 1) return (a + 2) * s ** 3 - (a + 3) * s ** 2 + 1;
  return s < 2 ? a * s ** 3 - 5 * a * s ** 2 + 8 * a * s - 4 * a : 0;
}

function noisy(count: number, deviation: number): void {
  kernels.noisy(at.bytes, at.input, at.target, count, deviation, at.state, at.scratch);
}

function bytesAt(count: number): Uint8Array {
  return new Uint8Array(memory.buffer, at.bytes, count);
}

function floatsAt(address: number, count: number): Float32Array {
  return new Float32Array(memory.buffer, address, count);
}
