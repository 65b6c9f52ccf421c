import fc from 'fast-check';
import { expect, test } from 'vitest';
import { mergeRuns } from '../../src/study/merge/runs.js';
import type { MergeSource } from '../../src/study/merge/sources.js';
import { studyOf } from '../../src/study/definition.js';
import { resolveOptions } from '../../src/config/resolve.js';
import { keyOf } from '../../src/run/key.js';
import '../report/undrawn.js';
import { planned, trained } from './merges.js';

const flags = { candidates: 4, replicates: 2 };
const specs = await planned(flags);
const keys = specs.map(keyOf);
const { values } = await resolveOptions({
  command: 'search',
  flags: {
    strategy: 'random',
    budget: '20k..40k',
    epochs: 1,
    learningRates: [1e-3, 3e-3],
    engine: 'onnx-cpu',
    ...flags,
  },
  environment: {},
});
const study = studyOf(values);

/** Which runs of the plan each of some shards' folders has; those of other shards too, as after another division. */
const folders = fc.array(fc.subarray(specs), { minLength: 1, maxLength: 4 }).map((parts) =>
  parts.map((part, index): MergeSource => {
    const runs = new Map(part.map((spec) => [keyOf(spec), trained(spec)]));
    return { folder: `f${index}`, config: {}, shard: { number: index + 1, count: 4 }, runs, problems: [] };
  }),
);

test('The runs of several logs are in plan order, and with the gaps they are the whole plan.', () => {
  fc.assert(
    fc.property(folders, (sources) => {
      const { runs, gaps, planned: count, repeated, disagreements, outsidePlan } = mergeRuns(study, sources);
      const there = new Set(sources.flatMap((source) => [...source.runs.keys()]));
      expect(runs.map(({ key }) => key)).toEqual(keys.filter((key) => there.has(key)));
      expect(new Set(gaps.flatMap((gap) => gap.specs.map(keyOf)))).toEqual(
        new Set(keys.filter((key) => !there.has(key))),
      );
      expect([count, disagreements, outsidePlan]).toEqual([keys.length, [], []]);
      expect(repeated).toBe(keys.filter((key) => sources.filter((source) => source.runs.has(key)).length > 1).length);
      for (const { shard, folders: names, specs: missing } of gaps) {
        expect(missing.length).toBeGreaterThan(0);
        expect(names).toEqual(
          sources.filter((source) => source.shard!.number === shard!.number).map((each) => each.folder),
        );
      }
    }),
    { seed: 1, numRuns: 200 },
  );
});

test('The order of the logs does not matter to what they make together.', () => {
  fc.assert(
    fc.property(
      folders.chain((sources) =>
        fc.tuple(fc.constant(sources), fc.shuffledSubarray(sources, { minLength: sources.length })),
      ),
      ([sources, shuffled]) => {
        const [left, right] = [mergeRuns(study, sources), mergeRuns(study, shuffled)];
        expect(right).toEqual(left);
      },
    ),
    { seed: 1, numRuns: 200 },
  );
});
