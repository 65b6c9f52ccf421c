import { createRequire } from 'node:module';
import util from 'node:util';
import * as tf from '@tensorflow/tfjs';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { UserError } from '../../src/base/errors.js';
import { openEngine } from '../../src/engine/engines.js';

const gpuPackage = '@tensorflow/tfjs-node-gpu';

afterEach(() => {
  vi.doUnmock(gpuPackage);
  vi.doUnmock('webgpu');
});

describe('a backend of TensorFlow.js that cannot start is refused with its reason', () => {
  test.skipIf(isInstalled(gpuPackage))(
    `where its package is not there (needs ${gpuPackage} not to be installed)`,
    async () => {
      const reason = await refusalOf('tfjs-tensorflow-gpu');
      expect(reason).toMatch(new RegExp(`${gpuPackage}.*; to install it: npm install ${gpuPackage}$`));
    },
  );

  test('where TensorFlow sees no GPU, instead of computing on the processor', async () => {
    pretendTensorFlow({ isUsingGpuDevice: false });
    expect(await refusalOf('tfjs-tensorflow-gpu')).toContain('TensorFlow sees no GPU');
    expect(await refusalOf('tfjs-tensorflow')).toContain(
      `this process has loaded ${gpuPackage}, which takes its place`,
    );
  });

  test('where WebGPU has no adapter', async () => {
    vi.doMock('webgpu', () => ({ create: () => ({ requestAdapter: () => Promise.resolve(null) }), globals: {} }));
    const install = 'to install it: npm install @tensorflow/tfjs @tensorflow/tfjs-backend-webgpu webgpu';
    expect(await refusalOf('tfjs-webgpu')).toMatch(new RegExp(`^there is no WebGPU adapter: .*; ${install}$`));
  });

  test('where TensorFlow.js would go on with another backend', async () => {
    const factory = tf.findBackendFactory('cpu');
    tf.removeBackend('cpu');
    tf.registerBackend('other', factory);
    tf.registerBackend('cpu', () => {
      throw new Error('no kernels today');
    });
    expect(await refusalOf('tfjs-cpu')).toContain('TensorFlow.js does not start its backend cpu: no kernels today;');
    expect(tf.backend()).toBe(tf.findBackend('other'));

    tf.removeBackend('cpu');
    tf.registerBackend('cpu', factory);
    const engine = await openEngine('tfjs-cpu');
    expect(tf.getBackend()).toBe('cpu');
    expect(engine.adapter).toBeNull();
  });
});

test('gives back to Node.js what the packages of TensorFlow call and version 23 has removed', async () => {
  const functions = util as { isNullOrUndefined?: (value: unknown) => boolean };
  delete functions.isNullOrUndefined;
  pretendTensorFlow({ isUsingGpuDevice: true });
  await openEngine('tfjs-tensorflow-gpu').catch(() => undefined);
  expect([null, undefined, 0, ''].map((value) => functions.isNullOrUndefined!(value))).toEqual([
    true,
    true,
    false,
    false,
  ]);
});

function isInstalled(name: string): boolean {
  try {
    createRequire(import.meta.url).resolve(name);
    return true;
  } catch {
    return false;
  }
}

/** The package as it is where TensorFlow has loaded. */
function pretendTensorFlow(kernels: { isUsingGpuDevice: boolean }): void {
  vi.doMock(gpuPackage, () => ({ ...tf, findBackend: () => kernels }));
}

/** What comes after the engine's name in the one line of the refusal. */
async function refusalOf(engine: string): Promise<string> {
  const refusal: unknown = await openEngine(engine).catch((error: unknown) => error);
  expect(refusal).toBeInstanceOf(UserError);
  const [, reason] = (refusal as UserError).message.split(`${engine} cannot start: `);
  return reason!;
}
