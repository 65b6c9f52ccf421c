/** What is asked of a probe, a child process that finds out what this machine can do, and what it replies. */
import type { ExitCode } from '../base/errors.js';
import type { PluginFile } from '../plugin/load.js';
import type { Extremes } from '../train/estimate.js';
import type { Proof } from './golden-case.js';
import type { WebGpuAdapter } from './webgpu-adapter.js';

/** Tells what a probe can be asked. */
export type ProbeQuestion =
  /** Does the engine of that name work? */
  | { readonly type: 'engine'; readonly name: string }
  /** Which adapter does WebGPU find? */
  | { readonly type: 'adapter' }
  /** How many milliseconds does an image of training take, with so many networks side by side? */
  | {
      readonly type: 'measure';
      readonly extremes: Extremes;
      readonly members: number;
      /** A folder with the user's own copy of the data sets. */
      readonly dataFolder: string | undefined;
      /** To be loaded before. */
      readonly plugins: readonly PluginFile[];
    };

/** Picks the question of a type. */
export type QuestionOf<Type extends ProbeQuestion['type']> = Extract<ProbeQuestion, { readonly type: Type }>;

/** Gives the form of an answer by the type of its question. */
export interface Answers {
  /** `cannotStart`: why, in words. */
  readonly engine: EngineProof | { readonly cannotStart: string };
  readonly adapter: WebGpuAdapter;
  readonly measure: Readonly<Record<keyof Extremes, number>>;
}

/** Tells what an engine computed of the golden case, on what, and in which time. */
export interface EngineProof extends Proof {
  readonly adapter: string | null;
  /** From opening the engine to the last output. */
  readonly durationMs: number;
}

/** Tells what a probe sends back: its answer, or why it has none. */
export type Reply =
  | { readonly type: 'answer'; readonly answer: Answers[ProbeQuestion['type']] }
  | {
      readonly type: 'failure';
      readonly reason: string;
      /** Of a UserError what is beside its message. */
      readonly userError: { readonly exitCode: ExitCode; readonly details: readonly string[] } | null;
    };
