/** From an architecture to the program that engines run and that sizes are counted of. */
import { checkArch, type Arch, type Dimensions } from './arch.js';
import { residualProgram } from './families/residual.js';
import type { Program } from './program.js';

/** Makes the forward program of an arch. Throws a UserError where the arch does not fit the dimensions. */
export function programOf(arch: Arch, dimensions: Dimensions): Program {
  return residualProgram(checkArch(arch, dimensions), dimensions);
}
