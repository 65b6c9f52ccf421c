/** Traces what a reproduction's log holds, compares it with what was published, and reports. */
import { cpus } from 'node:os';
import { defaultWorkers } from '../execute/pool.js';
import { compareWithPublished } from '../frontier/reproduction.js';
import { summarise } from '../frontier/summarise.js';
import { renderReproduction, type ReproductionSetting } from '../report/reproduction-text.js';
import { writeReproduction } from '../report/write-reproduction.js';
import { keyOf } from '../run/key.js';
import { readRunLog } from '../run/log.js';
import type { ReproductionStudy } from '../study/reproduction.js';
import { reproducingCommand } from '../study/folder.js';
import type { PlanSetting } from './run-plan.js';
import { packageVersion } from './version.js';

/** Everything comes from the log, so that it does not matter in which order and how often the command was run. */
export async function reportReproduction(
  { task, published, ranked, epochs, config }: ReproductionStudy,
  { folder, claim, context: { values, terminal } }: Omit<PlanSetting, 'workforce'>,
): Promise<void> {
  const { dimensions } = task;
  const log = await readRunLog(folder);
  const inOrder = ranked.toSorted((left, right) => published.indexOf(left.point) - published.indexOf(right.point));
  const runs = inOrder.flatMap(({ specs }) => specs.flatMap((spec) => log.runs.get(keyOf(spec)) ?? []));
  const reproduction = compareWithPublished(published, summarise(runs, { dimensions, count: 'trainable' }));
  const setting: ReproductionSetting = {
    epochs,
    command: reproducingCommand(config),
    machine: machineText(),
    version: packageVersion(),
  };
  await writeReproduction(folder, { reproduction, setting, runs, dimensions });
  await claim.confirm();
  if (values.json) {
    terminal.print(JSON.stringify({ schemaVersion: 1, ...reproduction, ...setting, folder }, null, 2));
    return;
  }
  terminal.print(renderReproduction(reproduction, setting, terminal));
  terminal.print(`Results: ${folder}/ (reproduction.md, reproduction.png, reproduction.csv, runs.csv)`);
}

/** `2 cores (AMD EPYC 9R14)`. */
function machineText(): string {
  const cores = defaultWorkers();
  const model = cpus()[0]?.model.trim();
  return `${cores} core${cores === 1 ? '' : 's'}${model ? ` (${model})` : ''}`;
}
