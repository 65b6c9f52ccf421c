import { describe, expect, test } from 'vitest';
import { UserError } from '../../src/base/errors.js';
import { engineRow } from '../../src/engine/engines.js';
import { chooseEngine, type Finding, type Wish } from '../../src/execute/choose-engine.js';
import type { WebGpuAdapter } from '../../src/execute/webgpu-adapter.js';

const auto: Wish = { device: 'auto', engine: null, stored: null };

/** Chooses where the named engines work, the others are missing; says which were examined. */
async function choose(wish: Partial<Wish>, works: readonly string[], adapter: WebGpuAdapter | string = 'no GPU') {
  const examined: string[] = [];
  const engine = ({ name, install }: { name: string; install: string }) => {
    examined.push(name);
    const missing: Finding = { state: 'missing', reason: 'it is not here', remedy: install };
    return Promise.resolve(works.includes(name) ? ({ state: 'ok', adapter: null } as const) : missing);
  };
  const examiner = { engine, adapter: () => Promise.resolve(adapter) };
  const { row, why, adapter: computesOn } = await chooseEngine({ ...auto, ...wish }, examiner);
  return { name: row.name, why, adapter: computesOn, examined };
}

async function refusal(...wished: Parameters<typeof choose>) {
  const error: unknown = await choose(...wished).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(UserError);
  return error as UserError;
}

const real = { name: 'Apple M2', isSoftware: false };
const software = { name: 'SwiftShader driver 5.0.0', isSoftware: true };
const everything = ['onnx-cpu', 'onnx-cpu-packed', 'onnx-cuda', 'onnx-webgpu', 'tfjs-tensorflow-gpu', 'tfjs-webgpu'];

describe('--device auto', () => {
  test('takes CUDA where it works, and looks no further', async () => {
    expect(await choose({}, everything, real)).toEqual({
      name: 'onnx-cuda',
      why: 'CUDA comes first',
      adapter: null,
      examined: ['onnx-cuda'],
    });
  });

  test('takes the second engine of a device where the first is missing, and says so', async () => {
    const { name, why } = await choose({}, ['onnx-cpu', 'tfjs-tensorflow-gpu']);
    expect([name, why]).toEqual(['tfjs-tensorflow-gpu', 'no onnx-cuda: it is not here']);
  });

  test('takes WebGPU on a real adapter', async () => {
    const { name, why, adapter } = await choose({}, ['onnx-cpu', 'onnx-webgpu'], real);
    expect([name, why, adapter]).toEqual(['onnx-webgpu', 'no CUDA: it is not here', 'Apple M2']);
  });

  test('takes the processor where the adapter is a software one, without a proof on it', async () => {
    const { name, why, examined } = await choose({}, everything.slice(0, 2).concat('onnx-webgpu'), software);
    expect(name).toBe('onnx-cpu');
    expect(why).toBe('no CUDA: it is not here; no WebGPU: the adapter is a software one, SwiftShader driver 5.0.0');
    expect(examined).not.toContain('onnx-webgpu');
  });

  test('never takes what is there for tests', async () => {
    const { message } = await refusal({}, ['onnx-cpu-packed', 'tfjs-cpu']);
    expect(message).toBe(
      'engine: expected one that works here, got no CUDA: it is not here; no WebGPU: no GPU; no processor: it is not here; ' +
        'hgmlp doctor says more',
    );
  });

  test('keeps the engine that the results have', async () => {
    const stored = { engine: 'onnx-cpu', folder: 'results/a' };
    const { name, why, examined } = await choose({ stored }, everything);
    expect([name, why, examined]).toEqual(['onnx-cpu', 'as in results/a', ['onnx-cpu']]);
  });

  test('refuses to go on where the engine of the results does not work', async () => {
    const { message } = await refusal({ stored: { engine: 'tfjs-tensorflow-gpu', folder: 'results/a' } }, ['onnx-cpu']);
    expect(message).toBe(
      'engine: expected tfjs-tensorflow-gpu (as in results/a) to work here, got: it is not here; ' +
        `to install: ${engineRow('tfjs-tensorflow-gpu').install}`,
    );
  });
});

describe('an engine or a device that was asked for', () => {
  test('is taken, also where the results have another one', async () => {
    const stored = { engine: 'onnx-cpu', folder: 'results/a' };
    expect((await choose({ engine: 'tfjs-webgpu', stored }, everything)).name).toBe('tfjs-webgpu');
    expect((await choose({ device: 'webgpu', stored }, everything)).name).toBe('onnx-webgpu');
  });

  test('may be one that is there for tests, and a software adapter', async () => {
    expect((await choose({ engine: 'onnx-cpu-packed' }, everything)).name).toBe('onnx-cpu-packed');
    expect((await choose({ device: 'webgpu' }, everything, software)).name).toBe('onnx-webgpu');
  });

  test('keeps the engine of the results where it computes on that device', async () => {
    const stored = { engine: 'tfjs-tensorflow-gpu', folder: 'results/a' };
    expect((await choose({ device: 'cuda', stored }, everything)).name).toBe('tfjs-tensorflow-gpu');
  });

  test('is refused where it is missing, with the reason and the command that installs it', async () => {
    expect((await refusal({ engine: 'onnx-webgpu' }, [])).message).toBe(
      `engine: expected onnx-webgpu (as asked for) to work here, got: it is not here; to install: ${engineRow('onnx-webgpu').install}`,
    );
    const { message, details } = await refusal({ device: 'cuda' }, []);
    expect(message).toBe('--device: expected an engine on cuda that works here, got none; hgmlp doctor says more');
    expect(details).toEqual([
      `onnx-cuda: it is not here; to install: ${engineRow('onnx-cuda').install}`,
      `tfjs-tensorflow-gpu: it is not here; to install: ${engineRow('tfjs-tensorflow-gpu').install}`,
    ]);
  });

  test('must agree with the other', async () => {
    expect((await choose({ device: 'webgpu', engine: 'tfjs-webgpu' }, everything)).name).toBe('tfjs-webgpu');
    expect((await refusal({ device: 'cuda', engine: 'tfjs-webgpu' }, everything)).message).toBe(
      '--device and --engine: expected two that agree, got cuda and tfjs-webgpu, which computes on webgpu; ' +
        'leave one of them out',
    );
  });

  test('is refused with the known names where there is no such engine', async () => {
    expect((await refusal({ engine: 'abacus' }, everything)).message).toMatch(
      /^engine: expected one of .* got 'abacus'/,
    );
  });
});
