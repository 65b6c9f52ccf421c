/** Whether this process is to live on when its terminal is gone. */
import { readFileSync, readlinkSync } from 'node:fs';
import path from 'node:path';

/**
 * Whether we were started by nohup, or by a shell that ignores SIGHUP. They have the signal ignored in what they start, but
 * Node takes that back before the first line of ours runs, so only what else they leave tells it: the name under which a
 * shell started us, what our parent ignores, and where nohup turns the streams of a terminal to. The last two are seen on
 * Linux alone.
 */
export function outlivesTerminal(): boolean {
  return (
    path.basename(process.env['_'] ?? '') === 'nohup' ||
    ignoresHangUp(process.ppid) ||
    isWriteOnly(0) ||
    [1, 2].some((stream) => path.basename(targetOf(stream)) === 'nohup.out')
  );
}

/** SIGHUP is signal 1, the lowest bit. */
function ignoresHangUp(processId: number): boolean {
  const ignored = /^SigIgn:\s*([0-9a-f]+)$/m.exec(read(`/proc/${processId}/status`))?.[1] ?? '0';
  return (BigInt(`0x${ignored}`) & 1n) === 1n;
}

/** An input that cannot be read. */
function isWriteOnly(stream: number): boolean {
  return /^flags:\s*\d*[15]$/m.test(read(`/proc/self/fdinfo/${stream}`));
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

function targetOf(stream: number): string {
  try {
    return readlinkSync(`/proc/self/fd/${stream}`);
  } catch {
    return '';
  }
}
