/** The imports among the files of src: the rooms have their order by ESLint, and inside a room there is no cycle either. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { expect, test } from 'vitest';

/** By file, the files that it imports. */
type Imports = ReadonlyMap<string, readonly string[]>;

/** Reads what each source imports: values, types, what it hands on, and what it loads later. */
function importsIn(folder: string): Imports {
  const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
    (file) => file.endsWith('.ts') && !file.endsWith('.kernel.ts'),
  );
  return new Map(
    sources.map((file) => {
      const { importedFiles } = ts.preProcessFile(readFileSync(path.join(folder, file), 'utf8'), true, true);
      const ours = importedFiles.filter(({ fileName }) => fileName.startsWith('.'));
      return [
        file,
        ours.map(({ fileName }) => path.join(path.dirname(file), fileName.replace(/\.js$/, '.ts'))),
      ] as const;
    }),
  );
}

/**
 * Finds the groups of files that import each other, be it through others. Source: Tarjan, Depth-First Search and Linear
 * Graph Algorithms, SIAM Journal on Computing 1 (1972).
 */
function cyclesOf(imports: Imports): string[][] {
  const cycles: string[][] = [];
  const stack: string[] = [];
  const numbers = new Map<string, number>();
  /** Gives the lowest number on the stack that the file reaches. */
  const visit = (file: string): number => {
    const number = numbers.size;
    numbers.set(file, number);
    stack.push(file);
    let lowest = number;
    for (const imported of imports.get(file) ?? []) {
      if (!numbers.has(imported)) lowest = Math.min(lowest, visit(imported));
      else if (stack.includes(imported)) lowest = Math.min(lowest, numbers.get(imported)!);
    }
    if (lowest === number) {
      const cycle = stack.splice(stack.indexOf(file));
      if (cycle.length > 1) cycles.push(cycle.sort());
    }
    return lowest;
  };
  for (const file of imports.keys()) if (!numbers.has(file)) visit(file);
  return cycles;
}

test('A cycle of imports is found, however long it is.', () => {
  const planted = { 'a.ts': ['b.ts', 'd.ts'], 'b.ts': ['c.ts'], 'c.ts': ['a.ts'], 'd.ts': ['e.ts'], 'e.ts': [] };
  expect(cyclesOf(new Map(Object.entries(planted)))).toEqual([['a.ts', 'b.ts', 'c.ts']]);
});

test('No two files of src import each other, types and later loading included.', () => {
  const imports = importsIn(fileURLToPath(new URL('../src', import.meta.url)));
  // Else an import that is not found would hide a cycle.
  const missing = [...imports.values()].flat().filter((file) => file.endsWith('.ts') && !imports.has(file));
  expect(missing).toEqual([]);
  expect(imports.get(path.join('study', 'search.ts'))).toContain(path.join('config', 'fields.ts'));
  expect(cyclesOf(imports)).toEqual([]);
});

/** Scripts and benchmarks are no TypeScript: nothing else would say that a name they take is gone. */
test('Scripts and benchmarks import what the built modules export.', () => {
  const root = fileURLToPath(new URL('..', import.meta.url));
  const scripts = ['bench', 'scripts', 'test/torture'].flatMap((folder) =>
    readdirSync(path.join(root, folder))
      .filter((name) => name.endsWith('.mjs'))
      .map((name) => path.join(folder, name)),
  );
  const missing = scripts.flatMap((script) => {
    const text = readFileSync(path.join(root, script), 'utf8');
    return [...text.matchAll(/import \{([^}]*)\} from '[./]*dist\/([^']*)\.js'/g)].flatMap(([, names, module]) => {
      const source = readFileSync(path.join(root, 'src', `${module}.ts`), 'utf8');
      const wanted = names!.split(',').flatMap((name) => name.trim().split(' as ')[0] || []);
      return (
        wanted
          // What a module hands on counts too.
          .filter(
            (name) => !new RegExp(`export ((async )?(const|function\\*?|class) |\\{[^}]*\\b)${name}\\b`).test(source),
          )
          .map((name) => `${script}: ${name} of ${module}`)
      );
    });
  });
  expect(scripts.length).toBeGreaterThan(5);
  expect(missing).toEqual([]);
});
