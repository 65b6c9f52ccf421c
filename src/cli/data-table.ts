/** `hgmlp data table`: reads a table as a training would, and shows what became of it. */
import { exitCodes, type ExitCode } from '../base/errors.js';
import { withHome } from '../base/home.js';
import { prepareTable, type PreparedTable } from '../data/table/prepare-table.js';
import { parseNames } from '../data/table/names.js';
import { isArrayFile } from '../data/table/read-arrays.js';
import { readTable } from '../data/table/read-table.js';
import { defaultRequest, type TableRequest } from '../data/table/request.js';
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

/** Gives what the options say of a table. Throws a UserError for a list that holds no names. */
function requestOf(file: string, values: CommandContext['values']): TableRequest {
  const names = (written: string | null, flag: string) => (written === null ? [] : parseNames(written, flag));
  const isFile = isArrayFile(file) && values.target !== null && /\.npy$/i.test(values.target);
  return {
    targets: isFile ? [] : names(values.target, '--target'),
    targetFile: isFile ? withHome(values.target) : null,
    targetKind: values.targetKind,
    categorical: names(values.categorical, '--categorical'),
    numeric: names(values.numeric, '--numeric'),
    drop: names(values.drop, '--drop'),
    columns: values.columnNames === null ? null : names(values.columnNames, '--columns'),
    delimiter: values.delimiter,
    decimalMark: values.decimalMark === 'comma' ? ',' : '.',
    mostCategories: values.mostCategories ?? defaultRequest.mostCategories,
    splitColumn: values.splitColumn,
    splitSeed: values.splitSeed ?? defaultRequest.splitSeed,
  };
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
