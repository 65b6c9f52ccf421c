/** `hgmlp data table`: reads a table as a training would, and shows what became of it. */
import { exitCodes, type ExitCode } from '../base/errors.js';
import { withHome } from '../base/home.js';
import { prepareTable, type PreparedTable } from '../data/table/prepare-table.js';
import { readTable } from '../data/table/read-table.js';
import { requestOf } from '../data/table/request-of-options.js';
import type { CommandContext } from './context.js';
import { renderPreparedTable } from './text/table.js';

/** Prints a table as it is read. Throws a UserError for a file or a request that no table follows from. */
export async function showTable({ words, values, terminal }: CommandContext): Promise<ExitCode> {
  const file = withHome(words[0]!);
  const request = requestOf(file, values);
  const prepared = prepareTable(await readTable(file, request), request);
  terminal.print(
    values.json ? JSON.stringify(documentOf(file, prepared), null, 2) : renderPreparedTable(prepared, terminal),
  );
  return exitCodes.done;
}

function documentOf(file: string, prepared: PreparedTable) {
  const { rows, sha256, kind, targetNames, scales, classes, parts, inputWidth, targetWidth, columns, notes } = prepared;
  const counts = {
    training: parts.training.length,
    validation: parts.validation.length,
    test: parts.test.length,
  };
  return {
    ...{ schemaVersion: 1, file, sha256, rows, parts: counts, kind, targets: targetNames, scales, classes },
    ...{ inputWidth, targetWidth, columns, notes },
  };
}
