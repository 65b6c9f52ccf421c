/**
 * The table of families, and the way from an architecture to the program that engines run and that sizes are counted of.
 *
 * A family may have settings: `residual?activation=gelu&dropout=0.1`. A setting at its default is left out, and the others
 * stand in the order of the family's table, so that one kind of network has one name. That of a family of a plugin begins
 * with the hash of the plugin's file: `swirl?plugin=0123456789ab`.
 */
import { UserError } from '../base/errors.js';
import { isPluginHash, pluginHashIn } from '../base/plugin-hash.js';
import { readSettings, splitName } from '../base/settings.js';
import { checkArch, type Arch, type Dimensions } from './arch.js';
import { faultOfProgram } from './check-program.js';
import { gated } from './families/gated.js';
import { mlpLn } from './families/mlp-ln.js';
import { plain } from './families/plain.js';
import { residual } from './families/residual.js';
import { twoStream } from './families/two-stream.js';
import type { Family } from './family.js';
import { registeredFamily } from './plugin-families.js';
import type { Program } from './program.js';

/** Lists the families. */
export const families: readonly Family[] = [residual, mlpLn, gated, plain, twoStream];

/** Names the family of an arch that names none. */
export const defaultFamily = residual.name;

/** Is a family with its settings, as a name says them. */
export interface NamedFamily extends Pick<Family, 'shallowest' | 'inputProjections' | 'definedIn'> {
  /** The one spelling of it, with its settings. */
  readonly name: string;
  program(arch: Arch, dimensions: Dimensions): Program;
}

const read = new Map<string, NamedFamily>();

/**
 * Gives the family of an arch, with its settings. Throws a UserError for one that this version does not know, and for a
 * setting that is none of it.
 */
export function familyOf({ family: name = defaultFamily }: Pick<Arch, 'family'>): NamedFamily {
  const known = read.get(name) ?? readFamily(name);
  read.set(name, known);
  return known;
}

/** Gives the family as archs hold it, in its one spelling: absent where it is the one that those of older records are of. */
export function familyNamed(name: string | null | undefined): { readonly family?: string } {
  const family = familyOf({ family: name ?? defaultFamily }).name;
  return family === defaultFamily ? {} : { family };
}

/** Says whether a family may have the name: that of a row of the table, or one that a plugin gives. */
export function mayNameFamily(name: string): boolean {
  const [base] = splitName(name);
  return families.some((family) => family.name === base) || isPluginHash(pluginHashIn(name) ?? '');
}

/** Gives the one spelling of a family's name, and of a plugin's that is not loaded the name as it is. */
export function spelledFamily(name: string): string {
  const hash = pluginHashIn(name);
  const isLoaded = hash === null || registeredFamily(splitName(name)[0], hash) !== undefined;
  return isLoaded ? familyOf({ family: name }).name : name;
}

function readFamily(name: string): NamedFamily {
  const [base, query] = splitName(name);
  const hash = pluginHashIn(name);
  const row = rowOf(base, hash);
  const given = givenSettings(row, name, query);
  const keys = Object.keys(row.settings);
  const settings = Object.fromEntries(keys.map((key) => [key, given.get(key) ?? row.settings[key]!.default]));
  const shown = [
    ...(hash === null ? [] : [`plugin=${hash}`]),
    ...keys.filter((key) => settings[key] !== row.settings[key]!.default).map((key) => `${key}=${settings[key]}`),
  ];
  const { shallowest, inputProjections, definedIn } = row;
  return {
    ...{ shallowest, inputProjections, name: [base, ...(shown.length === 0 ? [] : [shown.join('&')])].join('?') },
    ...(definedIn !== undefined && { definedIn }),
    program: (arch, dimensions) => row.program(arch, dimensions, settings),
  };
}

function rowOf(base: string, hash: string | null): Family {
  const row = hash === null ? families.find((family) => family.name === base) : registeredFamily(base, hash);
  if (row !== undefined) return row;
  if (hash !== null) {
    throw new UserError(
      `family: expected the plugin that defines '${base}', a file whose SHA-256 begins with ${hash}, got no such plugin; ` +
        'name that file with --plugin (config.yaml of its results says where it was)',
    );
  }
  const names = families.map((family) => family.name).join(', ');
  throw new UserError(`family: expected one of ${names}, got '${base}'; use one of them, or update hgmlp`);
}

function givenSettings({ name: family, settings }: Family, name: string, query: string): Map<string, string> {
  return readSettings(query, { option: 'family', name }, (key, text) => {
    if (key === 'plugin') return text;
    const row = Object.hasOwn(settings, key) ? settings[key] : undefined;
    if (row === undefined) {
      const known = Object.keys(settings).join(', ') || 'none';
      throw new UserError(`family: expected for ${family} a setting among ${known}; got '${key}' in '${name}'`);
    }
    const value = row.canonical(text);
    if (value === null) throw new UserError(`family: expected for ${key} ${row.expects}, got '${text}' in '${name}'`);
    return value;
  });
}

/** Gives the same arch if its family can be built so for these dimensions. Throws a UserError with the reason if not. */
export function checkNetwork(arch: Arch, dimensions: Dimensions): Arch {
  requireInputProjection(arch);
  const { name, shallowest } = familyOf(arch);
  if (arch.depth < shallowest) {
    throw new UserError(`depth: expected at least ${shallowest} for the family ${name}, got ${arch.depth}`);
  }
  return checkArch(arch, dimensions);
}

/** Throws a UserError for an input projection that the family has not. */
export function requireInputProjection(arch: Pick<Arch, 'family' | 'inputProjection'>): void {
  const { name, inputProjections } = familyOf(arch);
  if (inputProjections.includes(arch.inputProjection)) return;
  throw new UserError(
    `input projection '${arch.inputProjection}': expected ${inputProjections.join(' or ')} for the family ${name}; ` +
      'change --input-projection or --family',
  );
}

/** Makes the forward program of an arch. Throws a UserError where the arch does not fit the dimensions. */
export function programOf(arch: Arch, dimensions: Dimensions): Program {
  const program = uncheckedProgram(checkNetwork(arch, dimensions), dimensions);
  const { name, definedIn } = familyOf(arch);
  if (definedIn === undefined) return program;
  const fault = faultOfProgram(program);
  if (fault === null) return program;
  throw new UserError(`plugin ${definedIn}: expected of family ${name} ${fault}; mend its program()`);
}

/** Does the same without a check: a search for widths asks for sizes at widths that are not whole, and at none. */
export function uncheckedProgram(arch: Arch, dimensions: Dimensions): Program {
  return familyOf(arch).program(arch, dimensions);
}
