/** What a plugin is, and what it defines: the types of whoever writes one. */
import type { Arch, Dimensions, InputProjection } from '../arch/arch.js';
import type { FamilySetting } from '../arch/family.js';
import type { Layers } from '../arch/layers.js';
import type { Program } from '../arch/program.js';
import type { TargetKind } from '../data/table/request.js';
import type { TaskRecipe } from '../data/task-recipes.js';

/** Describes a family of networks by two widths, a depth and settings. */
export interface FamilyDefinition<Key extends string = string> {
  /** What `--family` calls it: letters, digits and dashes. */
  readonly name: string;
  /** Settings behind the name, each as its words, of which the first is the default, or with a check of its own. */
  readonly settings?: Readonly<Record<Key, readonly [string, ...string[]] | FamilySetting>>;
  /** The least depth at which both widths are those of layers; 1 where it is left out. */
  readonly shallowest?: number;
  /** How the input may become the first value; in every way where it is left out. */
  readonly inputProjections?: readonly InputProjection[];
  /**
   * Writes the network by `layers` and gives what `layers.finish` gives. A search for widths asks for networks at widths
   * that are not whole or 0, and counts those of depths that are never written out: beyond some blocks, every two more add
   * as much as the two before.
   * @param settings each in its one spelling, as text
   */
  program(arch: Arch, dimensions: Dimensions, layers: Layers, settings: Readonly<Record<Key, string>>): Program;
}

/** Holds numbers row by row: one list for each row, or all rows one after the other. */
export type Numbers = readonly (readonly number[] | Float32Array)[] | readonly number[] | Float32Array;

/** Holds the rows of one part of a task. */
export interface PartRows {
  readonly inputs: Numbers;
  /** Of classification 1 for the class and 0 for the others; of multi-label 1 for each label that holds, else 0. */
  readonly targets: Numbers;
}

/** Holds the rows of a task. */
export interface TaskRows {
  readonly training: PartRows;
  readonly validation: PartRows;
  readonly test: PartRows;
}

/** Describes a task on rows of numbers. */
export interface TaskDefinition {
  /** What `--task` calls it: a word, a slash and its kind, such as `spiral/classification`. */
  readonly name: string;
  /** Decides its loss and its metrics. */
  readonly kind: TargetKind;
  /** How many inputs a row has. */
  readonly inputs: number;
  /** How many targets a row has; of classification, how many classes there are. */
  readonly outputs: number;
  /** Makes the rows: the same at every call, since each worker process makes them for itself. */
  rows(): TaskRows | Promise<TaskRows>;
  /** What differs from the recipe of tables, where the user asks for nothing else. */
  readonly recipe?: Partial<Omit<TaskRecipe, 'flips'>>;
}

/** Hands a plugin what it defines families and tasks with. */
export interface PluginTools {
  /** Adds a family for `--family`. Throws a UserError for one that is none. */
  defineFamily<const Key extends string = never>(definition: FamilyDefinition<Key>): void;
  /** Adds a task for `--task`. Throws a UserError for one that is none. */
  defineTask(definition: TaskDefinition): void;
}

/** Is the function that a plugin exports as its default: it is called once in each process that loads the plugin. */
export type Plugin = (hgmlp: PluginTools) => void | Promise<void>;
