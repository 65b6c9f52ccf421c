// @ts-check
/**
 * The injected file layer: loaded into hgmlp by `--import`, it stands between the program and the file system. Every call
 * that changes something on the disk under test is counted and named in a trace; at one of them it does what the schedule
 * says: kills the process, cuts a write short, or refuses. What hgmlp would change elsewhere is told as a stray call.
 *
 * In a worker it also makes haste, see `fast-clock.mjs`. A power cut is a kill after which only what was synced is sure to last: of data written since, a random part stays, and
 * a name made since its folder was synced may be gone, or name what it named before.
 */
import childProcess from 'node:child_process';
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import path from 'node:path';
import './fast-clock.mjs';
import { openPowerCut } from './power-cut.mjs';

/**
 * @typedef {object} Plan what the layer is told, in the environment variable `HGMLP_TORTURE`
 * @property {string} disk the folder that stands for the disk: calls below it count
 * @property {string} trace the file that gets a line for each call
 * @property {string} stash a folder for what a power cut may bring back
 * @property {'search' | 'worker'} role of this process
 * @property {string} journal the file that a fake worker writes into, see there
 * @property {string | null} fakeWorker a script that takes the place of hgmlp's worker
 * @property {Fault | null} fault
 *
 * @typedef {object} Fault
 * @property {'search' | 'worker'} role the process that it meets
 * @property {number} call the number of the call that it meets, from 1
 * @property {'kill' | 'power cut' | 'refuse' | 'cut short'} does
 * @property {'before' | 'after' | 'within'} when `within` a write: a part of it is done
 * @property {'ENOSPC' | 'EIO'} [code] of a refusal
 * @property {boolean} [lasting] whether every later call is refused too
 * @property {boolean} [deaf] whether the disk ignores syncs: it stands for a program that does not sync
 * @property {number} seed of the lengths that are drawn
 */

/** @type {Plan} */
const plan = JSON.parse(process.env['HGMLP_TORTURE'] ?? 'null');
/** Made when the fault has struck: the worker that takes a killed one's place is spared. */
const struck = `${plan.trace}-struck`;
const fault = plan.fault?.role === plan.role && !fs.existsSync(struck) ? plan.fault : null;
const { open, rename, mkdir, rm, unlink } = fs.promises;
const original = { appendFileSync: fs.appendFileSync, writeFileSync: fs.writeFileSync, fork: childProcess.fork };
const powerCut = openPowerCut(plan.disk, plan.stash, fault?.seed ?? 0);
/** @type {WeakMap<object, string>} */
const paths = new WeakMap();
let calls = 0;
let refusing = false;
/** Above 0 where the layer itself is at work, by calls that it refuses to others. */
let atWork = 0;

/** @param {unknown} file */
const isOnDisk = (file) => typeof file === 'string' && `${path.resolve(file)}/`.startsWith(`${plan.disk}/`);

/** @param {string} text */
const trace = (text) => original.appendFileSync(plan.trace, `${plan.role} ${text}\n`);

/**
 * @template T
 * @param {string} kind
 * @param {string} file
 * @param {() => Promise<T>} act
 * @param {(() => Promise<T>) | null} [part] does a part of the call, where it can be parted
 * @returns {Promise<T>}
 */
async function counted(kind, file, act, part = null) {
  if (!isOnDisk(file)) {
    trace(`stray ${kind} ${file}`);
    return act();
  }
  calls += 1;
  trace(`${kind} ${path.relative(plan.disk, path.resolve(file))}`);
  if (refusing) throw refusal(kind, file);
  if (fault?.call !== calls) return act();
  if (fault.when === 'before') await strike(kind, file);
  const result = await (fault.when === 'within' && part !== null ? part() : act());
  if (fault.when !== 'before') await strike(kind, file);
  return result;
}

/**
 * @param {string} kind
 * @param {string} file
 */
async function strike(kind, file) {
  const { does, lasting = false } = /** @type {Fault} */ (fault);
  original.writeFileSync(struck, '');
  atWork += does === 'power cut' ? 1 : 0;
  if (does === 'power cut') powerCut.strike();
  if (does === 'power cut' || does === 'kill') {
    process.kill(process.pid, 'SIGKILL');
    await new Promise(() => undefined);
  }
  refusing = lasting;
  if (does === 'refuse' && fault?.when === 'before') throw refusal(kind, file);
}

/**
 * @param {string} kind
 * @param {string} file
 */
function refusal(kind, file) {
  const code = /** @type {Fault} */ (fault).code;
  return Object.assign(new Error(`${code}: injected, ${kind} '${file}'`), { code, syscall: kind, path: file });
}

/** @param {number} length */
const partOf = (length) => (length < 2 ? length : 1 + powerCut.random(length - 1));

/** @param {string | number} flags */
const mayWrite = (flags) => (typeof flags === 'number' ? (flags & 3) !== 0 : flags !== 'r');

/** @type {any} */
const patches = {
  async open(/** @type {any} */ file, flags = 'r', /** @type {any} */ mode) {
    const act = async () => {
      const isNew = !fs.existsSync(file);
      const handle = await open(file, flags, mode);
      if (mayWrite(flags) && isOnDisk(file)) powerCut.opened(path.resolve(file), isNew);
      paths.set(handle, path.resolve(file));
      return handle;
    };
    const handle = mayWrite(flags) ? await counted('open', file, act) : await act();
    patchHandles(handle);
    return handle;
  },
  rename: (/** @type {string} */ from, /** @type {string} */ to) =>
    counted('rename', to, async () => {
      const done = powerCut.renaming(path.resolve(from), path.resolve(to));
      await rename(from, to);
      done();
    }),
  mkdir: (/** @type {string} */ folder, /** @type {any} */ options) =>
    counted('mkdir', folder, async () => {
      const missing = powerCut.missingFolders(path.resolve(folder));
      const made = await mkdir(folder, options);
      powerCut.made(missing);
      return made;
    }),
  rm: (/** @type {string} */ file, /** @type {any} */ options) =>
    counted('rm', file, async () => {
      // It unlinks through calls that are refused below.
      atWork += 1;
      await rm(file, options).finally(() => (atWork -= 1));
    }),
  unlink: (/** @type {string} */ file) => counted('unlink', file, () => unlink(file)),
};

/** The methods of every file handle, which has no class that a program could name. */
function patchHandles(/** @type {any} */ handle) {
  const prototype = Object.getPrototypeOf(handle);
  if (Object.hasOwn(prototype, 'isLayered')) return;
  const { write, sync, datasync, truncate } = prototype;
  const pathOf = (/** @type {object} */ of) => /** @type {string} */ (paths.get(of));
  /** @param {any} of @param {Buffer} bytes @param {number | null} position */
  const writeBytes = (of, bytes, position) => {
    const some = async (/** @type {number} */ length) => {
      powerCut.writing(pathOf(of));
      return write.call(of, bytes, 0, length, position);
    };
    return counted(
      'write',
      pathOf(of),
      () => some(bytes.length),
      () => some(partOf(bytes.length)),
    );
  };
  const whole = async function (/** @type {any} */ data, /** @type {any} */ options) {
    // As Node does it: in pieces, until all is written or refused.
    let bytes = Buffer.from(data, typeof options === 'string' ? options : options?.encoding);
    while (bytes.length > 0) {
      // @ts-expect-error the handle
      const { bytesWritten } = await writeBytes(this, bytes.subarray(0, 524_288), null);
      bytes = bytes.subarray(bytesWritten);
    }
  };
  const synced = (/** @type {string} */ kind, /** @type {any} */ does) =>
    function () {
      // @ts-expect-error the handle
      const [of, file] = [this, pathOf(this)];
      return counted(kind, file, async () => {
        await does.call(of);
        if (!fault?.deaf) powerCut.synced(file);
      });
    };
  const unknown = () => Promise.reject(new Error('the file layer does not know this call'));
  Object.assign(prototype, {
    isLayered: true,
    write(/** @type {any} */ data, /** @type {any} */ offset, /** @type {any} */ length, /** @type {any} */ position) {
      if (typeof data === 'string') return writeBytes(this, Buffer.from(data), offset ?? null);
      const view = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
      const [start, end] = [offset ?? 0, (offset ?? 0) + (length ?? view.length - (offset ?? 0))];
      return writeBytes(this, view.subarray(start, end), position ?? null);
    },
    writeFile: whole,
    appendFile: whole,
    sync: synced('sync', sync),
    datasync: synced('datasync', datasync),
    truncate(length = 0) {
      return counted('truncate', pathOf(this), () => truncate.call(this, length));
    },
    writev: unknown,
    createWriteStream: unknown,
  });
}

/** Calls that hgmlp does not make on results: if it begins to, the layer has to learn them first. */
const unknownCalls = ['writeFile', 'appendFile', 'copyFile', 'cp', 'link', 'symlink', 'rmdir', 'mkdtemp', 'truncate'];
const refused = [
  ...unknownCalls.map((name) => /** @type {const} */ ([fs.promises, name])),
  ...['open', 'rename', 'mkdir', 'rm', 'unlink', 'createWriteStream', ...unknownCalls].map((name) => [fs, name]),
  ...['openSync', 'renameSync', 'mkdirSync', 'rmSync', 'unlinkSync'].map((name) => [fs, name]),
  ...unknownCalls.map((name) => [fs, `${name}Sync`]),
];
for (const [owner, name] of /** @type {[any, string][]} */ (refused)) {
  const does = owner[name];
  owner[name] = (/** @type {any[]} */ ...given) => {
    const reads = name.startsWith('open') && !mayWrite(typeof given[1] === 'function' ? 'r' : (given[1] ?? 'r'));
    if (!reads && atWork === 0 && isOnDisk(given[0]))
      throw new Error(`the file layer does not know ${name} (${given[0]})`);
    return does(...given);
  };
}

childProcess.fork = /** @type {any} */ (
  (/** @type {string} */ script, /** @type {string[]} */ args, /** @type {any} */ options) => {
    const isWorker = script.endsWith(path.join('execute', 'worker.js'));
    const HGMLP_TORTURE = JSON.stringify({ ...plan, role: 'worker' });
    const env = { ...options.env, HGMLP_TORTURE };
    return original.fork((isWorker ? plan.fakeWorker : null) ?? script, args, { ...options, env });
  }
);
Object.assign(fs.promises, patches);
syncBuiltinESMExports();
