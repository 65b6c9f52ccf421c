/** Trainings whose checkpoints, or the folder around them, are taken away while they go on. */
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Refusal, Stopped } from '../../src/base/errors.js';
import { checkpointFile } from '../../src/run/checkpoint.js';
import { keyOf } from '../../src/run/key.js';
import type { RunSpec } from '../../src/run/spec.js';
import { trainPack, type PackOptions } from '../../src/train/train.js';
import { smallTask } from './small-task.js';

let data: string;
let spec: RunSpec;
beforeAll(async () => {
  data = mkdtempSync(path.join(tmpdir(), 'hgmlp-lost-'));
  spec = {
    task: await smallTask(data),
    arch: {
      ...{ skipWidth: 16, bottleneckWidth: 5, depth: 1 },
      ...{ inputProjection: 'trainable', outputProjection: 'trainable' },
    },
    recipe: {
      ...{ epochs: 3, batchSize: 24, learningRate: 1e-3, learningRateStep: 'epoch', weightDecay: 0 },
      ...{ flips: 1, seed: 1, replicate: 0 },
    },
    engine: 'onnx-cpu',
  };
});
afterAll(() => rmSync(data, { recursive: true }));

/** Looks before the two steps and after the one validation batch of an epoch: a stop after so many, told when it is seen. */
function stopAfter(count: number, onStop: () => void = () => undefined): { readonly aborted: boolean } {
  let looked = 0;
  return {
    get aborted() {
      looked += 1;
      if (looked > count) onStop();
      return looked > count;
    },
  };
}

const train = (options: PackOptions) => trainPack([spec], { dataFolder: data, ...options });

describe('a training', () => {
  test('that is asked to stop saves again what it had saved just before and somebody has taken away', async () => {
    const checkpoints = mkdtempSync(path.join(data, 'checkpoints-'));
    const file = checkpointFile(checkpoints, [keyOf(spec)]);
    let wasThere = false;
    const stop = stopAfter(3, () => {
      wasThere = existsSync(file);
      rmSync(file);
    });
    await expect(train({ checkpoints, checkpointEveryMs: 0, stop })).rejects.toBeInstanceOf(Stopped);
    expect(wasThere).toBe(true);
    expect(existsSync(file)).toBe(true);
  });

  test('saves nothing once the claim on its folder is gone, and says so with exit code 75', async () => {
    const results = mkdtempSync(path.join(data, 'results-'));
    const claim = path.join(results, 'claim-1.json');
    const options = { checkpoints: path.join(results, 'checkpoints'), claim };
    const refusal: unknown = await train({ ...options, stop: stopAfter(4) }).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(Refusal);
    expect((refusal as Refusal).exitCode).toBe(75);
    expect((refusal as Refusal).message).toMatch(/^[^\n]*results-\w+: expected the folder that this process began /);
    expect(readdirSync(results)).toEqual([]);
    writeFileSync(claim, '');
    await expect(train({ ...options, stop: stopAfter(4) })).rejects.toBeInstanceOf(Stopped);
    expect(readdirSync(results).toSorted()).toEqual(['checkpoints', 'claim-1.json']);
  });
});
