/** What frontier show and frontier plot say of a study that has not come to its end, or to no result. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { archName } from '../../src/arch/arch.js';
import { saveCheckpoint } from '../../src/run/checkpoint.js';
import { keyOf } from '../../src/run/key.js';
import type { EpochRecord, Run } from '../../src/run/run.js';
import type { RunSpec } from '../../src/run/spec.js';
import { ended, hashesOf, merge, planned, trained, writeFolder } from './merges.js';
import { callHgmlp } from './run-hgmlp.js';

let root: string;
const at = (...names: string[]) => path.join(root, ...names);
beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'hgmlp-progress-'));
});
afterEach(() => rmSync(root, { recursive: true }));

const epochs = 9;
const flags = { epochs };

const curveOf = (...psnrsDb: number[]): EpochRecord[] =>
  psnrsDb.map((psnrDb, index) => ({
    epoch: index + 1,
    learningRate: 0.001,
    trainLoss: 0.01,
    validation: { meanSquaredError: 0.01, psnrDb, psnrOfMeanDb: psnrDb },
  }));

/** As a training leaves it every half minute. */
const saveTraining = (folder: string, spec: RunSpec, curve: EpochRecord[], step = 0) =>
  saveCheckpoint(path.join(folder, 'checkpoints'), {
    keys: [keyOf(spec)],
    epoch: curve.length,
    step,
    members: [{ curve, diverged: null, lossSum: 0 }],
    startedAt: '2026-01-01T00:00:00.000Z',
    elapsedMs: 1,
    images: 1,
    trainingMs: 1,
    arrays: new Map(),
  });

const shown = async (...args: string[]) => {
  const { code, stdout, stderr } = await callHgmlp(['frontier', 'show', at('study'), ...args]);
  expect([code, stderr]).toEqual([0, '']);
  return stdout;
};
const progressOf = async () => (JSON.parse(await shown('--json')) as { progress?: Record<string, unknown> }).progress;

async function plotted(): Promise<{ svg: string; page: string }> {
  const { code } = await callHgmlp(['frontier', 'plot', at('study'), '--quiet']);
  expect(code).toBe(0);
  const read = (name: string) => readFileSync(at('study', name), 'utf8');
  // Of the plot the words alone, one line each.
  const svg = [...read('frontier.svg').matchAll(/>([^<>]+)<\//g)].map(([, text]) => text!).join('\n');
  return { svg, page: read('frontier.html') };
}

describe('A search in progress', () => {
  test('shows the points that it has, and how many runs have ended and are in training', async () => {
    const specs = await planned(flags);
    const [first, second, third, fourth, fifth] = specs as [RunSpec, RunSpec, RunSpec, RunSpec, RunSpec];
    const runs = [trained(first), trained(second), ended(third, 'diverged'), ended(fourth, 'failed')];
    await writeFolder(at('study'), runs, flags);
    await saveTraining(at('study'), fifth, curveOf(14, 15));
    const sentence = 'So far 4 of 8 runs ended (2 finished, 1 diverged, 1 failed); 1 in training, by the checkpoints.';
    expect(await shown()).toContain(`\n${sentence}\nShape `);
    expect(await shown('--format', 'markdown')).toContain(`\n\n${sentence}\n\n| Shape `);
    expect(await progressOf()).toMatchObject({
      planned: 8,
      finished: 2,
      diverged: 1,
      failed: 1,
      stopped: 0,
      inTraining: 1,
    });
    const { svg, page } = await plotted();
    expect(svg).toContain(sentence);
    expect(page).toContain(`<p>${sentence}</p>`);
  });

  test('says before any run has finished what the best of the unfinished is, and draws them', async () => {
    const [first, second] = (await planned(flags)) as [RunSpec, RunSpec];
    await writeFolder(at('study'), [], flags);
    await saveTraining(at('study'), first, curveOf(14, 16.5), 3);
    await saveTraining(at('study'), second, []);
    const text = await shown();
    const best = `No run has finished. The best so far, on validation: hourglass ${archName(first.arch)} at ${first.recipe.learningRate} with 16.500 dB after epoch 2 of 9.`;
    expect(text.split('\n').slice(1, -1)).toEqual([
      'So far 0 of 8 runs ended; 2 in training, by the checkpoints.',
      best,
    ]);
    expect(await progressOf()).toMatchObject({
      inTraining: 2,
      unfinished: [{ epoch: 2, epochs: 9, validation: { psnrDb: 16.5 } }],
    });
    const { svg, page } = await plotted();
    expect(svg).toContain('Validation PSNR so far (dB)');
    expect(svg).toContain('Shown: unfinished runs');
    expect(page).toContain(`Hourglass ${archName(first.arch)}, after epoch 2 of 9; `);
    expect(page).toContain(`<p>${best}</p>`);
  });

  test('says with nothing to show that there is nothing, in words and not with an empty table or axes', async () => {
    await writeFolder(at('study'), [], flags);
    const words = ['So far 0 of 8 runs ended.', 'No run has finished.'];
    expect((await shown()).split('\n').slice(1, -1)).toEqual(words);
    const { svg, page } = await plotted();
    expect(svg).toContain('No run finished');
    expect(svg).not.toContain('PSNR (dB)');
    expect(page).toContain('<p>No run has finished. All architectures are in ');
    expect(page).not.toContain('<th class="left">Architecture</th>');
  });

  test('by halving does not call wrong what may yet go on', async () => {
    const halving = { ...flags, strategy: 'halving', candidates: 4 };
    const specs = await planned(halving);
    const stopped = specs.slice(0, 3).map((spec, index): Run => {
      return { ...ended(spec, 'stopped'), reason: 'after epoch 1', curve: curveOf(12 + index) };
    });
    await writeFolder(at('study'), stopped, halving);
    for (const { spec, curve } of stopped) await saveTraining(at('study'), spec, [...curve]);
    // One of them goes on, by its checkpoint.
    await saveTraining(at('study'), specs[1]!, curveOf(13, 14));
    const text = await shown();
    expect(text).toContain(`So far 0 of ${specs.length} runs ended; 2 stopped; 1 in training, by the checkpoints.\n`);
    expect(text).toMatch(
      /\nSo far halving has spent \d\.\d % of the multiply-adds of training all 16 to their end; 3 are stopped for now, and may still be promoted\.\n$/,
    );
    expect(text).not.toContain('wrong');
    expect(text).toContain('with 14.000 dB after epoch 2 of 9');
  });
});

describe('A study without any result', () => {
  test('says how its runs ended, in the table, the plot and the page', async () => {
    const specs = await planned(flags);
    await writeFolder(
      at('study'),
      specs.map((spec, index) => ended(spec, index < 3 ? 'failed' : 'diverged')),
      flags,
    );
    const sentence = 'So far 8 of 8 runs ended (0 finished, 5 diverged, 3 failed).';
    expect(await shown()).toContain(`\n${sentence}\nNo run has finished.\n\nEffort `);
    const { svg, page } = await plotted();
    expect(svg).toContain(sentence);
    expect(svg).toContain('No run finished');
    expect(svg).not.toContain('PSNR (dB)');
    expect(page).toContain(`<p>${sentence}</p>`);
  });
});

describe('A whole study', () => {
  test('says nothing of progress', async () => {
    const specs = await planned(flags);
    await writeFolder(
      at('study'),
      specs.map((spec) => trained(spec)),
      flags,
    );
    expect(await shown()).not.toContain('So far');
    expect(await progressOf()).toBeUndefined();
    expect((await plotted()).svg).not.toContain('So far');
  });

  test('is drawn by frontier plot as a merge has drawn it, also where runs are missing or outside of the plan', async () => {
    const specs = await planned(flags);
    const [other] = await planned({ ...flags, candidates: 9 }).then((more) => more.slice(-1));
    for (const runs of [specs, specs.slice(0, 5), [...specs.slice(0, 5), other!]]) {
      rmSync(at('study'), { recursive: true, force: true });
      rmSync(at('part'), { recursive: true, force: true });
      await writeFolder(
        at('part'),
        runs.map((spec) => trained(spec)),
        flags,
      );
      await merge([at('part')], { out: at('study') });
      const before = hashesOf(at('study'));
      const { code, stderr } = await callHgmlp(['frontier', 'plot', at('study')]);
      expect(code).toBe(0);
      expect(hashesOf(at('study'))).toEqual(before);
      expect(stderr.includes('1 run of the log, not in the plan of')).toBe(runs.includes(other!));
    }
  });

  test('whose plan is not known any more is shown all the same', async () => {
    const specs = await planned(flags);
    await writeFolder(
      at('study'),
      specs.map((spec) => trained(spec)),
      flags,
    );
    const { points } = JSON.parse(await shown('--json')) as { points: unknown[] };
    expect(points.length).toBe(4);
    for (const budget of ['20k..40k', '9M']) {
      writeFileSync(at('study', 'config.yaml'), `task: mnist/denoising\nbudget: ${budget}\nengine: tfjs-cpu\n`);
      expect((JSON.parse(await shown('--json')) as { points: unknown[] }).points).toEqual(points);
    }
  });
});
