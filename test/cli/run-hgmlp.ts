/** Runs the real program as a user would; it stands in dist/, which `npm test` builds first. */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { vi } from 'vitest';
import { runCommandLine } from '../../src/cli/command-line.js';
import '../compiled-children.js';

export const program = fileURLToPath(new URL('../../bin/hgmlp.js', import.meta.url));

/** Where an installed `hgmlp` is found, so that the commands it prints begin with that name. */
const installed = mkdtempSync(path.join(tmpdir(), 'hgmlp-path-'));
symlinkSync(program, path.join(installed, 'hgmlp'));
process.on('exit', () => rmSync(installed, { recursive: true, force: true }));

/** For the environment of processes that are to train on few digits. */
export const fewDigits = { NODE_OPTIONS: `--import=${new URL('../data/few-digits.mjs', import.meta.url).href}` };

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Started {
  readonly child: ChildProcess;
  /** Resolves when standard error has shown the text. */
  shown(text: string): Promise<void>;
  readonly ended: Promise<Ended>;
}

interface Surroundings {
  readonly cwd?: string;
  readonly env?: Record<string, string>;
}

interface CallSurroundings extends Surroundings {
  /** Told all of standard error so far whenever there is more of it. */
  readonly onStderr?: (soFar: string) => void;
}

/** Starts hgmlp in a process group of its own. */
export function startHgmlp(args: readonly string[], { cwd, env }: Surroundings = {}): Started {
  const child = spawn(process.execPath, [program, ...args], {
    cwd,
    env: environment(env),
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (data: Buffer) => (stdout += data.toString()));
  child.stderr.on('data', (data: Buffer) => (stderr += data.toString()));
  const ended = new Promise<Ended>((resolve) => child.on('close', (code) => resolve({ code, stdout, stderr })));
  const shown = (text: string) =>
    new Promise<void>((resolve, reject) => {
      const look = () => stderr.includes(text) && resolve();
      child.stderr.on('data', look);
      void ended.then(() => reject(new Error(`hgmlp ended before it showed '${text}': ${stderr}`)));
      look();
    });
  return { child, shown, ended };
}

/** Starts hgmlp, and ends it with all its workers by SIGKILL once standard error has shown the text. */
export async function killWhenShown(text: string, args: readonly string[], surroundings?: Surroundings): Promise<void> {
  const killed = startHgmlp(args, surroundings);
  await killed.shown(text);
  process.kill(-killed.child.pid!, 'SIGKILL');
  await killed.ended;
}

export function runHgmlp(args: readonly string[], surroundings?: Surroundings): Promise<Ended> {
  return startHgmlp(args, surroundings).ended;
}

/**
 * The same in this process, without the second that the program takes to load: for commands whose end is no question. The
 * processes that it starts are real ones.
 */
export async function callHgmlp(
  args: readonly string[],
  { cwd, env, onStderr }: CallSurroundings = {},
): Promise<Ended> {
  const before = { cwd: process.cwd(), env: { ...process.env }, argv: process.argv };
  const written = { stdout: '', stderr: '' };
  const spies = (['stdout', 'stderr'] as const).map((stream) =>
    vi.spyOn(process[stream], 'write').mockImplementation((text) => {
      written[stream] += String(text);
      if (stream === 'stderr') onStderr?.(written.stderr);
      return true;
    }),
  );
  setEnvironment(environment(env));
  process.argv = [process.execPath, program, ...args];
  if (cwd !== undefined) process.chdir(cwd);
  try {
    return { code: await runCommandLine(args), ...written };
  } finally {
    process.chdir(before.cwd);
    setEnvironment(before.env);
    process.argv = before.argv;
    for (const spy of spies) spy.mockRestore();
  }
}

/** As a whole, and so that the system's own functions see it, such as that for the home folder. */
function setEnvironment(env: NodeJS.ProcessEnv): void {
  for (const name of Object.keys(process.env)) if (!(name in env)) delete process.env[name];
  Object.assign(process.env, env);
}

/** They have it train on the processor, whatever this machine has, and end with its terminal, however the tests began. */
export function environment(more: Record<string, string> = {}): NodeJS.ProcessEnv {
  const PATH = [installed, process.env['PATH']].join(path.delimiter);
  return { ...process.env, PATH, NO_COLOR: '1', HGMLP_ENGINE: 'onnx-cpu', _: '', ...more };
}
