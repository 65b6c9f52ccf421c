/** What the documents say, held against the program and the container, and their links, held against each other. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { engineRows } from '../src/engine/engines.js';
import { callsInMarkdown, parseCall } from './command-lines.js';

const read = (file: string) => readFileSync(file, 'utf8');
const gpuPage = read('docs/gpu.md');

const withCalls = [
  'README.md',
  ...['commands', 'gpu', 'shards', 'strategies', 'paper'].map((page) => `docs/${page}.md`),
];

describe.each(withCalls)('%s calls hgmlp as it is,', (file) => {
  const calls = callsInMarkdown(read(file));

  test('with words that it knows.', async () => {
    expect(calls.length).toBeGreaterThan(3);
    for (const words of calls) await expect(parseCall(words), words.join(' ')).resolves.toBeUndefined();
  });
});

const markdownIn = (folder: string) =>
  readdirSync(folder).flatMap((name) => (name.endsWith('.md') ? [path.posix.join(folder, name)] : []));
const pages = ['.', 'docs', 'results', 'configs/paper', 'test/golden'].flatMap(markdownIn);

/** The names by which a link may lead to the headings of a page, as GitHub makes them. */
function anchorsOf(page: string): string[] {
  const headings = read(page)
    .replaceAll(/^```.*?^```$/gms, '')
    .matchAll(/^#+ (.+)$/gm);
  return Array.from(headings, ([, heading]) =>
    heading!
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}_ -]/gu, '')
      .replaceAll(' ', '-'),
  );
}

test.each(pages)('the links of %s lead to files and headings that are there.', (page) => {
  const links = [...read(page).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link]) => link!);
  const broken = links.filter((link) => {
    if (/^https?:/.test(link)) return false;
    const [file, anchor] = link.split('#') as [string, string?];
    const target = file === '' ? page : path.posix.join(path.posix.dirname(page), decodeURIComponent(file));
    return !existsSync(target) || (anchor !== undefined && !anchorsOf(target).includes(anchor));
  });
  expect(broken).toEqual([]);
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
