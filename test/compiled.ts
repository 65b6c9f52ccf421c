import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

/**
 * Compiles a source, such as `base/files`, and all of our own that it needs, into a folder, for scripts that run in a
 * process of their own. Packages are found through a link.
 */
export async function compileSource(folder: string, source: string): Promise<void> {
  const left = new Set([source]);
  for (const name of left) {
    const text = await readFile(fileURLToPath(new URL(`../src/${name}.ts`, import.meta.url)), 'utf8');
    const compilerOptions = { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2023 };
    const { outputText } = ts.transpileModule(text, { compilerOptions });
    await mkdir(path.join(folder, path.dirname(name)), { recursive: true });
    await writeFile(path.join(folder, `${name}.js`), outputText);
    for (const { fileName } of ts.preProcessFile(outputText).importedFiles)
      if (fileName.startsWith('.')) left.add(path.posix.join(path.dirname(name), fileName.replace(/\.js$/, '')));
  }
  await writeFile(path.join(folder, 'package.json'), '{ "type": "module" }');
  const packages = fileURLToPath(new URL('../node_modules', import.meta.url));
  await symlink(packages, path.join(folder, 'node_modules'), 'junction');
}
