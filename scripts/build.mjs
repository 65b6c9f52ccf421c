// Builds the WebAssembly kernels beside their sources (where the tests load them), then the whole of dist/.
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));
const require = createRequire(import.meta.url);

const kernels = readdirSync('src', { recursive: true }).filter((file) => file.endsWith('.kernel.ts'));
for (const kernel of kernels) {
  const source = path.join('src', kernel);
  const binary = source.replace(/\.kernel\.ts$/, '.wasm');
  const options = ['--runtime', 'stub', '--enable', 'simd', '--importMemory', '-O3', '--noAssert'];
  node(require.resolve('assemblyscript/bin/asc.js'), source, '--outFile', binary, ...options);
}

rmSync('dist', { recursive: true, force: true });
for (const kernel of kernels) {
  const binary = kernel.replace(/\.kernel\.ts$/, '.wasm');
  mkdirSync(path.join('dist', path.dirname(binary)), { recursive: true });
  copyFileSync(path.join('src', binary), path.join('dist', binary));
}
node(path.join(path.dirname(require.resolve('typescript/package.json')), 'bin/tsc'), '-p', 'tsconfig.build.json');

function node(script, ...args) {
  execFileSync(process.execPath, [script, ...args], { stdio: 'inherit' });
}
