/** Plugins in names: the setting `plugin=` of a task or a family says by a hash which file defines it. */

/** Gives what stands behind `plugin=` in a name with settings; null where there is none. */
export function pluginHashIn(name: string): string | null {
  const [, hash] = /\?(?:[^?]*&)?plugin=([^&]*)/.exec(name) ?? [];
  return hash ?? null;
}

/** Says whether a text can be the hash of a plugin: the first 12 hexadecimal digits of the SHA-256 of its file. */
export function isPluginHash(text: string): boolean {
  return /^[0-9a-f]{12}$/.test(text);
}
