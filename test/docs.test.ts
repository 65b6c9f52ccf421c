/** What the documents on GPUs and shards say, held against the program and the container. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { engineRows } from '../src/engine/engines.js';
import { callsInMarkdown, parseCall } from './command-lines.js';

const read = (file: string) => readFileSync(file, 'utf8');
const gpuPage = read('docs/gpu.md');

describe.each(['docs/gpu.md', 'docs/shards.md', 'docs/strategies.md'])('%s calls hgmlp as it is,', (file) => {
  const calls = callsInMarkdown(read(file));

  test('with words that it knows.', async () => {
    expect(calls.length).toBeGreaterThan(3);
    for (const words of calls) await expect(parseCall(words), words.join(' ')).resolves.toBeUndefined();
  });
});

test('docs/gpu.md has a row for each engine, in the order of the table, with its device and whether it packs.', () => {
  const rows = [...gpuPage.matchAll(/^\| `([\w-]+)` +\| `(\w+)` +\| (yes|no) /gm)].map(([, ...cells]) => cells);
  expect(rows).toEqual(engineRows.map(({ name, device, packs }) => [name, device, packs ? 'yes' : 'no']));
});

describe('The container', () => {
  const dockerfile = read('Dockerfile');
  const { engines, peerDependencies, files } = JSON.parse(read('package.json')) as {
    readonly engines: { readonly node: string };
    readonly peerDependencies: Readonly<Record<string, string>>;
    readonly files: readonly string[];
  };

  test('is built from the images that docs/gpu.md names.', () => {
    const images = [...dockerfile.matchAll(/^FROM (nvidia\/\S+)/gm)].map(([, image]) => image!);
    expect(images.length).toBe(2);
    for (const image of images) expect(gpuPage).toContain(`\`${image}\``);
  });

  test('has a version of Node that hgmlp runs on and TensorFlow.js still does.', () => {
    const [, major] = /^FROM node:(\d+)-/m.exec(dockerfile)!;
    const [, least] = /^>=(\d+)/.exec(engines.node)!;
    expect(Number(major)).toBeGreaterThanOrEqual(Number(least));
    expect(Number(major)).toBeLessThan(23);
  });

  test('has the version of TensorFlow.js that the package asks for.', () => {
    const packages = [...dockerfile.matchAll(/(@tensorflow\/[\w-]+)@(\S+)/g)];
    expect(packages.length).toBe(2);
    for (const [, name, version] of packages) expect(version).toBe(peerDependencies[name!]);
  });

  test('sees all that the package is built from and holds.', () => {
    const seen = [...read('.dockerignore').matchAll(/^!(.+)$/gm)].map(([, name]) => name!);
    const built = ['src', 'scripts', 'tsconfig.json', 'tsconfig.build.json', 'package.json', 'package-lock.json'];
    expect(seen).toEqual(expect.arrayContaining([...built, ...files.filter((name) => !name.includes('dist'))]));
  });
});
