/**
 * The options that studies are made of, by their keys, whoever gives them: a command line, a configuration file, a results
 * folder that is opened again, or a program that calls the library.
 */
import type { OptionKey } from './options.js';

/** Names what a study consists of: what it is, how it is trained, what ends it, and where it is kept. */
export const studyKeys = [
  ...['task', 'noiseLevel', 'scale', 'imageSize', 'imageChannels', 'splitSeed'],
  ...['target', 'targetKind', 'categorical', 'numeric', 'drop', 'splitColumn', 'mostCategories'],
  ...['columnNames', 'delimiter', 'decimalMark'],
  ...['family', 'families', 'plugin', 'budget', 'size', 'limit', 'strategy'],
  ...['effort', 'lookEvery', 'reductionFactor', 'tolerance', 'audit', 'untilStable'],
  ...['candidates', 'shapes', 'space', 'grid', 'inputProjection', 'outputProjection'],
  ...['learningRates', 'replicates', 'epochs', 'patience', 'batchSize', 'learningRateStep', 'weightDecay'],
  ...['flips', 'seed'],
  ...['device', 'engine', 'workers', 'devices', 'pack', 'queue', 'shard', 'shared'],
  ...['maxRuns', 'timeLimit', 'maxFailures', 'name', 'dataFolder', 'out', 'config', 'fresh'],
] as const satisfies OptionKey[];

/** Names what a reproduction of published points consists of, beside its task. */
export const reproductionKeys = [
  ...['epochs', 'replicates', 'seed', 'maxTime', 'device', 'engine', 'workers', 'devices', 'pack'],
  ...['dataFolder', 'out', 'fresh'],
] as const satisfies OptionKey[];

/** Names what a command line asks and prints beside. A program has no use for it, and a configuration file must not say it. */
export const terminalKeys = ['yes', 'dryRun', 'json', 'quiet', 'logLevel'] as const satisfies OptionKey[];
