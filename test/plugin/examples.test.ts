/** The plugins of examples/, by the real command line. */
import path from 'node:path';
import { expect, test } from 'vitest';
import { runHgmlp } from '../cli/run-hgmlp.js';
import { pluginFolder } from './written.js';

const { folder } = pluginFolder();
const example = (name: string) => path.resolve('examples', name);
const task = ['--plugin', example('spiral-task.js'), '--task', 'spiral/classification'];
const small = ['--candidates', '1', '--workers', '1', '--engine', 'onnx-cpu', '--strategy', 'random', '--json'];

interface Told {
  readonly points: readonly { readonly family?: string; readonly test: { readonly accuracy: number } }[];
}

test('The spirals are learnt by a small network.', async () => {
  const words = ['search', ...task, '--family', 'plain', '--budget', '2k..2.5k', ...small];
  const { code, stdout, stderr } = await runHgmlp([...words, '--epochs', '60', '--out', path.join(folder, 'spiral')]);
  expect(code, stderr).toBe(0);
  const { points } = JSON.parse(stdout) as Told;
  expect(Math.max(...points.map(({ test }) => test.accuracy))).toBeGreaterThan(0.8);
});

test('Networks of sines are searched, with a setting.', async () => {
  const family = ['--plugin', example('sine-family.js'), '--family', 'sine?frequency=5'];
  const words = ['search', ...task, ...family, '--budget', '600', '--epochs', '3', ...small];
  const { code, stdout, stderr } = await runHgmlp([...words, '--out', path.join(folder, 'sine')]);
  expect(code, stderr).toBe(0);
  expect((JSON.parse(stdout) as Told).points).toHaveLength(2);
  expect(stderr).toMatch(/sine\?plugin=[0-9a-f]{12}&frequency=5/);
});
