/** The worker processes of a search that the tests started. */
import { execFileSync } from 'node:child_process';
import type { Started } from './run-hgmlp.js';

/** Whether the system has the program that finds them. */
export function canFindProcesses(): boolean {
  try {
    execFileSync('pgrep', ['-x', 'node|pgrep|init'], { stdio: 'ignore' });
    return true;
  } catch (error) {
    return (error as { status?: number | null }).status === 1;
  }
}

/** Ends a worker of the search as a machine without memory does. */
export function killWorker({ child }: Started): void {
  const [worker] = execFileSync('pgrep', ['-P', String(child.pid)], { encoding: 'utf8' }).split('\n');
  process.kill(Number(worker), 'SIGKILL');
}
