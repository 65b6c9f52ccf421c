/** What npm does with the package, by what stands in its files: every version, without the network but for its registry. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

interface Manifest {
  readonly scripts: Readonly<Record<string, string>>;
  readonly files: readonly string[];
  readonly allowScripts: Readonly<Record<string, boolean>>;
}

interface Lock {
  readonly packages: Readonly<Record<string, { readonly hasInstallScript?: boolean }>>;
}

const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as Manifest;
const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8')) as Lock;

describe('npm ci', () => {
  test("does not run ONNX Runtime's script, which fetches CUDA's libraries: npm runs those that the lock file marks.", () => {
    expect(packages['node_modules/onnxruntime-node']).toBeDefined();
    expect(packages['node_modules/onnxruntime-node']).not.toHaveProperty('hasInstallScript');
  });

  test('leaves no script to be reviewed: npm 11 warns of those that package.json does not name, and npm 12 blocks them.', () => {
    const marked = Object.entries(packages).flatMap(([place, { hasInstallScript }]) =>
      hasInstallScript ? [place.replace(/^.*node_modules\//, '')] : [],
    );
    expect(marked.length).toBeGreaterThan(0);
    expect(Object.keys(manifest.allowScripts)).toEqual(expect.arrayContaining([...marked, 'onnxruntime-node']));
    expect(manifest.allowScripts).toMatchObject({ 'onnxruntime-node': false, '@tensorflow/tfjs-node': true });
  });
});

test('a package holds what the sources give alone, and no record of the build.', () => {
  expect(manifest.scripts).toMatchObject({
    prepare: 'node scripts/build.mjs',
    prepack: 'node scripts/build.mjs --prune',
  });
  expect(manifest.files).toEqual(expect.arrayContaining(['dist', '!dist/build.json']));
});
