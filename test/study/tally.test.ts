import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { bestText, progressText, remainingText } from '../../src/cli/terminal/progress.js';
import { openTally, type TallyOptions } from '../../src/study/tally.js';
import { keyOf } from '../../src/run/key.js';
import type { EpochRecord, Run } from '../../src/run/run.js';
import type { RunSpec } from '../../src/run/spec.js';
import { finished, specOf, unfinished } from '../frontier/runs.js';

const epochs = 10;
const specAt = (replicate: number): RunSpec => specOf({ recipe: { epochs, replicate } });
const epochAt = (epoch: number, psnrDb: number): EpochRecord => {
  const validation = { meanSquaredError: 0.01, psnrDb, psnrOfMeanDb: psnrDb };
  return { epoch, learningRate: 0.001, trainLoss: 0.01, validation };
};
const curveOf = (...psnrsDb: number[]) => psnrsDb.map((psnrDb, index) => epochAt(index + 1, psnrDb));
const stoppedAt = (replicate: number, ...psnrsDb: number[]): Run => ({
  ...unfinished({ recipe: { epochs, replicate } }, 'stopped'),
  curve: curveOf(...psnrsDb),
});
const finishedAt = (replicate: number, psnrDb: number): Run => finished({ recipe: { epochs, replicate } }, psnrDb);

/** Four runs, each of which costs 10 units and trains on 100 images in an epoch. */
const tallyOf = (options: Partial<TallyOptions> = {}) =>
  openTally({ size: () => ({ runs: 4, work: 40 }), workOf: () => 10, imagesPerEpoch: () => 100, ...options });

function trainEpochs(tally: ReturnType<typeof tallyOf>, spec: RunSpec, from: number, to: number, again = false) {
  for (let epoch = from; epoch <= to; epoch += 1) {
    tally.add({ type: 'epoch', spec, epoch: epochAt(epoch, 20 + epoch / 10), again });
  }
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('A tally', () => {
  test('counts what has ended and what was stopped, in one line', () => {
    const tally = tallyOf();
    expect(progressText(tally.progress())).toBe('0/4 runs');
    tally.add({ type: 'finished', run: finishedAt(0, 21) });
    expect(progressText(tally.progress())).toBe('1/4 runs');
    tally.add({ type: 'finished', run: stoppedAt(1, 20, 21) });
    tally.add({ type: 'finished', run: stoppedAt(2, 20, 21) });
    expect(progressText(tally.progress())).toBe('3/4 runs: 1 ended, 2 stopped');
    expect(tally.progress().share).toBeCloseTo((10 + 2 + 2) / 40);
    tally.add({ type: 'finished', run: finishedAt(1, 22) });
    expect(progressText(tally.progress())).toBe('3/4 runs: 2 ended, 1 stopped');
    expect(tally.counts()).toEqual({ ended: 2, stopped: 1 });
  });

  test('knows from the start what earlier commands came to, but for what has failed', () => {
    const failed = unfinished({ recipe: { epochs, replicate: 3 } }, 'failed');
    const tally = tallyOf({ known: [finishedAt(0, 21), stoppedAt(1, 20, 23, 22), failed] });
    expect(progressText(tally.progress())).toBe('2/4 runs: 1 ended, 1 stopped');
    expect(bestText(tally.progress())).toBe('hourglass 23.000 dB');
    expect(tally.progress().share).toBeCloseTo((10 + 3) / 40);
  });

  test('never loses the best that was seen, in whichever run and epoch, when the search is resumed', () => {
    const first = tallyOf();
    trainEpochs(first, specAt(0), 1, 9);
    const before = bestText(first.progress());
    expect(before).toBe('hourglass 20.900 dB');
    const curve = curveOf(...Array.from({ length: 9 }, (_, index) => 20 + (index + 1) / 10));
    const run: Run = { ...unfinished({ recipe: { epochs, replicate: 0 } }, 'stopped'), curve };
    const skipped = tallyOf();
    skipped.add({ type: 'skipped', run });
    expect([bestText(skipped.progress()), bestText(tallyOf({ known: [run] }).progress())]).toEqual([before, before]);
  });

  test('tells the time left by what this command did, not by what was there', () => {
    const tally = tallyOf({ known: [stoppedAt(0, 20, 21, 22, 23), finishedAt(1, 21)] });
    expect(remainingText(tally.progress())).toBe('time left unknown');
    vi.advanceTimersByTime(60_000);
    tally.add({ type: 'started', spec: specAt(0) });
    trainEpochs(tally, specAt(0), 1, 4, true);
    expect(remainingText(tally.progress())).toBe('time left unknown');
    expect(Math.round(tally.progress().imagesPerSecond)).toBe(0);
    trainEpochs(tally, specAt(0), 5, 6);
    // Two units in a minute; 40 less 16 are left.
    expect(remainingText(tally.progress())).toBe('12 min left');
    expect(Math.round(tally.progress().imagesPerSecond)).toBe(3);
    expect(tally.progress().share).toBeCloseTo(16 / 40);
  });

  test('does not take epochs that a checkpoint tells again for new ones, nor a shorter course for the longer', () => {
    const tally = tallyOf({ known: [stoppedAt(0, 20, 21, 22, 23)] });
    trainEpochs(tally, specAt(0), 1, 2, true);
    expect(tally.progress().share).toBeCloseTo(4 / 40);
    // Without its checkpoint it begins anew, and that is work.
    trainEpochs(tally, specAt(0), 1, 2);
    expect(tally.progress().share).toBeCloseTo(2 / 40);
  });

  test('counts a run whose epochs nobody told of, as those of a fleet, as work of this command', () => {
    const tally = tallyOf();
    vi.advanceTimersByTime(10_000);
    tally.add({ type: 'finished', run: { ...finishedAt(0, 21), curve: curveOf(...Array<number>(epochs).fill(21)) } });
    expect(remainingText(tally.progress())).toBe('30 s left');
  });

  test('has no best of a run that diverged', () => {
    const tally = tallyOf();
    tally.add({ type: 'epoch', spec: specAt(0), epoch: epochAt(1, NaN), again: false });
    expect(bestText(tally.progress())).toBe('no result yet');
    expect(keyOf(specAt(0))).not.toBe(keyOf(specAt(1)));
  });
});
