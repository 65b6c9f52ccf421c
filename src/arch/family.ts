/** What a family of networks is: a name, and how its hyper-parameters become a program. */
import type { Arch, Dimensions, InputProjection } from './arch.js';
import type { Program } from './program.js';

/** Describes a family of networks by two widths and a depth. */
export interface Family {
  readonly name: string;
  /** One block as a formula, and where it is from. */
  readonly about: string;
  /** The least depth at which both widths are those of layers. */
  readonly shallowest: number;
  /** How the input may become the first value. */
  readonly inputProjections: readonly InputProjection[];
  /**
   * Makes the program of an arch that fits the dimensions. A search for widths asks for programs at widths that are not
   * whole, and counts those of depths that are never written out: beyond some blocks, every two more add as much as the
   * two before.
   */
  program(arch: Arch, dimensions: Dimensions): Program;
}
