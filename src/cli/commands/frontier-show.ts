/** `hgmlp frontier show`: prints the frontier of a results folder, and how far its search is. */
import { exitCodes } from '../../base/errors.js';
import { folderArgument, type CommandRow } from '../command-row.js';

/** Prints the frontier as a table, as Markdown or as JSON, and writes nothing. */
export const frontierShow: CommandRow = {
  name: 'frontier show',
  summary: 'print the frontier of a results folder, and how far its search is',
  about: 'Prints the frontier of a results folder.',
  arguments: [folderArgument],
  examples: ['hgmlp frontier show', 'hgmlp frontier show results/mnist-denoising-1M --format markdown'],
  async action(context) {
    const [{ loadPlannedStudy }, { notesOf, studyDocument, tracedReport }, { frontierMarkdown, renderFrontierTable }] =
      await Promise.all([
        import('../../study/load.js'),
        import('../../study/report.js'),
        import('../../report/text.js'),
      ]);
    const { values, terminal, words } = context;
    const report = await tracedReport(await loadPlannedStudy(words[0], context), values);
    const { frontier } = report;
    const told = notesOf(report);
    const notes = { ...told, effort: [...told.effort, ...(report.plan?.messages ?? [])] };
    if (values.json) terminal.print(JSON.stringify(studyDocument(report), null, 2));
    else if (values.format === 'markdown') terminal.print(frontierMarkdown(frontier, notes).trimEnd());
    else terminal.print(renderFrontierTable(frontier, terminal, notes));
    return exitCodes.done;
  },
};
