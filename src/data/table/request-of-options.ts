/** From the options of a command line to what is said of a table. */
import { withHome } from '../../base/home.js';
import { parseNames } from './names.js';
import { isArrayFile } from './read-arrays.js';
import { defaultRequest, type TableRequest, type TargetKind } from './request.js';

/** Holds values of the options that belong to tables; null where one was not given. */
export interface TableOptions {
  readonly target: string | null;
  readonly targetKind: TargetKind | null;
  readonly categorical: string | null;
  readonly numeric: string | null;
  readonly drop: string | null;
  readonly columnNames: string | null;
  readonly delimiter: string | null;
  readonly decimalMark: 'point' | 'comma' | null;
  readonly mostCategories: number | null;
  readonly splitColumn: string | null;
  readonly splitSeed: number | null;
}

/** Gives what the options say of a table. Throws a UserError for a list that holds no names. */
export function requestOf(file: string, options: TableOptions): TableRequest {
  const names = (written: string | null, flag: string) => (written === null ? [] : parseNames(written, flag));
  const isFile = isArrayFile(file) && options.target !== null && /\.npy$/i.test(options.target);
  return {
    targets: isFile ? [] : names(options.target, '--target'),
    targetFile: isFile ? withHome(options.target) : null,
    targetKind: options.targetKind,
    categorical: names(options.categorical, '--categorical'),
    numeric: names(options.numeric, '--numeric'),
    drop: names(options.drop, '--drop'),
    columns: options.columnNames === null ? null : names(options.columnNames, '--columns'),
    delimiter: options.delimiter,
    decimalMark: options.decimalMark === 'comma' ? ',' : '.',
    mostCategories: options.mostCategories ?? defaultRequest.mostCategories,
    splitColumn: options.splitColumn,
    splitSeed: options.splitSeed ?? defaultRequest.splitSeed,
  };
}
