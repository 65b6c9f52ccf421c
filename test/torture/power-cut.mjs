// @ts-check
/** What a power cut leaves of a disk: keeps the books on what was synced, and takes away the rest. */
import fs from 'node:fs';
import path from 'node:path';
import { randomStream } from '../../dist/base/random.js';

// Taken before the file layer puts its own in their places.
const { copyFileSync, existsSync, mkdirSync, rmSync, statSync, truncateSync } = fs;

/**
 * @param {string} disk the folder that is hit; itself it lasts
 * @param {string} stash where files are kept that were renamed over, as long as their names may come back
 * @param {number} seed
 */
export function openPowerCut(disk, stash, seed) {
  const stream = randomStream('power cut', seed);
  /** @type {Map<string, number>} the length that is sure to last, of files with more than that */
  const unsynced = new Map();
  /** @type {Map<string, string | null>} names that may be gone; with the file that the name stood for before */
  const names = new Map();
  const isOnDisk = (/** @type {string} */ file) => file.startsWith(`${disk}/`);
  const lengthOf = (/** @type {string} */ file) => statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  const forget = (/** @type {string} */ file) => {
    unsynced.delete(file);
    names.delete(file);
  };
  return {
    /** A whole number from 0 to bound - 1. */
    random: (/** @type {number} */ bound) => stream.integerBelow(bound),
    opened(/** @type {string} */ file, /** @type {boolean} */ isNew) {
      if (isNew) names.set(file, null);
    },
    writing(/** @type {string} */ file) {
      if (!unsynced.has(file)) unsynced.set(file, lengthOf(file));
    },
    /** Of a file its content, of a folder the names in it. */
    synced(/** @type {string} */ file) {
      unsynced.delete(file);
      for (const name of names.keys()) if (path.dirname(name) === file) names.delete(name);
    },
    /** Gives what is to be called when it is done. */
    renaming(/** @type {string} */ from, /** @type {string} */ to) {
      let before = names.get(to) ?? null;
      if (!names.has(to) && existsSync(to) && statSync(to).isFile()) {
        before = path.join(stash, String(stream.uint32()));
        mkdirSync(stash, { recursive: true });
        copyFileSync(to, before);
      }
      const length = unsynced.get(from);
      return () => {
        forget(from);
        unsynced.delete(to);
        if (length !== undefined) unsynced.set(to, length);
        names.set(to, before);
      };
    },
    /** The folder and those above it that are not there, on this disk. */
    missingFolders(/** @type {string} */ folder) {
      const missing = [];
      for (let at = folder; isOnDisk(at) && !existsSync(at); at = path.dirname(at)) missing.push(at);
      return missing;
    },
    made(/** @type {readonly string[]} */ folders) {
      for (const folder of folders) names.set(folder, null);
    },
    strike() {
      for (const [file, length] of unsynced) {
        const more = lengthOf(file) - length;
        if (more > 0) truncateSync(file, length + stream.integerBelow(more + 1));
      }
      for (const [name, before] of names) {
        if (stream.integerBelow(2) === 0) continue;
        rmSync(name, { recursive: true, force: true });
        if (before !== null && existsSync(path.dirname(name))) copyFileSync(before, name);
      }
    },
  };
}
