/**
 * Says which test files may share a process. Loading all modules again for each file takes longer than most tests, so the
 * files for which the same modules are replaced share them, and so do those for which none are.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export interface Group {
  readonly name: string;
  /** Whether each of its files has a process of its own. */
  readonly isolate: boolean;
  /** Its files. */
  readonly include: string[];
  /** The helpers that replace modules for it, which Vitest runs before each file. */
  readonly setupFiles: string[];
}

const folder = fileURLToPath(new URL('.', import.meta.url));

/** Groups all test files by the helpers with `vi.mock` that they import, be it through other helpers. */
export function testGroups(): Group[] {
  const groups = new Map<string, Group>();
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.test.ts'));
  for (const file of files.map((name) => path.join(folder, name))) {
    const isolate = needsProcess(file);
    const setupFiles = isolate ? [] : [...helpersOf(file)].filter(replacesModules).sort();
    const names = setupFiles.map((helper) => path.basename(helper, '.ts'));
    const name = isolate ? 'alone' : ['shared', ...names].join(' ');
    const group = groups.get(name) ?? { name, isolate, include: [], setupFiles };
    group.include.push(file.replaceAll(path.sep, '/'));
    groups.set(name, group);
  }
  // The small files last, so that both cores have work to the end.
  return [...groups.values()].sort((one, other) => one.include.length - other.include.length);
}

/** Where a file itself replaces modules, others would see it; engines keep memory and devices until their process ends. */
function needsProcess(file: string): boolean {
  const opensEngines = /^engine.(conformance|device-|tfjs-|refusal)/.test(path.relative(folder, file));
  return replacesModules(file) || opensEngines;
}

function replacesModules(file: string): boolean {
  return /\bvi\.(do)?mock\(/i.test(readFileSync(file, 'utf8'));
}

/** Finds the files of test/ that a file imports, and those that they import. */
function helpersOf(file: string, found = new Set<string>()): Set<string> {
  for (const [, specifier] of readFileSync(file, 'utf8').matchAll(/^(?:import|.* from) '(\.[^']*)';$/gm)) {
    const helper = path.resolve(path.dirname(file), specifier!).replace(/\.js$/, '.ts');
    if (!helper.startsWith(folder) || !existsSync(helper) || found.has(helper)) continue;
    found.add(helper);
    helpersOf(helper, found);
  }
  return found;
}
