/** The native files of onnxruntime-node, looked at without loading any. */
import { existsSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { shellLine } from '../../base/shell-line.js';

/** Names the library that the install script fetches on request: without it there is no CUDA. */
export const cudaLibrary = 'libonnxruntime_providers_cuda.so';

/** Gives the script that fetches that library, as a path to type; npm may not run it, and may not run it again. */
export function onnxInstallScript(): string {
  const script = 'onnxruntime-node/script/install.js';
  try {
    const absolute = createRequire(import.meta.url).resolve(script);
    const relative = path.relative(process.cwd(), absolute);
    const shortest = relative.startsWith('..') ? absolute : relative;
    return shellLine([shortest]);
  } catch {
    return `node_modules/${script}`;
  }
}

/**
 * Lists the folders with files for this platform, one for each version of Node's interface; none where there are none.
 */
export function nativeFolders(): string[] {
  const manifest = createRequire(import.meta.url).resolve('onnxruntime-node/package.json');
  const bin = path.join(path.dirname(manifest), 'bin');
  if (!existsSync(bin)) return [];
  return readdirSync(bin)
    .map((version) => path.join(bin, version, process.platform, process.arch))
    .filter((folder) => existsSync(folder));
}
