/** Standard output, which the results go to. */
import { fstatSync, writeFileSync } from 'node:fs';
import { exitCodes, messageOf, UserError } from '../../base/errors.js';
import { fileError } from '../../base/files.js';

const { stdout } = process;

/**
 * Has results that nobody reads any more, such as behind `head`, left unsaid from now on, which is no fault. Results
 * that were to be kept but could not be written, as on a full disk, are told in one line, and a command that would have
 * ended with success then does not. It is to be called once.
 */
export function watchResults(): void {
  if (isFile()) writeWholly();
  let lost: UserError | null = null;
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (lost !== null || isUnread(error)) return;
    lost = asUserError(error);
    process.stderr.write(`hgmlp: ${lost.message}\n`);
  });
  process.on('exit', (exitCode) => {
    if (lost !== null && exitCode === exitCodes.done) process.exitCode = lost.exitCode;
  });
}

const readerGone = new Set(['EPIPE', 'ECONNRESET', 'EOF']);

/** A terminal that has hung up reports an input/output error, as a bad disk does. */
function isUnread({ code = '' }: NodeJS.ErrnoException): boolean {
  return readerGone.has(code) || (code === 'EIO' && !isFile());
}

function isFile(): boolean {
  try {
    return fstatSync(stdout.fd).isFile();
  } catch {
    return false;
  }
}

/** Node asks a file for one write and ignores how much of it was done; this goes on until all is written or refused. */
function writeWholly(): void {
  stdout._write = (chunk: Uint8Array, _, done) => {
    try {
      writeFileSync(stdout.fd, chunk);
      done();
    } catch (error) {
      done(error as Error);
    }
  };
}

function asUserError(error: Error): UserError {
  const known = fileError(error, 'write to', 'standard output');
  if (known instanceof UserError) return known;
  return new UserError(`cannot write to standard output: ${messageOf(error)}; send the results elsewhere`);
}
