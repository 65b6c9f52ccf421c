/**
 * Builds dist/, and the WebAssembly kernels beside their sources, where the tests load them. A search may be running from
 * dist/ meanwhile, and loads some modules late; npx asks for a build at every call, and two may run at once. So nothing is
 * done where nothing has changed; what is new is built beside, then put in place file by file, each whole; and nothing is
 * removed but by `--prune`, which a package is made with.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));
const require = createRequire(import.meta.url);

/** What the last build made, and of which sources. */
const recordName = 'build.json';
const recordFile = `dist/${recordName}`;
const stagingPrefix = '.build-';
const staging = `${stagingPrefix}${process.pid}`;
const abandonedAfterMs = 3_600_000;

removeAbandoned();
// To standard error: `npm pack --silent` prints a name.
if (isUpToDate()) console.error('dist/ is up to date');
else build();
if (process.argv.includes('--prune')) prune();

function build() {
  process.on('exit', () => rmSync(staging, { recursive: true, force: true }));
  let sources;
  do {
    sources = sourcesDigest();
    compile();
    // What was edited meanwhile may be in it or not.
  } while (sources !== sourcesDigest());
  putInPlace(sources);
}

function compile() {
  rmSync(staging, { recursive: true, force: true });
  for (const kernel of filesIn('src').filter((file) => file.endsWith('.kernel.ts'))) {
    const binary = path.join(staging, kernel.replace(/\.kernel\.ts$/, '.wasm'));
    mkdirSync(path.dirname(binary), { recursive: true });
    const options = ['--runtime', 'stub', '--enable', 'simd', '--importMemory', '-O3', '--noAssert'];
    node(require.resolve('assemblyscript/bin/asc.js'), path.join('src', kernel), '--outFile', binary, ...options);
  }
  const compiler = path.join(path.dirname(require.resolve('typescript/package.json')), 'bin/tsc');
  node(compiler, '-p', 'tsconfig.build.json', '--outDir', staging);
}

function putInPlace(sources) {
  const files = filesIn(staging);
  // Until all is in place dist/ is of no sources.
  rmSync(recordFile, { force: true });
  for (const file of files) {
    if (file.endsWith('.wasm')) replace(path.join('src', file), readFileSync(path.join(staging, file)));
    replace(path.join('dist', file), readFileSync(path.join(staging, file)));
  }
  replace(recordFile, `${JSON.stringify({ sources, files })}\n`);
}

/** Whoever reads the file meanwhile has the old one or the new one. */
function replace(file, content) {
  if (existsSync(file) && readFileSync(file).equals(Buffer.from(content))) return;
  mkdirSync(path.dirname(file), { recursive: true });
  const unfinished = path.join(staging, `unfinished-${path.basename(file)}`);
  writeFileSync(unfinished, content);
  renameSync(unfinished, file);
}

/** Of all that decides what is built: sources, settings and the versions of the compilers. */
function sourcesDigest() {
  const settings = ['scripts/build.mjs', 'tsconfig.json', 'tsconfig.build.json', 'package-lock.json'];
  const sources = filesIn('src').filter((file) => !file.endsWith('.wasm'));
  const hash = createHash('sha256');
  for (const file of [...settings, ...sources.map((name) => path.join('src', name))]) {
    hash
      .update(`${file}\0`)
      .update(existsSync(file) ? readFileSync(file) : '')
      .update('\0');
  }
  return hash.digest('hex');
}

function isUpToDate() {
  const { sources, files } = recordOfLastBuild();
  const isThere = (file) =>
    existsSync(path.join('dist', file)) && (!file.endsWith('.wasm') || existsSync(`src/${file}`));
  return sources === sourcesDigest() && files.every(isThere);
}

function recordOfLastBuild() {
  try {
    return JSON.parse(readFileSync(recordFile, 'utf8'));
  } catch {
    return { sources: null, files: [] };
  }
}

/** Removes what the sources no longer give. */
function prune() {
  const made = new Set([...recordOfLastBuild().files, recordName]);
  for (const file of filesIn('dist')) if (!made.has(file)) rmSync(path.join('dist', file));
}

/** What a build that was killed has left. */
function removeAbandoned() {
  for (const name of readdirSync('.').filter((name) => name.startsWith(stagingPrefix))) {
    const { mtimeMs } = statSync(name, { throwIfNoEntry: false }) ?? { mtimeMs: Infinity };
    if (Date.now() - mtimeMs > abandonedAfterMs) rmSync(name, { recursive: true, force: true });
  }
}

/** All below a folder, in a fixed order. */
function filesIn(folder) {
  if (!existsSync(folder)) return [];
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  return files.map(({ parentPath, name }) => path.relative(folder, path.join(parentPath, name))).sort();
}

function node(script, ...args) {
  try {
    execFileSync(process.execPath, [script, ...args], { stdio: 'inherit' });
  } catch {
    // The compiler has said what is wrong.
    process.exit(1);
  }
}
