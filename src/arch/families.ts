/** The table of families, and the way from an architecture to the program that engines run and that sizes are counted of. */
import { UserError } from '../base/errors.js';
import { checkArch, type Arch, type Dimensions } from './arch.js';
import { gated } from './families/gated.js';
import { mlpLn } from './families/mlp-ln.js';
import { plain } from './families/plain.js';
import { residual } from './families/residual.js';
import type { Family } from './family.js';
import type { Program } from './program.js';

/** Lists the families. */
export const families: readonly Family[] = [residual, mlpLn, gated, plain];

/** Names the family of an arch that names none. */
export const defaultFamily = residual.name;

/** Gives the family of an arch. Throws a UserError for one that this version does not know. */
export function familyOf({ family: named = defaultFamily }: Pick<Arch, 'family'>): Family {
  const family = families.find(({ name }) => name === named);
  if (family !== undefined) return family;
  throw new UserError(
    `family '${named}': expected one of ${families.map(({ name }) => name).join(', ')}; update hgmlp`,
  );
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
  return uncheckedProgram(checkNetwork(arch, dimensions), dimensions);
}

/** Does the same without a check: a search for widths asks for sizes at widths that are not whole, and at none. */
export function uncheckedProgram(arch: Arch, dimensions: Dimensions): Program {
  return familyOf(arch).program(arch, dimensions);
}
