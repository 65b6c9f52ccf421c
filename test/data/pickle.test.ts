/** Pickles as Python writes them, and pickles as nobody should: nothing in them is ever run. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { UserError } from '../../src/base/errors.js';
import { parseBatch } from '../../src/data/imagenet32-batch.js';
import { parsePickle } from '../../src/data/pickle.js';
import type { PickledBytes, PickledTuple } from '../../src/data/pickle-values.js';
import { expectedLabels, expectedPixels, hasPython, pythonWithNumpy, writePickles } from './pickled.js';

const images = 5;
let folder: string;

const fileOf = (name: string) => new Uint8Array(readFileSync(path.join(folder, name)));

describe.skipIf(!hasPython())("a file of numpy's arrays (skipped where there is no python3)", () => {
  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'hgmlp-pickles-'));
    writePickles(folder, images, { python: 'python3', numpy: false });
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  test('is read the same from every protocol, of Python 2 and 3, before numpy 2 and since', () => {
    const names = readdirSync(folder);
    expect(names.length).toBe(15);
    for (const name of names) {
      const { pixels, labels } = parseBatch(fileOf(name), false);
      expect(Buffer.compare(pixels, expectedPixels(images)), name).toBe(0);
      expect([...labels], name).toEqual(expectedLabels(images));
    }
  });

  test.each(['numpy.core-protocol-4', 'numpy._core-protocol-5', 'python-2'])(
    'gives the pixels of %s as a view of the file',
    (name) => {
      const file = fileOf(name);
      expect(parseBatch(file, false).pixels.buffer).toBe(file.buffer);
    },
  );

  test('that was cut anywhere is refused in one line', () => {
    for (const name of ['numpy.core-protocol-0', 'numpy.core-protocol-2', 'numpy._core-protocol-5', 'python-2']) {
      const file = fileOf(name);
      for (let length = 0; length < file.length; length += length < 300 || length > file.length - 300 ? 1 : 97) {
        expectRefusal(file.subarray(0, length));
      }
    }
  });

  test('with a byte behind its end is refused', () => {
    expect(() => parsePickle(Uint8Array.from([...fileOf('python-2'), 0]))).toThrow('expected the end of the file');
  });

  test('with a label outside 1 to 1000, or one too few, is refused', () => {
    const file = Buffer.from(fileOf('python-2'));
    const last = file.length - 5;
    file.writeUInt16LE(1001, last);
    expect(() => parseBatch(new Uint8Array(file), false)).toThrow("expected 'labels' from 1 to 1000, got 1001");
    const fewer = Uint8Array.from([...file.subarray(0, last - 1), ...Buffer.from('eu.')]);
    expect(() => parseBatch(fewer, false)).toThrow("expected 'labels' of 5 images, got 4");
  });

  test('with a label that is a list which holds itself is refused in one line', () => {
    const file = fileOf('python-2');
    const itself = Buffer.from(']q\xf0h\xf0aeu.', 'latin1');
    const cyclic = Uint8Array.from([...file.subarray(0, file.length - 6), ...itself]);
    expect(() => parseBatch(cyclic, false)).toThrow("expected 'labels' from 1 to 1000, got list");
  });

  test('with any one byte changed outside its pixels is read or refused, and never harms', () => {
    const file = fileOf('numpy.core-protocol-4');
    const pixelStart = Buffer.from(file).indexOf(expectedPixels(images));
    for (let place = 0; place < file.length; place += 1) {
      if (place === pixelStart) place += images * 3072;
      for (const change of [1, 0x55, 0xff]) {
        const changed = file.slice();
        changed[place]! ^= change;
        try {
          parseBatch(changed, false);
        } catch (error) {
          expect(error).toBeInstanceOf(UserError);
        }
      }
    }
  });
});

const numpy = pythonWithNumpy();

describe.skipIf(numpy === null)('with numpy itself (skipped where no Python has it)', () => {
  let written: string;
  beforeAll(() => {
    written = mkdtempSync(path.join(tmpdir(), 'hgmlp-numpy-'));
    writePickles(written, images, { python: numpy!, numpy: true });
  });
  afterAll(() => rmSync(written, { recursive: true }));

  const read = (name: string) => parseBatch(new Uint8Array(readFileSync(path.join(written, name))), /npz$/.test(name));

  test('every protocol and both kinds of archives are read', () => {
    const names = readdirSync(written).filter((name) => name !== 'fortran-order');
    expect(names.length).toBe(10);
    for (const name of names) {
      const { pixels, labels } = read(name);
      expect(Buffer.compare(pixels, expectedPixels(images)), name).toBe(0);
      expect([...labels], name).toEqual(expectedLabels(images));
    }
  });

  test('an array whose columns come first is refused', () => {
    expect(() => read('fortran-order')).toThrow('expected an array in C order, got one in Fortran order');
  });
});

describe('a pickle that asks for something else', () => {
  const text = (value: string) => [...Buffer.from(value, 'latin1')];
  const int32 = (value: number) => [...new Uint8Array(Int32Array.of(value).buffer)];

  test.each<[string, number[], RegExp]>([
    ['a shell', text("cos\nsystem\n(S'touch /tmp/harm'\ntR."), /'os\.system' has no place/],
    ['eval', text('\x80\x02cbuiltins\neval\n(X\x01\x00\x00\x001tR.'), /'builtins\.eval' has no place/],
    ['a name from the stack', text('\x80\x04\x8c\x02os\x8c\x06system\x93.'), /'os\.system' has no place/],
    ['a name with a path in it', text('\x80\x04\x8c\x05numpy\x8c\x0aload.dtype\x93.'), /'numpy\.load\.dtype'/],
    ['an instance', text('(ios\nsystem\n.'), /opcode INST at byte 1 has no place/],
    ['an object', text('(cnumpy\nndarray\no.'), /opcode OBJ/],
    ['a new object', text('\x80\x02cnumpy\nndarray\n)\x81.'), /opcode NEWOBJ/],
    ['a registered extension', text('\x80\x02\x82\x01.'), /opcode EXT1/],
    ['a wide extension', text('\x80\x02\x84\x01\x00\x00\x00.'), /opcode EXT4/],
    ['something kept elsewhere', text('Pabc\n.'), /opcode PERSID/],
    ['something kept elsewhere, by value', text('\x80\x02U\x01aQ.'), /opcode BINPERSID/],
    ['a buffer of another file', text('\x80\x05\x97.'), /opcode NEXT_BUFFER/],
    ['a set', text('\x80\x04\x8f.'), /opcode EMPTY_SET/],
    ['a byte that is no opcode', [0x7f], /opcode 0x7f at byte 0/],
    ['a newer protocol', [0x80, 6], /protocol up to 5, got 6/],
    ['a call of a list', text('])R.'), /got one of list/],
    ['a call of a name that is only handed on', text('cnumpy\nndarray\n)R.'), /numpy\.ndarray/],
    [
      'bytes past the end',
      [...text('\x80\x03B'), ...int32(-1), 0],
      /expected 4294967295 bytes .* end of the file after 1/,
    ],
    ['huge bytes', [...text('\x80\x04\x8e'), ...Array<number>(8).fill(0xff)], /end of the file/],
    ['a huge frame', [...text('\x80\x04\x95'), ...Array<number>(8).fill(0x7f), 0x4e, 0x2e], /expected a frame/],
    ['a huge string', [...text('T'), ...int32(2 ** 31 - 1), 1], /end of the file/],
    ['a huge number', [...text('\x80\x02\x8b'), ...int32(9), ...Array<number>(9).fill(1)], /at most 8 bytes, got 9/],
    ['something it never put away', text('h\x05.'), /something in memory 5, got nothing/],
    ['more than the stack has', text('\x80\x02N\x86.'), /expected 2 values before an opcode, got 1/],
    ['what lies below a mark', text('\x80\x02N(N\x86.'), /expected 2 values before an opcode, got 1/],
    ['a mark that is not there', text('t.'), /expected a mark/],
    ['nothing', text('.'), /expected one value at the end, got 0/],
    ['two things', text('NN.'), /expected one value at the end, got 2/],
    ['a key that is a list', text('}]Ns.'), /expected a short text as a key, got list/],
    ['another encoding', text('c_codecs\nencode\n(VA\nVutf-16\ntR.'), /'latin1'/],
    ['characters that are no bytes', text('c_codecs\nencode\n(V\\u0416\nVlatin1\ntR.'), /Latin-1 characters/],
    ['an array of objects', text('cnumpy\ndtype\n(VO\nI0\nI1\ntR.'), /the dtype 'O'/],
    ['an array of records', text('cnumpy\ndtype\n(VV8\nI0\nI1\ntR.'), /the dtype 'V8'/],
  ])('%s is refused', (_, bytes, expected) => {
    const error = expectRefusal(Uint8Array.from(bytes));
    expect(error.message).toMatch(expected);
  });

  test('thousands of levels deep is refused', () => {
    expect(() => parsePickle(Uint8Array.from(text('('.repeat(2000))))).toThrow('expected at most 1000 levels');
    const nested = Uint8Array.from(text(`N${'\x85'.repeat(500_000)}.`));
    expect(() => parseBatch(nested, false)).toThrow('expected a dictionary, got tuple');
  });

  test('with millions of steps is refused', () => {
    expect(() => parsePickle(new Uint8Array(5_000_000).fill(0x4e))).toThrow('expected at most 2000000 values');
    const turns = new Uint8Array(5_000_000).map((_, place) => (place % 2 === 0 ? 0x4e : 0x30));
    expect(() => parsePickle(turns)).toThrow('expected at most 4000000 steps');
  });

  test('to encode one text again and again gets the same bytes each time', () => {
    const again = 'c_codecs\nencode\n(g0\nVlatin1\ntR';
    const value = parsePickle(Uint8Array.from(text(`Vlong\np0\n0(${again}${again}t.`)));
    const [one, other] = (value as PickledTuple).items as PickledBytes[];
    expect(Buffer.from(one!.bytes).toString()).toBe('long');
    // A copy each time would let a small file fill the memory.
    expect(other!.bytes).toBe(one!.bytes);
  });

  test('to change what all objects share changes nothing', () => {
    const value = parsePickle(Uint8Array.from(text('}(V__proto__\n}Vpolluted\nI01\nsVconstructor\nNu.')));
    expect(value).toMatchObject({ type: 'dictionary' });
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  test('with colours of a terminal in a name shows none', () => {
    const error = expectRefusal(Uint8Array.from(text('cos\n\x1b[31mred\n.')));
    expect(error.message).not.toContain('\x1b');
  });
});

describe('a batch', () => {
  const text = (value: string) => Uint8Array.from(Buffer.from(value, 'latin1'));

  test.each<[string, string, RegExp]>([
    ['that is a list', '].', /expected a dictionary, got list/],
    ['without pixels', '}.', /expected an array 'data', got nothing/],
    ['whose pixels are a text', '}Vdata\nVabc\ns.', /expected an array 'data', got text/],
    ['whose array has no state', '}Vdata\ncnumpy.core.multiarray\n_reconstruct\n(tRs.', /expected an array 'data'/],
  ])('%s is refused', (_, pickle, expected) => {
    expect(() => parseBatch(text(pickle), false)).toThrow(expected);
  });
});

function expectRefusal(bytes: Uint8Array): UserError {
  let thrown: unknown;
  try {
    parsePickle(bytes);
  } catch (error) {
    thrown = error;
  }
  expect(thrown).toBeInstanceOf(UserError);
  expect((thrown as UserError).message).not.toContain('\n');
  return thrown as UserError;
}
