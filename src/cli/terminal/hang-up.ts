/** Whether this process is to live on when its terminal is gone. */
import path from 'node:path';
import { linkText, readText } from '../../base/system-text.js';

/**
 * Tells whether we were started by nohup, or by a shell that ignores SIGHUP. They have the signal ignored in what they
 * start, but Node takes that back before the first line of ours runs, so only what else they leave tells it: the name
 * under which a shell started us, what our parent ignores, and where nohup turns the streams of a terminal to. The last
 * two are seen on Linux alone.
 */
export function outlivesTerminal(): boolean {
  return (
    path.basename(process.env['_'] ?? '') === 'nohup' ||
    ignoresHangUp(process.ppid) ||
    isWriteOnly(0) ||
    [1, 2].some((stream) => path.basename(linkText(`/proc/self/fd/${stream}`) ?? '') === 'nohup.out')
  );
}

/** SIGHUP is signal 1, the lowest bit. */
function ignoresHangUp(processId: number): boolean {
  const ignored = /^SigIgn:\s*([0-9a-f]+)$/m.exec(readText(`/proc/${processId}/status`) ?? '')?.[1] ?? '0';
  return (BigInt(`0x${ignored}`) & 1n) === 1n;
}

/** An input that cannot be read. */
function isWriteOnly(stream: number): boolean {
  return /^flags:\s*\d*[15]$/m.test(readText(`/proc/self/fdinfo/${stream}`) ?? '');
}
