/** From an architecture to the program that engines run and that sizes are counted of. */
import { checkArch, type Arch, type Dimensions } from './arch.js';
import { residualProgram } from './families/residual.js';
import type { Program } from './program.js';

/** Makes the forward program of an arch. Throws a UserError where the arch does not fit the dimensions. */
export function programOf(arch: Arch, dimensions: Dimensions): Program {
  return uncheckedProgram(checkArch(arch, dimensions), dimensions);
}

/** Does the same without a check: a search for widths asks for sizes at widths that are not whole, and at none. */
export function uncheckedProgram(arch: Arch, dimensions: Dimensions): Program {
  return residualProgram(arch, dimensions);
}
