import { describe, expect, test } from 'vitest';
import { progressHearer, type HeardPack } from '../../src/execute/fleet/progress.js';
import { finishedRun, specOf } from '../run/runs.js';

const [first] = finishedRun().curve;
const epochMessage = (place: number, epoch: number) => ({ type: 'epoch', place, epoch: { ...first!, epoch } });

/** Two runs of five epochs in one job, and what a search hears of them. */
function packOfTwo() {
  const epochs: [place: number, epoch: number][] = [];
  const said: string[] = [];
  const pack = [0, 1].map((replicate) => {
    const spec = specOf(replicate);
    return { ...spec, recipe: { ...spec.recipe, epochs: 5 } };
  });
  const job: HeardPack = {
    ...{ pack, epochs: [0, 0], inHandSinceMs: null, heardAtMs: 0 },
    onEpoch: (place, { epoch }) => void epochs.push([place, epoch]),
  };
  const setting = {
    inFlight: new Map([['job', job]]),
    onHands: () => undefined,
    say: (text: string) => said.push(text),
  };
  return { hear: progressHearer(setting), job, epochs, said };
}

describe('An epoch of a fleet is handed on once,', () => {
  test('though its message comes twice.', () => {
    const { hear, epochs } = packOfTwo();
    for (const epoch of [1, 1, 2, 2, 2, 3]) hear('job', epochMessage(0, epoch));
    expect(epochs.map(([, epoch]) => epoch)).toEqual([1, 2, 3]);
  });

  test('though another worker begins the job anew, and tells its first epochs again.', () => {
    const { hear, epochs } = packOfTwo();
    for (const epoch of [1, 2, 3]) hear('job', epochMessage(0, epoch));
    for (const epoch of [1, 2, 3, 4]) hear('job', epochMessage(0, epoch));
    expect(epochs.map(([, epoch]) => epoch)).toEqual([1, 2, 3, 4]);
  });

  test('for each run of its pack.', () => {
    const { hear, epochs } = packOfTwo();
    for (const epoch of [1, 1, 2]) for (const place of [0, 1]) hear('job', epochMessage(place, epoch));
    expect(epochs).toEqual([
      [0, 1],
      [1, 1],
      [0, 2],
      [1, 2],
    ]);
  });
});

test('An epoch that is told again still says that a worker has the pack in hand.', () => {
  const { hear, job } = packOfTwo();
  hear('job', epochMessage(0, 1));
  Object.assign(job, { inHandSinceMs: null, heardAtMs: 0 });
  hear('job', epochMessage(0, 1));
  expect(job.inHandSinceMs).not.toBeNull();
  expect(job.heardAtMs).toBeGreaterThan(0);
});

test('Why workers give runs back is said once for each reason.', () => {
  const { hear, said } = packOfTwo();
  for (const reason of ['no images', 'no images', 'no memory']) hear('job', { type: 'unable', reason });
  expect(said).toEqual(['a worker gives runs back: no images', 'a worker gives runs back: no memory']);
});

test('What is told of a job that nobody waits for, or of no epoch of its runs, is ignored.', () => {
  const { hear, epochs, said } = packOfTwo();
  hear('another job', epochMessage(0, 1));
  hear('job', epochMessage(0, 6));
  hear('job', epochMessage(2, 1));
  hear('job', 'epoch');
  expect([epochs, said]).toEqual([[], []]);
});
