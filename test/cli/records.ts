/** What the log of a results folder holds, record by record: also those of a run that stands there more than once. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parseLog } from '../../src/run/log-format.js';
import type { Run } from '../../src/run/run.js';

export function recordsOf(folder: string): Run[] {
  const log = path.join(folder, 'log');
  return readdirSync(log).flatMap((file) => parseLog(readFileSync(path.join(log, file))).runs);
}
