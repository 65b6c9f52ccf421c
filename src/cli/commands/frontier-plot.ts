/** `hgmlp frontier plot`: draws the frontier of a results folder again. */
import { exitCodes } from '../../base/errors.js';
import { folderArgument, type CommandRow } from '../command-row.js';

/** Writes the plots into the results folder, and prints the names of the files. */
export const frontierPlot: CommandRow = {
  name: 'frontier plot',
  summary: 'draw the frontier of a results folder: SVG, PNG and an HTML page',
  about: 'Draws the frontier of a results folder again.',
  arguments: [folderArgument],
  examples: ['hgmlp frontier plot', 'hgmlp frontier plot results/mnist-denoising-1M --axis multiply-adds'],
  async action(context) {
    const [{ loadPlannedStudy }, { drawingOf, notesOf, tracedReport }, { writePlots }] = await Promise.all([
      import('../../study/load.js'),
      import('../../study/report.js'),
      import('../../report/write-report.js'),
    ]);
    const { values, terminal, words } = context;
    const planned = await loadPlannedStudy(words[0], context);
    const { folder } = planned;
    const report = await tracedReport(planned, values);
    for (const note of notesOf(report).progress) terminal.say(note);
    const files = await writePlots(folder, drawingOf(planned, report, values.axisScale!));
    if (values.json) terminal.print(JSON.stringify({ schemaVersion: 1, folder, files }, null, 2));
    else for (const file of files) terminal.print(file);
    return exitCodes.done;
  },
};
