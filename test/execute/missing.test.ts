import { describe, expect, test } from 'vitest';
import { engineRow } from '../../src/engine/engines.js';
import { adapterMissing, missingOf, type Machine } from '../../src/execute/missing.js';

/** A Linux machine with everything. */
const complete: Machine = {
  platform: 'linux',
  architecture: 'x64',
  hasNvidiaDriver: () => true,
  mayHaveGpu: () => true,
  hasPackage: () => true,
  onnxRuntimeFiles: () => ['onnxruntime_binding.node', 'libonnxruntime_providers_cuda.so'],
};
const without = (name: string) => ({ hasPackage: (candidate: string) => candidate !== name });
const installCuda = engineRow('onnx-cuda').install;

describe('what is missing of an engine, without loading anything,', () => {
  test.each<[string, string, Partial<Machine>, { reason: string; remedy: string | null } | null]>([
    ['nothing', 'onnx-cuda', {}, null],
    ['nothing', 'tfjs-webgpu', {}, null],
    ['nothing', 'onnx-coreml', { platform: 'darwin' }, null],
    ['the platform', 'onnx-coreml', {}, { reason: 'Core ML is a part of macOS', remedy: null }],
    ['the platform', 'onnx-dml', {}, { reason: 'DirectML is a part of Windows', remedy: null }],
    [
      'the platform',
      'onnx-cuda',
      { architecture: 'arm64' },
      { reason: 'ONNX Runtime has CUDA on Linux x64 only', remedy: null },
    ],
    ['the platform', 'tfjs-tensorflow-gpu', { platform: 'darwin' }, { reason: 'macOS has no CUDA', remedy: null }],
    [
      'the binding',
      'onnx-cpu',
      { platform: 'darwin', onnxRuntimeFiles: () => [] },
      { reason: 'ONNX Runtime has nothing for darwin x64', remedy: null },
    ],
    ['the driver', 'onnx-cuda', { hasNvidiaDriver: () => false }, { reason: 'no NVIDIA driver', remedy: installCuda }],
    [
      'the library',
      'onnx-cuda',
      { onnxRuntimeFiles: () => ['onnxruntime_binding.node'] },
      { reason: 'libonnxruntime_providers_cuda.so is not beside ONNX Runtime', remedy: installCuda },
    ],
    [
      'a package that would be built again',
      'onnx-cuda',
      without('onnxruntime-node'),
      { reason: 'onnxruntime-node is not installed', remedy: installCuda },
    ],
    [
      'a package',
      'tfjs-webgpu',
      without('webgpu'),
      { reason: 'webgpu is not installed', remedy: engineRow('tfjs-webgpu').install },
    ],
    [
      'all packages',
      'tfjs-webgpu',
      { hasPackage: () => false },
      {
        reason: '@tensorflow/tfjs and @tensorflow/tfjs-backend-webgpu and webgpu are not installed',
        remedy: engineRow('tfjs-webgpu').install,
      },
    ],
  ])('is %s: %s', (_, name, machine, missing) => {
    expect(missingOf(engineRow(name), { ...complete, ...machine })).toEqual(missing);
  });

  test('is found on this machine too', () => {
    expect(missingOf(engineRow('onnx-cpu'))).toBeNull();
  });
});

test('an adapter is looked for only where there is a GPU and the package that sees it', () => {
  expect(adapterMissing(complete)).toBeNull();
  expect(adapterMissing({ ...complete, mayHaveGpu: () => false })).toBe('no GPU');
  expect(adapterMissing({ ...complete, ...without('webgpu') })).toContain("'npm install webgpu'");
});
