import { describe, expect, test } from 'vitest';
import { OutOfMemory, Refusal, UserError } from '../../src/base/errors.js';
import { limitFault } from '../../src/base/machine-limits.js';

/** What proc(5) says of a process with these limits. */
const limits = (lines: string) => () => `Limit                     Soft Limit   Hard Limit   Units\n${lines}`;
const unlimited = limits('Max address space         unlimited            unlimited            bytes\n');
const fewFiles = limits('Max open files            64                   64                   files\n');
const littleSpace = limits('Max address space         8000000000           unlimited            bytes\n');

const coded = (code: string, message = code, more: object = {}) => Object.assign(new Error(message), { code, ...more });
const noMemory = new RangeError('WebAssembly.Memory(): could not allocate memory');

describe('An error of a limit of this machine or process', () => {
  test.each<[string, unknown, () => string, RegExp, number]>([
    [
      'too many open files',
      coded('EMFILE'),
      fewFiles,
      /^too many open files: expected to open 1024 at a time, got a limit of 64; raise it with ulimit -n 1024$/,
      2,
    ],
    ['a module that cannot be opened', coded('ERR_MODULE_NOT_FOUND'), fewFiles, /ulimit -n 1024$/, 2],
    ['the cause of words for the user', new UserError('a', 2, { cause: coded('EMFILE') }), unlimited, /ulimit -n/, 2],
    ['a machine full of open files', coded('ENFILE'), unlimited, /fs\.file-max$/, 75],
    [
      'no room for WebAssembly',
      noMemory,
      littleSpace,
      /got 8\.0 GB \(ulimit -v\); set NODE_OPTIONS=--disable-wasm-trap-handler, or raise the limit$/,
      2,
    ],
    [
      'a native module without room',
      coded('ERR_DLOPEN_FAILED', 'onnxruntime.node: failed to map segment from shared object'),
      littleSpace,
      /^the limit of virtual memory is too low: got 8\.0 GB; raise it \(ulimit -v\)$/,
      2,
    ],
    ['no more processes', coded('EAGAIN', 'spawn', { syscall: 'spawn node' }), unlimited, /--workers 1.*ulimit -u/, 75],
    ['no memory at all', coded('ENOMEM'), unlimited, /no memory left; end other programs/, 75],
  ])('is told in words, with a remedy: %s.', (_, error, read, words, exitCode) => {
    const fault = limitFault(error, read);
    expect(fault).toBeInstanceOf(Refusal);
    expect([fault?.message, fault?.exitCode]).toEqual([expect.stringMatching(words), exitCode]);
  });

  test.runIf(process.platform === 'linux')(
    'where not even the limit can be read, a module that is missing is one.',
    () => {
      expect(limitFault(coded('ERR_MODULE_NOT_FOUND'), () => null)?.message).toMatch(/ulimit -n 1024$/);
    },
  );

  test.each<[string, unknown, () => string]>([
    ['a network too large for a memory of WebAssembly', noMemory, unlimited],
    ['a module that is missing', coded('ERR_MODULE_NOT_FOUND'), unlimited],
    ['less memory than a pack needs', new OutOfMemory('too large'), unlimited],
    ['a resource that is busy', coded('EAGAIN', 'read', { syscall: 'read' }), fewFiles],
    ['words that are said already', new Refusal('a full disk'), fewFiles],
    ['nothing', undefined, fewFiles],
  ])('is not %s.', (_, error, read) => {
    expect(limitFault(error, read)).toBe(null);
  });
});
