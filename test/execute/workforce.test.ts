import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { engineRow } from '../../src/engine/engines.js';
import { nvidiaGpus, visibleGpus } from '../../src/execute/gpus.js';
import { workforceDocument, workforceFor, workforceText, type WorkforceRequest } from '../../src/execute/workforce.js';

afterEach(() => vi.unstubAllEnvs());

function workforce(engine: string, request: Partial<WorkforceRequest>, visible: readonly string[] | null = null) {
  const everything = { workers: null, devices: null, pack: null, runsOfArch: 6 };
  return workforceFor(engineRow(engine), { ...everything, ...request, visible: () => Promise.resolve(visible) });
}
const placesOf = async (...asked: Parameters<typeof workforce>) =>
  (await workforce(...asked)).workers.map(({ device, environment }) => [device, environment['CUDA_VISIBLE_DEVICES']]);

describe('workers', () => {
  test('are on the processor one per core, and on an accelerator without numbers one', async () => {
    expect((await workforce('onnx-cpu', {})).workers.length).toBe(availableParallelism());
    expect((await workforce('onnx-webgpu', {})).workers).toEqual([{ device: null, environment: {} }]);
  });

  test('are one on each GPU that may be used', async () => {
    expect(await placesOf('onnx-cuda', {}, ['0', '1'])).toEqual([
      [0, '0'],
      [1, '1'],
    ]);
  });

  test('are on the GPUs that were asked for, by their numbers among those that may be used', async () => {
    expect(await placesOf('tfjs-tensorflow-gpu', { devices: [1, 0] }, ['5', 'GPU-7f'])).toEqual([
      [1, 'GPU-7f'],
      [0, '5'],
    ]);
    expect(await placesOf('onnx-cuda', { devices: [2] }, null)).toEqual([[2, '2']]);
  });

  test('are placed in turn where there are more of them than GPUs', async () => {
    const { workers, packSize } = await workforce('onnx-cuda', { workers: 5 }, ['0', '1']);
    expect(workers.map(({ device }) => device)).toEqual([0, 1, 0, 1, 0]);
    expect(workforceText({ workers, packSize })).toBe(
      '5 workers (1, 3, 5 on GPU 0; 2, 4 on GPU 1), up to 6 networks side by side',
    );
    expect(workforceDocument({ workers, packSize })).toEqual({ workers: 5, devices: [0, 1, 0, 1, 0], packSize: 6 });
  });

  test('are numbered as nvidia-smi numbers the GPUs, unless the environment has another order', async () => {
    vi.stubEnv('CUDA_DEVICE_ORDER', undefined);
    expect((await workforce('onnx-cuda', {}, ['0'])).workers[0]!.environment['CUDA_DEVICE_ORDER']).toBe('PCI_BUS_ID');
    vi.stubEnv('CUDA_DEVICE_ORDER', 'FASTEST_FIRST');
    expect((await workforce('onnx-cuda', {}, ['0'])).workers[0]!.environment['CUDA_DEVICE_ORDER']).toBe(
      'FASTEST_FIRST',
    );
  });

  test('are one where nothing tells which GPUs there are, and CUDA finds it', async () => {
    expect((await workforce('onnx-cuda', {}, null)).workers).toEqual([{ device: null, environment: {} }]);
  });

  test('are refused on a GPU that is not there, and on numbers where the engine has none', async () => {
    await expect(workforce('onnx-cuda', { devices: [0, 2] }, ['0', '1'])).rejects.toThrow(
      '--devices: expected numbers of GPUs that are here (0, 1), got 2; see nvidia-smi',
    );
    await expect(workforce('onnx-webgpu', { devices: [0] })).rejects.toThrow(/^--devices: .* got onnx-webgpu; leave/);
  });
});

describe('packs', () => {
  test('hold all runs of an architecture, or as many as are wanted', async () => {
    expect((await workforce('tfjs-webgpu', {})).packSize).toBe(6);
    expect((await workforce('tfjs-webgpu', { pack: 4 })).packSize).toBe(4);
    expect((await workforce('tfjs-webgpu', { pack: 40 })).packSize).toBe(6);
    expect((await workforce('tfjs-webgpu', { pack: 1 })).packSize).toBe(1);
  });

  test('are refused where the engine trains one network at a time', async () => {
    const { workers, packSize } = await workforce('onnx-cpu', { workers: 1 });
    expect(packSize).toBe(1);
    expect(workforceText({ workers, packSize })).toBe('1 worker');
    expect(workforceDocument({ workers, packSize })).toEqual({ workers: 1, devices: null, packSize: 1 });
    expect((await workforce('onnx-cpu', { pack: 1 })).packSize).toBe(1);
    await expect(workforce('onnx-cpu', { pack: 2 })).rejects.toThrow('--pack: expected 1 for onnx-cpu, which trains');
  });
});

describe('the GPUs that may be used', () => {
  test.each([
    ['0,1', ['0', '1']],
    ['3, GPU-7f', ['3', 'GPU-7f']],
    ['1,-1,2', ['1']],
    ['', []],
  ])('are those of CUDA_VISIBLE_DEVICES=%s', async (list, gpus) => {
    expect(await visibleGpus({ CUDA_VISIBLE_DEVICES: list })).toEqual(gpus);
  });

  test.skipIf(process.platform === 'win32')('are otherwise those that nvidia-smi lists', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'hgmlp-nvidia-'));
    const lines = '0, 81559, 550.54.15, NVIDIA H100 80GB HBM3\n1, 24576, 550.54.15, NVIDIA A30, 24GB\n';
    writeFileSync(path.join(folder, 'nvidia-smi'), `#!/bin/sh\nprintf '${lines.replaceAll('\n', '\\n')}'\n`);
    chmodSync(path.join(folder, 'nvidia-smi'), 0o755);
    vi.stubEnv('PATH', `${folder}${path.delimiter}${process.env['PATH']}`);
    expect(await visibleGpus({})).toEqual(['0', '1']);
    expect(await nvidiaGpus()).toEqual([
      { index: '0', model: 'NVIDIA H100 80GB HBM3', memoryBytes: 81559 * 2 ** 20, driver: '550.54.15' },
      { index: '1', model: 'NVIDIA A30, 24GB', memoryBytes: 24576 * 2 ** 20, driver: '550.54.15' },
    ]);
    rmSync(folder, { recursive: true });
  });

  test('are not known where there is no nvidia-smi', async () => {
    vi.stubEnv('PATH', '');
    expect(await visibleGpus({})).toBeNull();
  });
});
