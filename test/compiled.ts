import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

/** Compiles sources, such as `base/files`, into a folder, for scripts that run in a process of their own. */
export async function compileSources(folder: string, sources: readonly string[]): Promise<void> {
  for (const source of sources) {
    const text = await readFile(fileURLToPath(new URL(`../src/${source}.ts`, import.meta.url)), 'utf8');
    const compilerOptions = { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2023 };
    await mkdir(path.join(folder, path.dirname(source)), { recursive: true });
    await writeFile(path.join(folder, `${source}.js`), ts.transpileModule(text, { compilerOptions }).outputText);
  }
  await writeFile(path.join(folder, 'package.json'), '{ "type": "module" }');
}
