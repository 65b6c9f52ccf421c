/** Families that plugins define, by their names and the hashes of the files that define them. */
import type { Family } from './family.js';

const registered = new Map<string, Family>();

/** Makes a family known. One of the same name in another file, or in the file as it was before, stays known beside it. */
export function registerFamily(family: Family, sha256: string): void {
  registered.set(`${family.name} ${sha256}`, family);
}

/** Gives a family that was made known; undefined where none was. */
export function registeredFamily(name: string, sha256: string): Family | undefined {
  return registered.get(`${name} ${sha256}`);
}
