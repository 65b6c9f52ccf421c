import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { archName, type Arch } from '../../src/arch/arch.js';
import { sizeOf } from '../../src/arch/sizes.js';
import type { Candidate } from '../../src/search/candidate.js';
import { planRuns, type TrainingPlan } from '../../src/search/plan.js';
import { dealOut, parseShard, requestedShard, shardText, shareOf } from '../../src/search/shard.js';
import { randomCandidates } from '../../src/search/strategies/random.js';
import { packKeyOf } from '../../src/run/key.js';
import { mnistSetting, requestOf } from './requests.js';

const { dimensions } = mnistSetting;
const multiplyAddsOf = ({ arch }: Candidate) => sizeOf(arch, dimensions, 'multiply-adds');
const sumOf = (candidates: readonly Candidate[]) => candidates.reduce((sum, next) => sum + multiplyAddsOf(next), 0);
const namesOf = (candidates: Iterable<Candidate>) => [...candidates].map(({ arch }) => archName(arch));

const arch: fc.Arbitrary<Arch> = fc.record({
  skipWidth: fc.integer({ min: 1, max: 4000 }),
  bottleneckWidth: fc.integer({ min: 1, max: 4000 }),
  depth: fc.integer({ min: 1, max: 45 }),
  inputProjection: fc.constantFrom('trainable', 'fixed'),
  outputProjection: fc.constant('trainable'),
});
const plan = fc
  .uniqueArray(arch, { selector: archName, maxLength: 60 })
  .map((archs) => archs.map((each, pair): Candidate => ({ arch: each, pair, size: 1 })));
const shardCount = fc.integer({ min: 1, max: 12 });

const sharesOf = (candidates: readonly Candidate[], count: number) =>
  Array.from({ length: count }, (_, index) => [...shareOf(candidates, dimensions, { number: index + 1, count })]);

/** Of random plans, the same ones each time. */
const holds = <Values extends [unknown, ...unknown[]]>(property: fc.IProperty<Values>) =>
  fc.assert(property, { seed: 1, numRuns: 300 });

describe('The shards of a plan', () => {
  test('are disjoint, keep the order of the plan, and are together all of it.', () => {
    holds(
      fc.property(plan, shardCount, (candidates, count) => {
        const shares = sharesOf(candidates, count);
        expect(shares.flat().length).toBe(candidates.length);
        expect(new Set(shares.flat())).toEqual(new Set(candidates));
        for (const share of shares) expect(share).toEqual(candidates.filter((candidate) => share.includes(candidate)));
      }),
    );
  });

  test('differ in multiply-adds by no more than one network.', () => {
    holds(
      fc.property(plan, shardCount, (candidates, count) => {
        const sums = sharesOf(candidates, count).map(sumOf);
        const largest = Math.max(0, ...candidates.map(multiplyAddsOf));
        expect(Math.max(...sums) - Math.min(...sums)).toBeLessThanOrEqual(largest);
      }),
    );
  });

  test('only grow where candidates are added.', () => {
    holds(
      fc.property(plan, shardCount, fc.nat(60), (candidates, count, length) => {
        const before = sharesOf(candidates.slice(0, length), count);
        const after = sharesOf(candidates, count);
        for (const [index, share] of before.entries()) expect(after[index]!.slice(0, share.length)).toEqual(share);
      }),
    );
  });

  test('have all learning rates and replicates of a network in one, where they train as a pack.', () => {
    const training = (learningRates: readonly number[], replicates: number): TrainingPlan => ({
      task: 'mnist/denoising',
      engine: 'onnx-cuda',
      recipe: { epochs: 1, batchSize: 128, learningRateStep: 'epoch', weightDecay: 0.01, flips: 1, seed: 1 },
      learningRates,
      replicates,
    });
    holds(
      fc.property(plan, shardCount, fc.uniqueArray(fc.double({ min: 1e-5, max: 1 })), fc.nat(4), (...values) => {
        const [candidates, count, learningRates, replicates] = values;
        const packs = sharesOf(candidates, count).map(
          (share) => new Set([...planRuns(share, training(learningRates, replicates))].map(packKeyOf)),
        );
        const distinct = new Set(packs.flatMap((keys) => [...keys]));
        expect(packs.reduce((sum, keys) => sum + keys.size, 0)).toBe(distinct.size);
      }),
    );
  });

  test('stay as they are when a random search asks for more pairs.', () => {
    const shares = (pairs: number) => sharesOf([...randomCandidates(requestOf({ pairs }))], 8).map(namesOf);
    const [before, after] = [shares(10), shares(24)];
    expect(before.flat().length).toBe(20);
    for (const [index, names] of before.entries()) expect(after[index]!.slice(0, names.length)).toEqual(names);
  });

  test('are these, on every machine.', () => {
    const candidates = [...randomCandidates(requestOf({ pairs: 4 }))];
    const shards = [...dealOut(candidates, dimensions, 3)].map(({ shard }) => shard);
    expect(shards).toEqual([1, 2, 3, 3, 1, 3, 2, 2]);
  });

  test('may be more than there are networks: some are then empty.', () => {
    const candidates = [...randomCandidates(requestOf({ pairs: 1 }))];
    expect(
      sharesOf(candidates, 5)
        .map(({ length }) => length)
        .toSorted(),
    ).toEqual([0, 0, 0, 1, 1]);
  });
});

describe('A shard', () => {
  test('reads back as it is written.', () => {
    expect(parseShard('2/8')).toEqual({ number: 2, count: 8 });
    expect(shardText(parseShard('10/10'))).toBe('10/10');
  });

  test.each(['0/8', '9/8', '2', '2/', '/8', '2/8/9', '-1/8', '1.5/8', '1/20000', '', 'Slurm'])(
    'is refused in one line as %j.',
    (text) => {
      expect(() => parseShard(text)).toThrow(
        `shard: expected which of how many, such as 2/8 (at most 10,000), or slurm or slurm/8 in a job array; got '${text}'`,
      );
    },
  );
});

describe('The shard of a Slurm array task', () => {
  const task = (id: number, lowest: number, highest: number, count: number) => ({
    SLURM_ARRAY_TASK_ID: String(id),
    SLURM_ARRAY_TASK_MIN: String(lowest),
    SLURM_ARRAY_TASK_MAX: String(highest),
    SLURM_ARRAY_TASK_COUNT: String(count),
  });

  test.each([
    ['--array=1-8', task(3, 1, 8, 8), '3/8'],
    ['--array=0-7', task(0, 0, 7, 8), '1/8'],
    ['--array=0-7', task(7, 0, 7, 8), '8/8'],
    ['--array=10-40:10', task(30, 10, 40, 4), '3/4'],
    ['--array=0-70:10', task(70, 0, 70, 8), '8/8'],
    ['--array=100-300:100', task(200, 100, 300, 3), '2/3'],
    ['--array=1-7:2', { ...task(5, 1, 7, 4), SLURM_ARRAY_TASK_STEP: '2' }, '3/4'],
    ['--array=0-14:2%3', task(14, 0, 14, 8), '8/8'],
    ['--array=1-2', task(2, 1, 2, 2), '2/2'],
  ])('is with %s counted from 1.', (_, environment, expected) => {
    expect(shardText(requestedShard('slurm', environment))).toBe(expected);
  });

  test.each<[string, number[], [number, number, number]]>([
    ['--array=2,4', [2, 4], [2, 4, 2]],
    ['--array=1,3', [1, 3], [1, 3, 2]],
    ['--array=0,2', [0, 2], [0, 2, 2]],
    ['--array=2-4', [2, 3, 4], [2, 4, 3]],
    ['--array=5-8', [5, 8], [5, 8, 4]],
    ['--array=10,20', [10, 20], [10, 20, 2]],
    ['--array=2-8:2', [2, 4, 6, 8], [2, 8, 4]],
    ['--array=5-25:10', [5, 15, 25], [5, 25, 3]],
    ['--array=1,2,4', [1, 2, 4], [1, 4, 3]],
  ] as const)(
    'is no division of its own with %s, which may be some of a larger array: every task refuses.',
    (_, ids, array) => {
      for (const id of ids) {
        for (const step of [1, 2]) {
          const environment = { ...task(id, ...array), SLURM_ARRAY_TASK_STEP: String(step) };
          expect(() => requestedShard('slurm', environment)).toThrow(/^shard slurm: expected .*--shard slurm\/<count>/);
        }
      }
    },
  );

  test.each([
    ['--array=1-4', task(3, 1, 4, 4), '3/4'],
    ['--array=2,4', task(2, 2, 4, 2), '2/4'],
    ['--array=2,4%1', task(4, 2, 4, 2), '4/4'],
    ['--array=3', task(3, 3, 3, 1), '3/4'],
    ['--array=1-3:2', task(3, 1, 3, 2), '3/4'],
  ])('has with %s and the count of shards its own number.', (_, environment, expected) => {
    expect(shardText(requestedShard('slurm/4', environment))).toBe(expected);
  });

  test.each<[string, number[], [number, number, number]]>([
    ['that counts from 0', [0, 1, 2, 3], [0, 3, 4]],
    ['with more tasks than shards', [1, 4, 5], [1, 5, 5]],
    ['by tens', [10, 20], [10, 40, 4]],
  ])('is refused in every task of an array %s, where the count of shards is named.', (_, ids, array) => {
    for (const id of ids) {
      expect(() => requestedShard('slurm/4', task(id, ...array))).toThrow(
        /^shard slurm\/4: expected array tasks of 1 to 4, .* \$\(\(SLURM_ARRAY_TASK_ID \+ 1\)\)\/4$/,
      );
    }
  });

  test.each(['slurm/0', 'slurm/', 'slurm/x', 'slurm/20000', 'slurm/4/2', 'slurm/-1'])('is refused as %j.', (text) => {
    expect(() => requestedShard(text, task(1, 1, 4, 4))).toThrow(/^shard: expected which of how many, such as 2\/8/);
  });

  test('is refused with a step that is not the one that Slurm tells: 1,3,5 may be what had failed of 1-6.', () => {
    const environment = { ...task(3, 1, 5, 3), SLURM_ARRAY_TASK_STEP: '1' };
    expect(() => requestedShard('slurm', environment)).toThrow(/--shard slurm\/<count>/);
  });

  test('needs a job array for its number too.', () => {
    expect(() => requestedShard('slurm/4', {})).toThrow(/^shard slurm\/4: expected the numbers of a Slurm job array/);
  });

  test('is not taken from the environment where a shard is named.', () => {
    expect(shardText(requestedShard('2/4', task(3, 1, 8, 8)))).toBe('2/4');
  });

  test.each([
    [
      'outside a job array',
      {},
      /got none in SLURM_ARRAY_TASK_ID, .*_MIN, .*_MAX, .*_COUNT; submit with sbatch --array/,
    ],
    ['with a number missing', { ...task(3, 1, 8, 8), SLURM_ARRAY_TASK_MAX: '' }, /got none in SLURM_ARRAY_TASK_MAX; /],
    ['for an array of one task', task(5, 5, 5, 1), /got one \(5\), which would be the whole plan; .* --shard 2\/8/],
    ['for uneven numbers', task(2, 1, 7, 3), /expected evenly spaced array tasks, got 3 from 1 to 7 with 2 among them/],
  ])('is refused in one line %s.', (_, environment, message) => {
    expect(() => requestedShard('slurm', environment)).toThrow(message);
  });
});
