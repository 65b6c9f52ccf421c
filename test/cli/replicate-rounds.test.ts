/** The plan of `--replicates auto`, with trainings made up by the tests or recorded by others. */
import { describe, expect, test } from 'vitest';
import { archName } from '../../src/arch/arch.js';
import { randomStream } from '../../src/base/random.js';
import { specsOfRounds } from '../../src/study/plan/rounds.js';
import { nextReplicates, replicateRounds, settlingLine, settlingOf } from '../../src/study/plan/auto-replicates.js';
import { studyOf, type Study } from '../../src/study/definition.js';
import { resolveOptions } from '../../src/config/resolve.js';
import { traceFrontier } from '../../src/frontier/trace.js';
import { keyOf } from '../../src/run/key.js';
import type { FinishedRun, Run, RunResult } from '../../src/run/run.js';
import type { RunSpec } from '../../src/run/spec.js';
import type { Planned } from '../../src/search/search.js';
import { referenceRuns, referenceTasks } from '../frontier/reference.js';
import { endedRun, finishedRun } from '../search/searches.js';
import { pictureMetrics } from '../../src/run/metrics.js';

async function study(flags: Record<string, unknown> = {}): Promise<Study> {
  const defaults = {
    strategy: 'random',
    budget: '50k..400k',
    candidates: 12,
    replicates: 'auto:1..5',
    learningRates: '1e-3,3e-3',
  };
  const { values } = await resolveOptions({ command: 'search', flags: { ...defaults, ...flags }, environment: {} });
  return studyOf({ ...values, engine: 'onnx-cpu' });
}

/** Better with size, and by chance: neighbours are within the noise of each other; those of odd depth are far worse. */
function outcomeOf(spec: RunSpec, luck = 'outcome'): FinishedRun {
  const { skipWidth, bottleneckWidth, depth } = spec.arch;
  const chance = randomStream(luck, keyOf(spec)).uniform();
  const size = Math.log10(skipWidth * (784 + bottleneckWidth * depth));
  const psnrDb = 20 + size + 0.3 * chance - (depth % 2);
  const measurement = { meanSquaredError: 0.01, psnrDb, psnrOfMeanDb: psnrDb };
  return { ...finishedRun(spec), validation: measurement, test: { ...measurement, ssim: null } };
}

const specsIn = (round: Iterable<Planned>) => [...specsOfRounds(() => [round])()];

/** All rounds, each trained before the next is asked for. */
function trained({ plan }: Study, train: (spec: RunSpec) => Run | null = (spec) => outcomeOf(spec)) {
  const runs = new Map<string, Run>();
  const keys: string[][] = [];
  for (const round of plan.next(runs)) {
    const specs = specsIn(round);
    keys.push(specs.map(keyOf));
    for (const spec of specs) {
      const run = train(spec);
      if (run !== null) runs.set(run.key, run);
    }
  }
  return { runs, rounds: keys, keys: keys.flat() };
}

const traced = (runs: ReadonlyMap<string, Run>, { task, request }: Study) =>
  traceFrontier([...runs.values()], {
    task: task.name,
    dimensions: task.dimensions,
    axis: request.setting.size,
    metrics: task.metrics,
    trainingImages: null,
  });

describe('rounds of replicates', () => {
  test('begin with the plan of the fewest replicates, go on a look at a time, and train nothing twice', async () => {
    const auto = await study();
    const { rounds, keys } = trained(auto);
    expect(rounds[0]).toEqual([...(await study({ replicates: '1' })).plan.specs()].map(keyOf));
    expect(rounds.slice(2).every(({ length }) => length <= 4)).toBe(true);
    expect(rounds.length).toBeGreaterThan(4);
    expect(new Set(keys).size).toBe(keys.length);
    expect(keys.length).toBeLessThan(auto.plan.bound().most);
    expect(auto.plan.bound()).toMatchObject({ fewest: 48, most: 240 });
  });

  test('end once every verdict is settled or its point has the most replicates', async () => {
    const auto = await study();
    const { runs } = trained(auto);
    const { points } = traced(runs, auto);
    const undecided = points.filter(({ verdict }) => verdict === 'undecided');
    expect(undecided.every(({ replicates }) => replicates === 5)).toBe(true);
    const few = points.filter(({ verdict, replicates }) => verdict === 'dominated' && replicates === 1);
    expect(few.length).toBeGreaterThan(0);
    const settling = settlingOf([...runs.values()], traced(runs, auto), { least: 1, most: 5 });
    expect(settling).toMatchObject({ points: 24, undecidedAtMost: undecided.length, runsOfMost: 240, runs: runs.size });
    expect(settlingLine(settling)).toBe(
      `auto:1..5: ${24 - undecided.length} of 24 points settled with ${runs.size} runs, where 5 replicates of all are ` +
        `240${undecided.length === 0 ? '' : `; ${undecided.length} undecided with 5`}.`,
    );
  });

  test('number the replicates of a network from 0 without a gap, so that equal numbers pair over networks', async () => {
    const { runs } = trained(await study());
    const numbers = new Map<string, number[]>();
    for (const { spec } of runs.values()) {
      const name = `${archName(spec.arch)} ${spec.recipe.learningRate}`;
      numbers.set(name, [...(numbers.get(name) ?? []), spec.recipe.replicate]);
    }
    for (const ofOne of numbers.values()) expect(ofOne).toEqual(ofOne.map((_, index) => index));
    expect(Math.max(...[...numbers.values()].map(({ length }) => length))).toBe(5);
  });

  test('made anew from their runs are the same, in whichever order the runs were recorded', async () => {
    const auto = await study();
    const { runs, keys } = trained(auto);
    const reversed = new Map([...runs].reverse());
    expect(Array.from(auto.plan.specs(reversed), keyOf)).toEqual(keys);
  });

  test('follow from the results and from how many are trained before a look', async () => {
    const { keys } = trained(await study());
    expect(trained(await study({ lookEvery: '1' })).keys).not.toEqual(keys);
    const other = trained(await study(), (spec) => outcomeOf(spec, 'another'));
    expect(other.keys.length).toBeGreaterThan(48);
    expect(other.keys).not.toEqual(keys);
  });

  test('end after one in which a run is missing or has failed, and take a diverged one for one that ended', async () => {
    const auto = await study();
    const ends = (last: (spec: RunSpec) => Run | null) => {
      let count = 0;
      return trained(auto, (spec) => ((count += 1) === 50 ? last(spec) : outcomeOf(spec))).rounds.length;
    };
    expect(ends(() => null)).toBe(2);
    expect(ends((spec) => endedRun(spec, 'failed'))).toBe(2);
    expect(ends((spec) => endedRun(spec, 'diverged'))).toBeGreaterThan(2);
  });

  test('come after all choices of a strategy, which are made by the first replicates alone', async () => {
    const strategy = { strategy: 'evolve', candidates: '6' };
    const single = trained(await study({ ...strategy, replicates: '1' }));
    const auto = trained(await study({ ...strategy, replicates: 'auto:1..3' }));
    expect(auto.rounds.slice(0, single.rounds.length)).toEqual(single.rounds);
    expect(auto.rounds.length).toBeGreaterThan(single.rounds.length);
  });
});

/** Published runs, of which many networks have up to five replicates at a learning rate. */
describe.each([
  { dataset: 'imagenet32', all: 601, fewest: 342, auto: 387, points: 86, same: 82 },
  { dataset: 'mnist', all: 372, fewest: 312, auto: 331, points: 78, same: 73 },
])('of the published runs of $dataset super-resolution', ({ dataset, all, fewest, auto, points, same }) => {
  test('few of the replicates come to verdicts that all of them do not contradict', () => {
    const { dimensions, task } = referenceTasks.find((row) => row.dataset === dataset && row.task !== 'denoising')!;
    // Numbered from 0 in the order of their file; what is recorded is all that a network may have.
    const recorded = new Map<string, FinishedRun>();
    const counts = new Map<string, number>();
    const name = ({ spec: { arch, recipe } }: RunResult) => `${archName(arch)} ${recipe.learningRate}`;
    for (const run of referenceRuns(dataset, task)) {
      const replicate = counts.get(name(run)) ?? 0;
      counts.set(name(run), replicate + 1);
      const spec = { ...run.spec, recipe: { ...run.spec.recipe, replicate } };
      recorded.set(keyOf(spec), { ...run, spec, key: keyOf(spec) });
    }
    const setting = { task: 'published', dimensions, axis: 'trainable' as const, metrics: pictureMetrics };
    const isFull = (ofOne: readonly RunResult[]) => ofOne.length === counts.get(name(ofOne[0]!));
    const first = [...recorded.values()].map(({ spec }) => spec).filter(({ recipe }) => recipe.replicate === 0);
    const chosen: RunSpec[] = [];
    const next = (ended: readonly Run[]) => nextReplicates(ended, setting, { isFull, count: 4 });
    for (const round of replicateRounds([first], recorded, next)) chosen.push(...specsIn(round));

    const pointsOf = (runs: readonly Run[]) =>
      traceFrontier(runs, { task, dimensions, axis: 'trainable', metrics: pictureMetrics, trainingImages: null })
        .points;
    const ofAll = pointsOf([...recorded.values()]);
    const ofFew = pointsOf(chosen.map((spec) => recorded.get(keyOf(spec))!));
    const pairs = ofAll.map((point, place) => [point.verdict, ofFew[place]!.verdict]);
    expect([recorded.size, first.length, chosen.length]).toEqual([all, fewest, auto]);
    expect([pairs.length, pairs.filter(([left, right]) => left === right).length]).toEqual([points, same]);
    expect(pairs.filter((pair) => pair.includes('frontier') && pair.includes('dominated'))).toEqual([]);
  });
});
