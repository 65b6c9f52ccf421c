/** Options as a search resolves them, from flags, the environment and a configuration file of the folder. */
import { mkdtempSync, rmSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'vitest';
import { UserError } from '../../src/base/errors.js';
import { resolveOptions } from '../../src/config/resolve.js';

export const folder = mkdtempSync(path.join(tmpdir(), 'hgmlp-config-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

export interface Given {
  flags?: Record<string, unknown>;
  environment?: Record<string, string>;
  yaml?: string | Uint8Array;
}

export async function resolve({ flags = {}, environment = {}, yaml }: Given) {
  const file = path.join(folder, 'search.yaml');
  if (yaml !== undefined) await writeFile(file, yaml);
  const withFile = yaml === undefined ? flags : { ...flags, config: file };
  return resolveOptions({ command: 'search', flags: withFile, environment });
}

export async function refusal(given: Given): Promise<string> {
  const error: unknown = await resolve(given).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(UserError);
  const { message } = error as UserError;
  expect(message).not.toContain('\n');
  return message.replaceAll(folder, '');
}
