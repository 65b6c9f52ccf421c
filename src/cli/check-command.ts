/** `hgmlp frontier check`: a gate that fails where a frontier is worse than a baseline beyond noise. */
import type { ExitCode } from '../base/errors.js';
import { gateDocument, gateExitCodes, gateVerdict } from '../report/gate.js';
import { gateMarkdown, renderGate } from '../report/gate-text.js';
import { gateOf } from '../study/gate.js';
import type { CommandContext } from './context.js';
import { appendStepSummary } from './step-summary.js';

export async function frontierCheckCommand(context: CommandContext): Promise<ExitCode> {
  const { values, terminal, words } = context;
  const report = await gateOf(words[0] ?? null, context);
  if (values.json) terminal.print(JSON.stringify(gateDocument(report), null, 2));
  else if (values.format === 'markdown') terminal.print(gateMarkdown(report).trimEnd());
  else terminal.print(renderGate(report, terminal));
  await appendStepSummary(gateMarkdown(report));
  return gateExitCodes[gateVerdict(report)];
}
