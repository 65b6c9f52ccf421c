import { describe, expect, test } from 'vitest';
import type { RunSpec } from '../../src/run/spec.js';
import { inTime } from '../../src/search/in-time.js';
import { runSearchLoop } from '../../src/search/search.js';
import { eachAlone, endedRun, epoch, finishedRun, specs } from './searches.js';

/**
 * One worker on a clock of its own; every run takes `pace` times what was estimated. Replicate k is estimated at
 * `estimatesMs[k]`.
 */
async function trained(
  estimatesMs: readonly number[],
  { deadlineMs, pace = 1, groups = specs.slice(0, estimatesMs.length).map((spec) => [spec]) }: Timing,
) {
  let nowMs = 0;
  const estimateMs = ({ recipe }: RunSpec) => estimatesMs[recipe.replicate]!;
  const schedule = inTime(groups, { estimateMs, workers: 1, deadlineMs, nowMs: () => nowMs });
  const order: number[] = [];
  await runSearchLoop({
    specs: schedule.specs,
    known: new Map(),
    train: eachAlone((spec) => {
      nowMs += pace * estimateMs(spec);
      order.push(spec.recipe.replicate);
      return Promise.resolve(finishedRun(spec));
    }),
    record: () => Promise.resolve(),
    concurrency: 1,
    signal: new AbortController().signal,
    onEvent: schedule.onEvent,
  });
  expect(schedule.planned().map(({ recipe }) => recipe.replicate)).toEqual(order);
  return { order, endedMs: nowMs };
}

interface Timing {
  readonly deadlineMs: number;
  readonly pace?: number;
  readonly groups?: readonly (readonly RunSpec[])[];
}

describe('runs in time', () => {
  test('start with the shortest as a trial, then the longest first', async () => {
    const { order } = await trained([30, 10, 50, 40], { deadlineMs: 130 });
    expect(order).toEqual([1, 2, 3, 0]);
  });

  test('are fitted anew in the order of their rank where they take longer than estimated, and end in time', async () => {
    const { order, endedMs } = await trained([30, 10, 50, 40], { deadlineMs: 130, pace: 1.5 });
    // 115 ms are left after the trial: enough for 45 and 60, not for 45 and 75.
    expect(order).toEqual([1, 3, 0]);
    expect(endedMs).toBe(120);
  });

  test('do not start where they would end after the deadline', async () => {
    const { order, endedMs } = await trained([30, 10, 50, 40], { deadlineMs: 60, pace: 2 });
    expect(order).toEqual([1]);
    expect(endedMs).toBe(20);
  });

  test('are more where they take less than estimated', async () => {
    expect((await trained([30, 10, 50, 40], { deadlineMs: 60, pace: 0.5 })).order).toEqual([1, 2, 0]);
  });

  test('of a group are given up together or not at all while none has started', async () => {
    const groups = [[specs[0]!, specs[1]!], [specs[2]!]];
    expect((await trained([30, 30, 10], { deadlineMs: 50, groups })).order).toEqual([2]);
  });
});

describe('packs in time', () => {
  /** Two packs of two runs, of which one worker trains each in 20 ms, in 45 ms. */
  function twoPacks() {
    const clock = { nowMs: 0 };
    const [a, b, c, d] = specs as [RunSpec, RunSpec, RunSpec, RunSpec];
    const groups = [
      [a, b],
      [c, d],
    ];
    const options = { estimateMs: () => 10, packSize: 2, workers: 1, deadlineMs: 45, nowMs: () => clock.nowMs };
    const schedule = inTime(groups, options);
    return { clock, all: [a, b, c, d], schedule, next: schedule.specs[Symbol.iterator]() };
  }

  test('of runs that train side by side are given out together, and their time is that of the pack', () => {
    const { clock, all, schedule, next } = twoPacks();
    const [a, b, c] = all;
    const pack = [next.next().value, next.next().value];
    expect(pack).toEqual([a, b]);
    for (const spec of [a!, b!]) schedule.onEvent({ type: 'started', spec });
    clock.nowMs = 20;
    // 10 ms each, as was estimated: there is time for the other pack.
    for (const spec of [a!, b!]) schedule.onEvent({ type: 'finished', run: finishedRun(spec) });
    expect(next.next().value).toBe(c);
    expect(schedule.planned()).toEqual(all);
  });

  test('leave less time for the next where they take longer than estimated', () => {
    const { clock, all, schedule, next } = twoPacks();
    next.next();
    next.next();
    clock.nowMs = 30;
    for (const spec of all.slice(0, 2)) schedule.onEvent({ type: 'finished', run: finishedRun(spec) });
    expect(next.next().done).toBe(true);
  });
});

test('an epoch of a running run is enough to correct the estimates, a failure tells nothing', () => {
  let nowMs = 0;
  const [a, b, c] = specs as [RunSpec, RunSpec, RunSpec];
  const options = { estimateMs: () => 10, workers: 3, deadlineMs: 35, nowMs: () => nowMs };
  const schedule = inTime([[a], [b], [c]], options);
  const next = schedule.specs[Symbol.iterator]();
  next.next();
  nowMs = 2;
  schedule.onEvent({ type: 'finished', run: endedRun(a, 'failed') });
  expect(next.next().done).toBe(false);
  nowMs = 22;
  schedule.onEvent({ type: 'epoch', spec: b, epoch: epoch(1), again: false });
  expect(next.next().done).toBe(true);
  expect(schedule.planned()).toEqual([a, b]);
});

test('what a run did before it was stopped tells nothing of how long the rest takes', () => {
  let nowMs = 0;
  const [, b] = specs as [RunSpec, RunSpec];
  const a = { ...specs[0]!, recipe: { ...specs[0]!.recipe, epochs: 10 } };
  const options = { estimateMs: () => 10, workers: 2, deadlineMs: 30, nowMs: () => nowMs };
  const schedule = inTime([[a], [b]], options);
  const next = schedule.specs[Symbol.iterator]();
  expect(next.next().value).toBe(a);
  for (let again = 1; again <= 9; again += 1) {
    schedule.onEvent({ type: 'epoch', spec: a, epoch: epoch(again), again: true });
  }
  nowMs = 3;
  // 3 ms for what was estimated at 1: the other run takes 30, of which 27 are left.
  schedule.onEvent({ type: 'epoch', spec: a, epoch: epoch(10), again: false });
  expect(next.next().done).toBe(true);
});
