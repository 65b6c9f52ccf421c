import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { UserError } from '../../src/base/errors.js';
import { engineRow } from '../../src/engine/engines.js';
import { askProbe } from '../../src/execute/probe.js';
import { proveRow } from '../../src/execute/verdict.js';

/** `npm test` builds it first. */
const built = fileURLToPath(new URL('../../dist/execute/probe-worker.js', import.meta.url));
const fakeScript = fileURLToPath(new URL('./fake-probe.mjs', import.meta.url));
const fake = (how: string) => ({ script: fakeScript, environment: { FAKE_PROBE: how } });
const prove = (how: string, timeoutMs = 60_000) => proveRow(engineRow('onnx-cpu'), { ...fake(how), timeoutMs });

describe('the proof of an engine', () => {
  test('of onnx-cpu finds the numbers of PyTorch in a process of its own', async () => {
    const verdict = await proveRow(engineRow('onnx-cpu'), { script: built });
    expect(verdict).toMatchObject({ state: 'ok', proof: { adapter: null } });
    if (verdict.state !== 'ok') return;
    expect(verdict.proof.largestLossDifference).toBeLessThan(1e-6);
    expect(verdict.proof.largestOutputDifference).toBeLessThan(1e-5);
  });

  test('hands on what the engine computes on, and gives the probe its variables', async () => {
    const options = { script: fakeScript, environment: { FAKE_PROBE: 'works', CUDA_VISIBLE_DEVICES: '3' } };
    expect(await proveRow(engineRow('onnx-cpu'), options)).toMatchObject({ state: 'ok', proof: { adapter: '3' } });
  });

  test('fails for an engine with other numbers', async () => {
    expect(await prove('is wrong')).toEqual({
      state: 'failed',
      reason: "its losses differ from PyTorch's by 5.0e-1; 1e-5 is allowed",
    });
  });

  test('hands on why an engine cannot start, with the command that helps and the library that is missing', async () => {
    expect(await prove('cannot start')).toEqual({
      state: 'missing',
      reason: 'CUDA did not load; there is no libcublasLt.so.12',
      remedy: engineRow('onnx-cpu').install,
    });
  });

  test.skipIf(process.platform !== 'linux')(
    "has the bare reason of a real engine, without the engine's name and the command (on Linux)",
    async () => {
      const none = { VK_ICD_FILENAMES: '/nonexistent.json', VK_DRIVER_FILES: '/nonexistent.json' };
      for (const name of ['onnx-webgpu', 'tfjs-webgpu']) {
        expect(await proveRow(engineRow(name), { script: built, environment: none })).toEqual({
          state: 'missing',
          reason: 'there is no WebGPU adapter: it needs a GPU with a driver for Vulkan, Metal or Direct3D 12',
          remedy: null,
        });
      }
    },
  );

  test('gives no command where an adapter is missing, which no package brings', async () => {
    // What is missing of onnx-cpu is nothing, so that the probe is asked.
    const row = { ...engineRow('onnx-cpu'), device: 'webgpu' } as const;
    expect(await proveRow(row, fake('cannot start'))).toMatchObject({ state: 'missing', remedy: null });
  });

  test.skipIf(process.platform === 'win32')(
    'survives a crash in native code, and says what was written last',
    async () => {
      expect(await prove('crashes')).toEqual({
        state: 'failed',
        reason: 'the probe ended by SIGSEGV: terminate called after throwing',
      });
    },
  );

  test.each([
    ['exits', 'the probe ended with exit code 7'],
    ['throws', 'no such luck'],
  ])('fails in words where the probe %s', async (how, reason) => {
    expect(await prove(how)).toEqual({ state: 'failed', reason });
  });

  test('ends a probe that hangs', async () => {
    expect(await prove('hangs', 1000)).toEqual({ state: 'failed', reason: 'the probe gave no answer within 1 s' });
  });

  test('starts no probe for an engine whose files are missing', async () => {
    const row = { ...engineRow('tfjs-cpu'), install: 'npm install @hgmlp/absent' };
    expect(await proveRow(row, { script: 'no such script' })).toEqual({
      state: 'missing',
      reason: '@hgmlp/absent is not installed',
      remedy: 'npm install @hgmlp/absent',
    });
  });
});

test('a probe that has a reason for the user hands it on as such', async () => {
  const error: unknown = await askProbe({ type: 'adapter' }, fake('throws')).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(UserError);
  expect(error).toMatchObject({ message: 'no such luck', exitCode: 2, details: ['a detail'] });
});
