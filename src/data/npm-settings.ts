/**
 * How the user reaches the npm registry: its address, who they are, their proxy and certificates, as npm itself reads
 * them from the environment and the .npmrc files. Source: docs.npmjs.com, "npmrc" and "config".
 */
import path from 'node:path';
import { homeFolder } from '../base/home.js';
import { readRegularText } from '../base/regular-files.js';

/** Says which registry to ask, and how. */
export interface NpmSettings {
  readonly registry: string;
  /** Under the names that npm's client takes them by. */
  readonly options: Readonly<Record<string, unknown>>;
}

const defaultRegistry = 'https://registry.npmjs.org/';

/** npm's name of a setting and that of its client. */
const optionNames: Readonly<Record<string, string>> = {
  proxy: 'proxy',
  'https-proxy': 'httpsProxy',
  noproxy: 'noProxy',
  'strict-ssl': 'strictSSL',
  ca: 'ca',
  cert: 'cert',
  key: 'key',
  'fetch-timeout': 'timeout',
  'fetch-retries': 'fetchRetries',
};

/** Far more than settings or certificates take. */
const mostBytes = 2 ** 22;

/**
 * Reads the settings from the files and the environment; later ones go before earlier ones: global, user, project,
 * environment.
 */
export async function readNpmSettings(environment: NodeJS.ProcessEnv = process.env): Promise<NpmSettings> {
  const fromEnvironment = environmentSettings(environment);
  const home = homeFolder();
  const user = fromEnvironment.get('userconfig') ?? (home === null ? null : path.join(home, '.npmrc'));
  const prefix = fromEnvironment.get('prefix') ?? path.dirname(path.dirname(process.execPath));
  const globalFile = fromEnvironment.get('globalconfig') ?? path.join(prefix, 'etc', 'npmrc');
  const names = [globalFile, user, '.npmrc'].filter((file) => file !== null);
  const files = await Promise.all(names.map((file) => fileSettings(file, environment)));
  const settings = new Map([...files.flatMap((file) => [...file]), ...fromEnvironment]);
  const cafile = settings.get('cafile');
  const ca = cafile === undefined ? null : await readRegularText(cafile, { mostBytes }).catch(() => null);
  const options = [...settings].flatMap(([name, value]) => optionOf(name, value));
  return {
    registry: settings.get('registry') ?? defaultRegistry,
    options: { ...(ca !== null && { ca }), ...Object.fromEntries(options) },
  };
}

/** Names of access tokens start with the address they are for, such as `//registry.npmjs.org/:_authToken`. */
function optionOf(name: string, value: string): [string, unknown][] {
  if (name.startsWith('//')) return [[name, value]];
  const option = Object.hasOwn(optionNames, name) ? optionNames[name] : undefined;
  if (option === undefined || value === '' || value === 'null') return [];
  return [[option, valueOf(value)]];
}

function valueOf(value: string): string | number | boolean {
  if (/^\d+$/.test(value)) return Number(value);
  return value === 'true' ? true : value === 'false' ? false : value;
}

/** `npm_config_https_proxy` says what `https-proxy` does, in any case. */
function environmentSettings(environment: NodeJS.ProcessEnv): Map<string, string> {
  const prefix = 'npm_config_';
  const given = Object.entries(environment).flatMap(([name, value]) => {
    if (!name.toLowerCase().startsWith(prefix) || !value) return [];
    const setting = name.slice(prefix.length);
    return [[setting.startsWith('//') ? setting : setting.toLowerCase().replaceAll('_', '-'), value] as const];
  });
  return new Map(given);
}

async function fileSettings(file: string, environment: NodeJS.ProcessEnv): Promise<Map<string, string>> {
  const text = await readRegularText(file, { mostBytes }).catch(() => '');
  const lines = text.split(/\r?\n/).filter((line) => !/^\s*([;#]|$)/.test(line) && line.includes('='));
  return new Map(
    lines.map((line) => {
      const at = line.indexOf('=');
      const value = line
        .slice(at + 1)
        .trim()
        .replace(/^(["'])(.*)\1$/, '$2')
        .replace(/\$\{([^}]+)\}/g, (whole, name: string) => environment[name] ?? whole);
      return [line.slice(0, at).trim(), value];
    }),
  );
}
