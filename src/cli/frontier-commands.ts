/** `hgmlp frontier show` and `hgmlp frontier plot`: read a results folder, trace its frontier, report it. */
import { exitCodes, type ExitCode } from '../base/errors.js';
import { traceFrontier, type Frontier } from '../frontier/trace.js';
import { frontierDocument } from '../report/document.js';
import { frontierMarkdown, renderFrontierTable } from '../report/text.js';
import { writePlots } from '../report/write-report.js';
import type { CommandContext } from './context.js';
import { loadStudy, type LoadedStudy } from './load-study.js';
import { reproducingCommand } from './results-folder.js';

export async function frontierShowCommand(context: CommandContext): Promise<ExitCode> {
  const { values, terminal, words } = context;
  const frontier = frontierOf(await loadStudy(words[0], context), context);
  if (values.json) terminal.print(JSON.stringify(frontierDocument(frontier), null, 2));
  else if (values.format === 'markdown') terminal.print(frontierMarkdown(frontier).trimEnd());
  else terminal.print(renderFrontierTable(frontier, terminal));
  return exitCodes.done;
}

export async function frontierPlotCommand(context: CommandContext): Promise<ExitCode> {
  const { values, terminal, words } = context;
  const study = await loadStudy(words[0], context);
  const { folder, config, runs } = study;
  const files = await writePlots(folder, {
    frontier: frontierOf(study, context),
    runs,
    axis: values.axis!,
    command: reproducingCommand(config),
    resolvedConfig: config,
  });
  if (values.json) terminal.print(JSON.stringify({ schemaVersion: 1, folder, files }, null, 2));
  else for (const file of files) terminal.print(file);
  return exitCodes.done;
}

function frontierOf({ runs, task, count }: LoadedStudy, { values }: CommandContext): Frontier {
  const { name, dimensions, trainingImages } = task;
  const uncertainty = values.noiseStd === null ? {} : { noiseStdDb: values.noiseStd };
  return traceFrontier(runs, { task: name, dimensions, count, trainingImages, uncertainty });
}
