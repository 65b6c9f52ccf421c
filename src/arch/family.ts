/** What a family of networks is: a name, settings, and how its hyper-parameters become a program. */
import type { Arch, Dimensions, InputProjection } from './arch.js';
import type { Program } from './program.js';

/** Describes a setting of a family: a word or a number, written in one way. */
export interface FamilySetting {
  readonly expects: string;
  readonly default: string;
  /** Gives the one spelling of a value; null for what is none. */
  canonical(text: string): string | null;
}

/** Describes a family of networks by two widths, a depth and its settings. */
export interface Family<Key extends string = string> {
  readonly name: string;
  readonly settings: Readonly<Record<Key, FamilySetting>>;
  /** The least depth at which both widths are those of layers. */
  readonly shallowest: number;
  /** How the input may become the first value. */
  readonly inputProjections: readonly InputProjection[];
  /**
   * Makes the program of an arch that fits the dimensions. A search for widths asks for programs at widths that are not
   * whole, and counts those of depths that are never written out: beyond some blocks, every two more add as much as the
   * two before.
   */
  program(arch: Arch, dimensions: Dimensions, settings: Readonly<Record<Key, string>>): Program;
  /** The file of the plugin that defines it; absent for those of the table. */
  readonly definedIn?: string;
}

/** Makes a setting that is one of some words; the first is the default. */
export function oneOfWords<const Word extends string>(...words: readonly [Word, ...Word[]]): FamilySetting {
  return {
    expects: words.join(', '),
    default: words[0],
    canonical: (text) => (words.some((word) => word === text) ? text : null),
  };
}

/** Is the share of numbers that dropout leaves out; 0 by default, and then there is none. */
export const dropoutRate: FamilySetting = {
  expects: 'a number from 0 and below 1',
  default: '0',
  canonical(text) {
    const rate = /^(\d+\.?\d*|\.\d+)(e-?\d+)?$/i.test(text) ? Number(text) : NaN;
    return rate >= 0 && rate < 1 ? String(rate) : null;
  },
};

/** Lists the activations that families may take in place of their own. */
export const activations = ['relu', 'gelu', 'silu', 'tanh'] as const;
/** Names one of these activations. */
export type Activation = (typeof activations)[number];
