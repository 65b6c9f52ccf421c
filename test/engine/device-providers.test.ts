/** How the providers are opened, and what is said where one is missing or its memory does not suffice. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { InferenceSession } from 'onnxruntime-node';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { engineRow, openEngine } from '../../src/engine/engines.js';
import { OutOfMemory } from '../../src/base/errors.js';
import { graphBuilder } from '../../src/engine/onnx/graph.js';
import { withinMemory } from '../../src/engine/onnx/memory.js';
import { openPack } from '../../src/engine/onnx/pack.js';
import { openSession, providerOptions, type Provider } from '../../src/engine/onnx/providers.js';
import { blockGraph } from '../../src/engine/onnx/step-graph.js';
import { availabilityOf } from './availability.js';
import { hourglass, settings, weightsOf } from './conformance/networks.js';

const run = promisify(execFile);
const webgpu = await availabilityOf(engineRow('onnx-webgpu'));
const cudaLibrary = path.join(
  path.dirname(createRequire(import.meta.url).resolve('onnxruntime-node')),
  '../bin/napi-v6/linux/x64/libonnxruntime_providers_cuda.so',
);

afterEach(() => vi.restoreAllMocks());

describe('the sessions of a pack', () => {
  /** The models and options that a pack on the provider opens. */
  async function openedBy(provider: Provider) {
    const release = () => Promise.resolve();
    const create = vi.spyOn(InferenceSession, 'create').mockResolvedValue({ release } as unknown as InferenceSession);
    await openPack(provider, hourglass.program, weightsOf(hourglass, 2), settings);
    const calls = create.mock.calls as unknown as [Uint8Array, InferenceSession.SessionOptions][];
    vi.restoreAllMocks();
    return { models: calls.map(([model]) => model), options: calls.map(([, options]) => options) };
  }

  test('on CUDA have the bytes of those on the CPU', async () => {
    const [cpu, cuda] = [await openedBy('cpu'), await openedBy('cuda')];
    expect(cuda.models.length).toBe(2);
    expect(cuda.models).toEqual(cpu.models);
  });

  test('on WebGPU, Core ML and DirectML have the bytes of one another, but for the two that move tensors', async () => {
    const [coreml, dml] = [await openedBy('coreml'), await openedBy('dml')];
    expect(dml.models).toEqual(coreml.models);
    expect((await openedBy('webgpu')).models.slice(2)).toEqual(coreml.models);
  });

  test('differ in the name of the provider and in nothing else, but for the processor, which may fall back to itself', () => {
    const { extra, ...shared } = providerOptions('cuda');
    expect(extra).toEqual({ session: { disable_cpu_ep_fallback: '1' } });
    expect(providerOptions('cpu')).toEqual({ ...shared, executionProviders: ['cpu'] });
    for (const provider of ['coreml', 'dml'] as const) {
      expect(providerOptions(provider)).toEqual({ ...shared, extra, executionProviders: [provider] });
    }
    const kept = { report: 'gpu-buffer' };
    expect(providerOptions('webgpu', ['report'])).toEqual({
      ...providerOptions('cuda', ['report']),
      executionProviders: ['webgpu'],
      preferredOutputLocation: kept,
    });
  });

  const missing = 'reason' in webgpu ? ` (skipped: ${webgpu.reason})` : '';
  test.skipIf(missing !== '')(`refuse what the provider would leave to the processor${missing}`, async () => {
    const graph = graphBuilder();
    graph.output(graph.node('Sign', [graph.input('x', [1])]), 'y');
    for (const model of [graph.encode(), blockGraph(hourglass.program, settings)]) {
      await expect(openSession('webgpu', model)).rejects.toThrow('fallback to CPU EP has been explicitly disabled');
    }
  });
});

describe('an engine that is missing says so in one line, with how to get it', () => {
  test.skipIf(existsSync(cudaLibrary) || process.platform !== 'linux' || process.arch !== 'x64')(
    'onnx-cuda without its library (skipped where that is installed)',
    async () => {
      const message = await messageOf(openEngine('onnx-cuda'));
      expect(message).toMatch(/^onnx-cuda cannot start: there is no \S+libonnxruntime_providers_cuda\.so/);
      expect(message).toContain(engineRow('onnx-cuda').install);
      expect(message).not.toContain('\n');
    },
  );

  test.skipIf(process.platform !== 'linux')('onnx-webgpu without an adapter (on Linux)', async () => {
    const none = '/nonexistent.json';
    const { stdout } = await inChild(`await openEngine('onnx-webgpu')`, {
      VK_ICD_FILENAMES: none,
      VK_DRIVER_FILES: none,
    });
    expect(stdout).toBe(
      'UserError: onnx-webgpu cannot start: there is no WebGPU adapter: ' +
        `it needs a GPU with a driver for Vulkan, Metal or Direct3D 12 (install: ${engineRow('onnx-webgpu').install})`,
    );
  });

  test.skipIf(process.platform === 'darwin')('onnx-coreml elsewhere than on macOS', async () => {
    expect(await messageOf(openEngine('onnx-coreml'))).toMatch(
      /^onnx-coreml cannot start: onnxruntime-node has no Core ML/,
    );
  });
});

describe('where memory does not suffice', () => {
  test.skipIf(process.platform !== 'linux')('a pack on the processor throws an OutOfMemory (on Linux)', async () => {
    const script = `
      const engine = await openEngine('onnx-cpu-packed');
      const { programOf } = await import('./dist/arch/families.js');
      const width = 1000;
      const bare = { inputProjection: 'none', outputProjection: 'none' };
      const program = programOf({ skipWidth: width, bottleneckWidth: 2, depth: 1, ...bare }, { input: width, output: width });
      const weights = new Map(program.matrices.map(({ name, rows, columns }) => [name, new Float32Array(rows * columns)]));
      const members = 10_000;
      const adamW = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0 };
      const model = await engine.open(program, Array(members).fill(weights), adamW);
      const values = new Float32Array(members * width);
      const step = { input: values, target: values, size: 1, learningRates: Array(members).fill(1e-3) };
      for await (const losses of model.train([step])) void losses;`;
    const { stdout } = await inChild(script, {}, 2_800_000);
    expect(stdout).toMatch(/^OutOfMemory: .*(Failed to allocate memory for requested buffer of size|bad_alloc)/s);
  });

  test.each([
    'CUDA failure 2: out of memory ; GPU=0',
    'CUBLAS failure 3: CUBLAS_STATUS_ALLOC_FAILED ; GPU=0',
    'vkAllocateMemory failed with VK_ERROR_OUT_OF_DEVICE_MEMORY',
    'WebGPU validation failed. Buffer size (1280000000) exceeds the max buffer size limit (1073741824).',
    'WebGPU validation failed. [Invalid Buffer (unlabeled)] is invalid due to a previous error.',
    'bad allocation',
    'Array buffer allocation failed',
    'Invalid typed array length: 12000000000',
  ])('"%s" is an OutOfMemory', async (message) => {
    await expect(withinMemory(() => Promise.reject(new Error(message)))).rejects.toBeInstanceOf(OutOfMemory);
  });

  test('another error stays what it is', async () => {
    const error = new Error('Invalid rank for input: x');
    await expect(withinMemory(() => Promise.reject(error))).rejects.toBe(error);
  });
});

async function messageOf(opening: Promise<unknown>): Promise<string> {
  return opening.then(
    () => 'it started',
    (error: Error) => error.message,
  );
}

/** What a process of its own prints: the error, in one line. With a limit on its address space where one is given. */
function inChild(script: string, environment: Record<string, string>, kibibytes?: number) {
  const caught = `try { ${script} } catch ({ name, message }) { process.stdout.write(name + ': ' + message); }`;
  const node = `exec ${process.execPath} --input-type=module -e "$SCRIPT"`;
  return run('sh', ['-c', kibibytes === undefined ? node : `ulimit -v ${kibibytes}; ${node}`], {
    cwd: fileURLToPath(new URL('../..', import.meta.url)),
    env: {
      ...process.env,
      ...environment,
      SCRIPT: `import { openEngine } from './dist/engine/engines.js'; ${caught}`,
    },
  });
}
