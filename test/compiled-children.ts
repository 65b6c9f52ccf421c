/** Has the processes that tests start run what is compiled: Node.js runs no script of src/, and those of dist/ are the same. */
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { vi } from 'vitest';

vi.mock(import('../src/execute/child.js'), async (importOriginal) => {
  const child = await importOriginal();
  const compiled = (script: string) => path.join(folderOf('dist'), path.relative(folderOf('src'), script));
  return { ...child, forkScript: (script, options) => child.forkScript(compiled(script), options) };
});

const folderOf = (name: string) => fileURLToPath(new URL(`../${name}`, import.meta.url));
