/** hgmlp as a library. docs/library.md shows how it is used. */
export { search, type Search, type SearchResult } from './library/search.js';
export type { ComparisonOptions, PluginOption, SearchOptions } from './library/options.js';
export {
  compare,
  draw,
  frontier,
  openStudy,
  type ComparisonDocument,
  type DrawOptions,
  type FrontierOptions,
  type FrontierReport,
  type OpenOptions,
} from './library/study.js';
export { UserError } from './base/errors.js';
export type { Arch, Dimensions, InputProjection, Shape } from './arch/arch.js';
export type { FamilySetting } from './arch/family.js';
export type { Layers, ProductOptions } from './arch/layers.js';
export type { Program, Value } from './arch/program.js';
export type {
  FamilyDefinition,
  Numbers,
  PartRows,
  Plugin,
  PluginTools,
  TaskDefinition,
  TaskRows,
} from './plugin/definition.js';
export type { Point } from './frontier/point.js';
export type { Drawing } from './report/write-report.js';
export type { Run } from './run/run.js';
export type { RunSpec } from './run/spec.js';
export type { PlannedStudy } from './study/load.js';
export type { StudyEvent } from './study/port.js';
export type { TrainingProgress } from './study/tally.js';
