/** The table of commands, in the order of the help. */
import type { CommandRow } from '../command-row.js';
import { search } from './search.js';
import { worker } from './worker.js';
import { train } from './train.js';
import { reproduce } from './reproduce.js';
import { importCommand } from './import.js';
import { merge } from './merge.js';
import { retry } from './retry.js';
import { replay } from './replay.js';
import { frontierShow } from './frontier-show.js';
import { frontierPlot } from './frontier-plot.js';
import { frontierCompare } from './frontier-compare.js';
import { frontierCheck } from './frontier-check.js';
import { frontierTrend } from './frontier-trend.js';
import { dataList } from './data-list.js';
import { dataFetch } from './data-fetch.js';
import { dataPath } from './data-path.js';
import { dataTable } from './data-table.js';
import { benchStrategies } from './bench-strategies.js';
import { doctor } from './doctor.js';

/** Lists all commands; the help and docs/options.md keep this order. */
export const commandRows: readonly CommandRow[] = [
  search,
  worker,
  train,
  reproduce,
  importCommand,
  merge,
  retry,
  replay,
  frontierShow,
  frontierPlot,
  frontierCompare,
  frontierCheck,
  frontierTrend,
  dataList,
  dataFetch,
  dataPath,
  dataTable,
  benchStrategies,
  doctor,
];
