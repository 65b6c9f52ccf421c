/** `hgmlp frontier show` and `hgmlp frontier plot`: read a results folder, trace its frontier, report it. */
import { exitCodes, type ExitCode } from '../base/errors.js';
import { traceFrontier, type Frontier } from '../frontier/trace.js';
import { frontierMarkdown, renderFrontierTable } from '../report/text.js';
import { writePlots } from '../report/write-report.js';
import type { CommandContext } from './context.js';
import { loadPlannedStudy, type LoadedStudy } from '../study/load.js';
import { reproducingCommand } from '../study/folder.js';
import { notesOf, reportOf, studyDocument } from '../study/report.js';

export async function frontierShowCommand(context: CommandContext): Promise<ExitCode> {
  const { values, terminal, words } = context;
  const planned = await loadPlannedStudy(words[0], context);
  const frontier = frontierOf(planned, context);
  const report = await reportOf({ ...planned, frontier });
  const told = notesOf(report);
  const notes = { ...told, effort: [...told.effort, ...(report.plan?.messages ?? [])] };
  if (values.json) terminal.print(JSON.stringify(studyDocument(report), null, 2));
  else if (values.format === 'markdown') terminal.print(frontierMarkdown(frontier, notes).trimEnd());
  else terminal.print(renderFrontierTable(frontier, terminal, notes));
  return exitCodes.done;
}

export async function frontierPlotCommand(context: CommandContext): Promise<ExitCode> {
  const { values, terminal, words } = context;
  const planned = await loadPlannedStudy(words[0], context);
  const { folder, config, runs, task } = planned;
  const frontier = frontierOf(planned, context);
  const notes = notesOf(await reportOf({ ...planned, frontier }));
  for (const note of notes.progress) terminal.say(note);
  const files = await writePlots(folder, {
    frontier,
    runs,
    images: task.target,
    axis: values.axis!,
    command: reproducingCommand(config),
    resolvedConfig: config,
    notes,
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
