/**
 * Limits of the machine and of this process that keep all work from going on, whichever run it is of: the errors that tell
 * of them, in words, with what to do. Sources: getrlimit(2), proc(5).
 */
import { exitCodes, messageOf, Refusal, UserError } from './errors.js';
import { formatGigabytes } from './numbers.js';
import { readText, type ReadText } from './system-text.js';

const fewestOpenFiles = 1024;
const limitsFile = '/proc/self/limits';

/** Puts an error of such a limit into words; null for any other error. */
export function limitFault(error: unknown, read: ReadText = readText): Refusal | null {
  if (error instanceof Refusal) return null;
  // A UserError has it as its cause.
  const words = limitWords(error instanceof UserError ? error.cause : error, read);
  return words === null ? null : new Refusal(words.text, words.exitCode, { cause: error });
}

interface Words {
  readonly text: string;
  /** 75 where the limit is one that others use up, who may end. */
  readonly exitCode: 2 | 75;
}

function limitWords(error: unknown, read: ReadText): Words | null {
  const { code, syscall = '' } = (error ?? {}) as { code?: string; syscall?: string };
  const message = messageOf(error);
  const openFiles = softLimit('Max open files', read);
  // Where no file can be opened, a module that is there is not found, and on Linux the limit cannot be read either.
  const isMissing = /^(ERR_MODULE_NOT_FOUND|MODULE_NOT_FOUND|ERR_DLOPEN_FAILED)$/.test(code ?? '');
  const isUnreadable = process.platform === 'linux' && read(limitsFile) === null;
  const areFew = isUnreadable || (openFiles !== null && openFiles < 128);
  if (code === 'EMFILE' || (isMissing && areFew) || /too many open files/i.test(message)) {
    const got = openFiles === null ? '' : `, got a limit of ${openFiles}`;
    return {
      text: `too many open files: expected to open ${fewestOpenFiles} at a time${got}; raise it with ulimit -n ${fewestOpenFiles}`,
      exitCode: exitCodes.usage,
    };
  }
  if (code === 'ENFILE') {
    return { text: filesUsedUp, exitCode: exitCodes.stoppedResumable };
  }
  if (code === 'EAGAIN' && syscall.startsWith('spawn')) {
    return { text: `no more processes may be started; ${fewerProcesses}`, exitCode: exitCodes.stoppedResumable };
  }
  return memoryWords(error, read);
}

/** Tells the user what ENFILE means, and what to do. */
export const filesUsedUp = 'this machine has as many files open as it takes; end other programs, or raise fs.file-max';

/** Tells the user what to do where a process or thread cannot be started. */
export const fewerProcesses =
  'ask for fewer workers (--workers 1), end other programs, or raise the limit (ulimit -u, or that of the container or ' +
  'batch job)';

function memoryWords(error: unknown, read: ReadText): Words | null {
  const message = messageOf(error);
  const addressSpaceBytes = softLimit('Max address space', read);
  const isOfWebAssembly = /WebAssembly\.(Memory|instantiate|compile).*(allocate|memory)/i.test(message);
  if (addressSpaceBytes !== null && isOfWebAssembly && !hasNoTrapHandler()) {
    return {
      text:
        'the limit of virtual memory is too low for WebAssembly, for each memory of which Node.js sets some 10 GB of ' +
        `addresses aside: got ${formatGigabytes(addressSpaceBytes)} (ulimit -v); set NODE_OPTIONS=--disable-wasm-trap-handler, ` +
        'or raise the limit',
      exitCode: exitCodes.usage,
    };
  }
  // What the loader of native modules says.
  if (addressSpaceBytes !== null && /failed to map segment|cannot allocate memory/i.test(message)) {
    const got = formatGigabytes(addressSpaceBytes);
    return {
      text: `the limit of virtual memory is too low: got ${got}; raise it (ulimit -v)`,
      exitCode: exitCodes.usage,
    };
  }
  if ((error as { code?: string } | undefined)?.code !== 'ENOMEM') return null;
  const text = 'this machine has no memory left; end other programs, or ask for fewer workers (--workers 1)';
  return { text, exitCode: exitCodes.stoppedResumable };
}

/** Each memory is then no larger than what it holds. */
function hasNoTrapHandler(): boolean {
  return [...process.execArgv, process.env['NODE_OPTIONS'] ?? ''].join(' ').includes('disable-wasm-trap-handler');
}

/** Reads the soft limit of this process, in the unit of the limit; null where there is none, or none is told. */
export function softLimit(name: string, read: ReadText = readText): number | null {
  const [, limit] = new RegExp(`^${name} +(\\d+) `, 'm').exec(read(limitsFile) ?? '') ?? [];
  return limit === undefined ? null : Number(limit);
}
