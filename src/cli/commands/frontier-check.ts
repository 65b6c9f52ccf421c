/** `hgmlp frontier check`: a gate that fails where a frontier is worse than a baseline beyond noise. */
import type { CommandRow } from '../command-row.js';

/** Ends with exit code 0, 4 or 5: the frontier is not worse, is worse, or the runs cannot tell. */
export const frontierCheck: CommandRow = {
  name: 'frontier check',
  summary: 'fail where a frontier is worse than a baseline beyond noise: exit code 4, or 5 where the runs cannot tell',
  about:
    'Compares a frontier with a baseline, series by series. The exit code is 4 where it is worse by more than the margin ' +
    'beyond noise, and 5 where the runs cannot tell; see statistics.md.',
  arguments: [
    {
      name: '[folder]',
      help: 'results folder, folder:shape or folder:family/shape; without one the latest in results/',
    },
  ],
  examples: [
    'hgmlp frontier check --baseline results/main --margin 0.02',
    'hgmlp frontier check results/new:hourglass --baseline results/main --interval 1M..8M --json',
  ],
  async action(context) {
    const [{ gateReportOf }, { gateDocument, gateExitCodes, gateVerdict }, { gateMarkdown, renderGate }] =
      await Promise.all([
        import('../../study/gate.js'),
        import('../../report/gate.js'),
        import('../../report/gate-text.js'),
      ]);
    const { values, terminal, words } = context;
    const report = await gateReportOf(words[0] ?? null, context);
    if (values.json) terminal.print(JSON.stringify(gateDocument(report), null, 2));
    else if (values.format === 'markdown') terminal.print(gateMarkdown(report).trimEnd());
    else terminal.print(renderGate(report, terminal));
    const { appendStepSummary } = await import('../terminal/step-summary.js');
    await appendStepSummary(gateMarkdown(report));
    return gateExitCodes[gateVerdict(report)];
  },
};
