/** How the user's own settings of npm are found. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readNpmSettings } from '../../src/data/npm-settings.js';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'hgmlp-npm-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('the settings of npm', () => {
  test('come from the environment before the files, with tokens and references to variables', async () => {
    const user = path.join(folder, 'user');
    const everyone = path.join(folder, 'global');
    writeFileSync(
      everyone,
      'registry=https://global.example/\nstrict-ssl = false\nhttps-proxy = "http://proxy.example"\n; a comment=1\n',
    );
    writeFileSync(user, 'registry = https://user.example/\n//user.example/:_authToken=${SECRET}\n');
    const environment = { npm_config_userconfig: user, NPM_CONFIG_GLOBALCONFIG: everyone, SECRET: 'abc' };
    const { registry: address, options: settings } = await readNpmSettings(environment);
    expect(address).toBe('https://user.example/');
    expect(settings).toMatchObject({
      strictSSL: false,
      httpsProxy: 'http://proxy.example',
      '//user.example/:_authToken': 'abc',
    });
    const given = await readNpmSettings({ ...environment, npm_config_registry: 'https://env.example/' });
    expect(given.registry).toBe('https://env.example/');
  });

  test('without any say npmjs.org', async () => {
    const nothing = path.join(folder, 'none');
    const environment = { npm_config_userconfig: nothing, npm_config_globalconfig: nothing };
    expect((await readNpmSettings(environment)).registry).toBe('https://registry.npmjs.org/');
  });
});
