/**
 * numpy's .npy and .npz files: a header and raw values, and a zip archive of such. Headers are matched, never evaluated.
 * Source: numpy, numpy/lib/_format_impl.py ("NPY format").
 */
import { unzipSync } from 'fflate';
import { messageOf, UserError } from '../base/errors.js';
import { dtypeOf } from './pickle-numpy.js';
import type { NumpyArray } from './pickle-values.js';

type ArrayState = NonNullable<NumpyArray['state']>;

const magic = '\x93NUMPY';
const longestHeader = 65_535;
/** Deflate makes nothing more than a thousandth longer, and no archive of a few arrays has a long directory. */
const slackBytes = 65_536;

/**
 * Reads the arrays of those names, as far as the archive has them. `largestBytes` is the most that one array may unpack
 * to. Throws a UserError for an archive that is damaged, or unpacks to more.
 */
export function parseNpz(
  archive: Uint8Array,
  names: readonly string[],
  largestBytes: number,
): ReadonlyMap<string, ArrayState> {
  const wanted = new Set(names.map((name) => `${name}.npy`));
  const seen = new Set<string>();
  const files = unzipped(archive, ({ name, originalSize, size }) => {
    if (!wanted.has(name)) return false;
    // An archive may name the same bytes a thousand times.
    if (seen.has(name)) throw new UserError(`npz: expected ${name} once, got it again`);
    seen.add(name);
    const most = largestBytes + longestHeader;
    if (originalSize > most) {
      throw new UserError(`npz: expected ${name} to unpack to at most ${most} bytes, got ${originalSize}`);
    }
    // A longer stream would unpack to more than the archive says.
    if (size > originalSize * 1.001 + slackBytes) {
      throw new UserError(`npz: expected ${name} to be compressed, got ${size} bytes for ${originalSize}`);
    }
    return true;
  });
  return new Map(Object.entries(files).map(([name, bytes]) => [name.replace(/\.npy$/, ''), parseNpy(bytes)]));
}

type Filter = (file: { name: string; size: number; originalSize: number }) => boolean;

function unzipped(archive: Uint8Array, filter: Filter): Record<string, Uint8Array> {
  try {
    return unzipSync(archive, { filter });
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new UserError(`npz: expected a whole zip archive, got a damaged one (${messageOf(error)})`);
  }
}

/** Reads the array in an .npy file; its bytes are a view. Throws a UserError for anything else. */
export function parseNpy(file: Uint8Array): ArrayState {
  const start = String.fromCharCode(...file.subarray(0, magic.length));
  const version = file[magic.length];
  if (start !== magic || version === undefined || version < 1 || version > 3 || file.length < 12) {
    throw new UserError('npy: expected a file of numpy that starts with \\x93NUMPY and a version from 1 to 3');
  }
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const headerStart = version === 1 ? 10 : 12;
  const headerBytes = version === 1 ? view.getUint16(8, true) : view.getUint32(8, true);
  if (headerBytes > longestHeader || headerStart + headerBytes > file.length) {
    throw new UserError(`npy: expected a header inside the file, got one of ${headerBytes} bytes`);
  }
  const header = new TextDecoder('latin1').decode(file.subarray(headerStart, headerStart + headerBytes));
  const { code, shape } = parseHeader(header);
  const dtype = dtypeOf({ type: 'bytes', bytes: new TextEncoder().encode(code) });
  const bytes = file.subarray(headerStart + headerBytes);
  const expected = shape.reduce((product, length) => product * length, Number(dtype.code.slice(1)));
  if (bytes.length !== expected) throw new UserError(`npy: expected ${expected} bytes of values, got ${bytes.length}`);
  return { dtype, shape, bytes };
}

/** `{'descr': '|u1', 'fortran_order': False, 'shape': (10000, 3072), }` */
function parseHeader(header: string): { code: string; shape: number[] } {
  const code = /'descr':\s*'([<>|=]?\w{1,8})'/.exec(header)?.[1];
  const isFortran = /'fortran_order':\s*(True|False)/.exec(header)?.[1];
  const shape = /'shape':\s*\(([\d\s,]{0,200})\)/.exec(header)?.[1];
  if (code === undefined || isFortran === undefined || shape === undefined) {
    throw new UserError('npy: expected a header with descr, fortran_order and shape, got another one');
  }
  if (isFortran === 'True') throw new UserError('npy: expected an array in C order, got one in Fortran order');
  return { code, shape: shape.split(',').flatMap((length) => (length.trim() === '' ? [] : [Number(length)])) };
}
