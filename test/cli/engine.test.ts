import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import '../report/undrawn.js';
import { smallTaskOptions, writePictures } from '../train/small-task.js';
import { recordsOf } from './records.js';
import { callHgmlp } from './run-hgmlp.js';

/** One network with two learning rates, which an engine that packs trains side by side. */
const size = ['--budget', '5k..10k', '--candidates', '1', '--shapes', 'hourglass', '--epochs', '1'];
const search = ['search', ...smallTaskOptions, ...size, '--learning-rates', '1e-3,3e-3', '--workers', '2'];
/** No engine is asked for. */
const env = { HGMLP_ENGINE: '' };
const swiftShader = '/usr/lib/chromium/vk_swiftshader_icd.json';

let folder: string;
/** What it says of the pictures is no question here. */
const withoutReading = (stderr: string) => stderr.replace(/^(reading|decoding) pictures: 60 images\n/gm, '');
const call = (args: readonly string[], more = {}) => callHgmlp(args, { cwd: folder, env: more });

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'hgmlp-engine-'));
  await writePictures(folder);
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('the engine of a search', () => {
  test('is chosen by device, trains unpacked on the processor, is stored by its name and kept when the search resumes', async () => {
    const out = path.join(folder, 'cpu');
    const begun = await call([...search, '--device', 'cpu', '--out', out], env);
    expect(begun.code).toBe(0);
    expect(withoutReading(begun.stderr)).toMatch(
      /^engine: onnx-cpu \(--device cpu\)\nfolder:pictures\/denoising\S+, .*: 2 runs with 2 workers into /,
    );
    expect((parse(readFileSync(path.join(out, 'config.yaml'), 'utf8')) as { engine: string }).engine).toBe('onnx-cpu');

    const resumed = await call([...search, '--out', out], env);
    expect(resumed.code).toBe(0);
    expect(resumed.stderr).toContain(`engine: onnx-cpu (as in ${out})\n`);
    expect(resumed.stderr).toContain('2 runs (the log holds 2)');
  });

  test('trains the learning rates of an architecture side by side where it can, unless it is told not to', async () => {
    const started = async (name: string, pack: readonly string[]) => {
      const out = path.join(folder, name);
      const { code, stderr } = await call([...search, ...pack, '--engine', 'onnx-cpu-packed', '--out', out]);
      expect(code).toBe(0);
      const times = recordsOf(out).map(({ timing }) => timing!.startedAt);
      return { stderr, times };
    };
    const packed = await started('packed', []);
    expect(packed.stderr).toContain(': 2 runs with 2 workers, up to 2 networks side by side into ');
    expect(packed.times[0]).toBe(packed.times[1]);
    const alone = await started('alone', ['--pack', '1', '--workers', '1']);
    expect(alone.stderr).toContain(': 2 runs with 1 worker into ');
    expect(alone.times[0]).not.toBe(alone.times[1]);
  });

  test('is shown by a dry run, with the workers and what each trains side by side', async () => {
    const words = ['--dry-run', '--json', '--quiet', '--engine', 'onnx-cpu'];
    const { code, stdout, stderr } = await call([...search, ...words]);
    expect(code).toBe(0);
    expect(stderr).toBe('');
    expect(JSON.parse(stdout)).toMatchObject({ engine: 'onnx-cpu', workers: 2, devices: null, packSize: 1, runs: 2 });
    expect((JSON.parse(stdout) as { estimatedDurationMs: number }).estimatedDurationMs).toBeGreaterThan(0);
  });

  test('is chosen automatically, and said with the reason', async () => {
    const { code, stderr } = await call([...search, '--dry-run'], env);
    expect(code).toBe(0);
    expect(withoutReading(stderr)).toMatch(/^engine: (onnx|tfjs)-[a-z-]+( on .+)? \(.+\)\n$/);
  });

  test.skipIf(!existsSync(swiftShader))(
    'is not on a WebGPU adapter that is a software one (skipped where there is no SwiftShader)',
    async () => {
      const vulkan = { ...env, VK_ICD_FILENAMES: swiftShader, XDG_RUNTIME_DIR: folder };
      const { stderr } = await call([...search, '--dry-run'], vulkan);
      expect(withoutReading(stderr)).toMatch(
        /^engine: .*no WebGPU: the adapter is a software one, SwiftShader driver [\d.]+\)\n$/,
      );
    },
  );

  test.each(['--engine', '--device'])(
    'that is missing by %s stops the search before anything is written',
    async (flag) => {
      const out = path.join(folder, 'unwritten');
      // Windows has DirectML, and only macOS Core ML.
      const device = process.platform === 'win32' ? 'coreml' : 'dml';
      const name = flag === '--engine' ? `onnx-${device}` : device;
      const { code, stdout, stderr } = await call([...search, flag, name, '--out', out], env);
      expect(withoutReading(stderr)).toMatch(
        flag === '--engine'
          ? /^hgmlp: --engine: expected onnx-\w+ \(as asked for\) to work here, got: .* is a part of \w+\n$/
          : /^hgmlp: --device: expected an engine on \w+ that works here, got onnx-.* is a part of \w+; hgmlp doctor says more\n$/,
      );
      expect(stdout).toBe('');
      expect(code).toBe(2);
      expect(existsSync(out)).toBe(false);
    },
  );
});
