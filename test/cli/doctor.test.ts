import { describe, expect, test } from 'vitest';
import { renderAutomatic, renderEngine, renderMachine } from '../../src/cli/text/doctor.js';
import { engineRow, engineRows } from '../../src/engine/engines.js';
import type { EngineVerdict } from '../../src/execute/verdict.js';
import { callHgmlp, runHgmlp } from './run-hgmlp.js';

/** Hides what would compute WebGPU in software, which is proved for half a minute: the engines' own tests do that. */
const withoutVulkan = { VK_ICD_FILENAMES: '/nonexistent', VK_DRIVER_FILES: '/nonexistent', VK_ADD_DRIVER_FILES: '' };

interface Document {
  readonly cpu: { readonly usableCores: number };
  readonly memoryBytes: { readonly total: number };
  readonly engines: readonly { readonly name: string; readonly state: string; readonly [key: string]: unknown }[];
  readonly automatic: { readonly engine: string; readonly why: string } | null;
}

describe('hgmlp doctor', () => {
  test('lists every engine with its proof or what is missing, and what would be chosen', async () => {
    const { code, stdout, stderr } = await runHgmlp(['doctor', '--json'], { env: withoutVulkan });
    const document = JSON.parse(stdout) as Document;
    expect(code).toBe(0);
    expect(document).toMatchObject({ schemaVersion: 1, node: process.versions.node, platform: process.platform });
    expect(document.cpu.usableCores).toBeGreaterThan(0);
    expect(document.memoryBytes.total).toBeGreaterThan(1e8);
    expect(document.engines.map(({ name }) => name)).toEqual(engineRows.map(({ name }) => name));
    for (const { state, reason } of document.engines) {
      expect(['ok', 'missing', 'failed']).toContain(state);
      if (state !== 'ok') expect(reason).toMatch(/\w/);
    }
    const [onnxCpu] = document.engines;
    expect(onnxCpu).toMatchObject({ name: 'onnx-cpu', state: 'ok', adapter: null });
    expect(onnxCpu!['largestLossDifference']).toBeLessThan(1e-6);
    expect(document.engines.find(({ name }) => name === document.automatic!.engine)!.state).toBe('ok');
    // The lines come one by one beside the document.
    expect(stderr).toMatch(
      /^ok {7}onnx-cpu +losses within \de-\d+|^ok {7}onnx-cpu +losses within \d\.\de-\d+, \d+ ms$/m,
    );
  });

  test('proves a single engine, quietly, with an exit code for scripts', async () => {
    const works = await callHgmlp(['doctor', '--engine', 'onnx-cpu', '--quiet']);
    expect(works.code).toBe(0);
    expect(works.stderr).toBe('');
    expect(works.stdout).toContain('ok       onnx-cpu');
    expect(works.stdout).not.toContain('--device auto');

    const impossible = process.platform === 'win32' ? 'onnx-coreml' : 'onnx-dml';
    const missing = await callHgmlp(['doctor', '--engine', impossible, '--json', '--quiet']);
    expect(missing.code).toBe(4);
    expect(missing.stderr).toBe('');
    expect(JSON.parse(missing.stdout)).toMatchObject({
      engines: [{ name: impossible, state: 'missing' }],
      automatic: null,
    });
  });

  test('refuses an engine that it does not know', async () => {
    const { code, stderr } = await callHgmlp(['doctor', '--engine', 'abacus']);
    expect(code).toBe(2);
    expect(stderr).toMatch(/^hgmlp: --engine: expected one of onnx-cpu, .*; got 'abacus'\n$/);
  });
});

describe('the lines of the doctor', () => {
  const plain = { color: false };
  const proof = { largestLossDifference: 8.12e-8, largestOutputDifference: 1e-7, durationMs: 812 };
  const ok = (adapter: string | null): EngineVerdict => ({ state: 'ok', proof: { ...proof, adapter } });

  test('say what an engine computes on and how far it is from PyTorch', () => {
    expect(renderEngine(engineRow('onnx-cpu'), ok(null), plain)).toBe(
      'ok       onnx-cpu             losses within 8.1e-8, 812 ms',
    );
    expect(renderEngine(engineRow('tfjs-webgpu'), ok('SwiftShader driver 5.0.0'), plain)).toBe(
      'ok       tfjs-webgpu          SwiftShader driver 5.0.0\n' +
        '                              losses within 8.1e-8, 812 ms',
    );
  });

  test('say why an engine is missing and how to get it', () => {
    const row = engineRow('onnx-cuda');
    expect(renderEngine(row, { state: 'missing', reason: 'no NVIDIA driver', remedy: row.install }, plain)).toBe(
      `missing  onnx-cuda            no NVIDIA driver\n         ${row.install}`,
    );
  });

  test('have at most 80 characters, unless they are a command', () => {
    const reason = Array.from({ length: 40 }, () => 'because').join(' ');
    const hardware = {
      cpu: { model: 'AMD EPYC 9R14', cores: 64, usableCores: 2, allowedCores: 2.5 },
      memoryBytes: { total: 137e9, available: 12.3e9, allowed: 8e9 },
      gpus: [{ model: 'NVIDIA H100 80GB HBM3', memoryBytes: 85.5e9, driver: '550.54.15' }],
    };
    const texts = [
      ...engineRows.map((row) => renderEngine(row, { state: 'missing', reason, remedy: row.install }, plain)),
      renderAutomatic({ engine: 'onnx-cpu', why: reason }),
      renderMachine({ hardware, adapter: { name: 'NVIDIA H100', isSoftware: false } }),
    ];
    const lines = texts.flatMap((text) => text.split('\n'));
    const commands: readonly string[] = engineRows.map(({ install }) => install);
    const told = lines.filter((line) => !commands.includes(line.trim()));
    expect(Math.max(...told.map((line) => line.length))).toBeLessThanOrEqual(80);
    expect(lines).toContain('processor  AMD EPYC 9R14, 64 cores, 2.5 allowed, 2 usable');
    expect(lines).toContain('memory     137.0 GB, 12.3 GB free, 8.0 GB allowed');
    expect(lines).toContain('GPU        NVIDIA H100 80GB HBM3, 85.5 GB, driver 550.54.15');
    expect(lines).toContain('WebGPU     NVIDIA H100');
  });
});
