/** Traces what a reproduction's log holds, compares it with what was published, and reports. */
import { cpus } from 'node:os';
import { packageVersion } from '../base/version.js';
import { defaultWorkers } from '../execute/pool.js';
import { compareWithPublished } from '../frontier/reproduction.js';
import { summarise } from '../frontier/summarise.js';
import type { ReproductionSetting } from '../report/reproduction-text.js';
import { writeReproduction } from '../report/write-reproduction.js';
import type { Claim } from '../run/claim.js';
import { keyOf } from '../run/key.js';
import { readRunLog } from '../run/log.js';
import { reproducingCommand } from './folder.js';
import type { ReproductionStudy } from './reproduction.js';

/** Holds what is told of a reproduction: the comparison with what was published, and how it was made. */
export interface ReproductionReport {
  readonly folder: string;
  readonly reproduction: ReturnType<typeof compareWithPublished>;
  readonly setting: ReproductionSetting;
}

/**
 * Compares what the log holds with what was published, and writes tables and plots. All is made from the log, so that
 * it does not matter in which order and how often it was trained.
 */
export async function reportReproduction(
  { task, published, ranked, epochs, config }: ReproductionStudy,
  { folder, claim }: { readonly folder: string; readonly claim: Claim },
): Promise<ReproductionReport> {
  const { dimensions } = task;
  const log = await readRunLog(folder);
  const inOrder = ranked.toSorted((left, right) => published.indexOf(left.point) - published.indexOf(right.point));
  const runs = inOrder.flatMap(({ specs }) => specs.flatMap((spec) => log.runs.get(keyOf(spec)) ?? []));
  const reproduction = compareWithPublished(published, summarise(runs, { dimensions, axis: 'trainable' }));
  const setting: ReproductionSetting = {
    epochs,
    command: reproducingCommand(config),
    machine: machineText(),
    version: packageVersion(),
  };
  await writeReproduction(folder, { reproduction, setting, runs, dimensions });
  await claim.confirm();
  return { folder, reproduction, setting };
}

/** `2 cores (AMD EPYC 9R14)`. */
function machineText(): string {
  const cores = defaultWorkers();
  const model = cpus()[0]?.model.trim();
  return `${cores} core${cores === 1 ? '' : 's'}${model ? ` (${model})` : ''}`;
}
