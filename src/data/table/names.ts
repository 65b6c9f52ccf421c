/** The names of columns: those of the file, and those that a user writes. */
import { UserError } from '../../base/errors.js';
import { nearestName } from '../../base/nearest.js';
import { shellLine } from '../../base/shell-line.js';
import { shown } from '../../base/shown.js';
import { recordsIn } from '../csv.js';
import { numberOf } from './cells.js';
import type { TableRequest } from './request.js';

/** Gives the names of a header; a column without one is `column 3` by its position. Throws a UserError for a name twice. */
export function columnNames(cells: readonly string[], place: string): string[] {
  const names = cells.map((cell, index) => (cell === '' ? `column ${index + 1}` : cell));
  const seen = new Map<string, number>();
  for (const [index, name] of names.entries()) {
    const earlier = seen.get(name);
    if (earlier !== undefined) {
      throw new UserError(
        `${place}: expected each column once, got ${shown(name)} as columns ${earlier + 1} and ${index + 1}; rename one`,
      );
    }
    seen.set(name, index);
  }
  return names;
}

/**
 * Checks what a request says of columns. Throws a UserError, with the nearest name, for a column that is not there, one
 * that is named twice, and one of which two things are said.
 */
export function checkNames(request: TableRequest, names: readonly string[], source: string): void {
  const lists = [
    ['--target', request.targets],
    ['--split-column', request.splitColumn === null ? [] : [request.splitColumn]],
    ['--drop', request.drop],
    ['--categorical', request.categorical],
    ['--numeric', request.numeric],
  ] as const;
  const known = new Set(names);
  const said = new Map<string, string>();
  for (const [flag, list] of lists) {
    for (const name of list) {
      if (!known.has(name)) throw unknownColumn(flag, name, names, source);
      const earlier = said.get(name);
      if (earlier === flag) throw new UserError(`${flag}: expected each column once, got ${shown(name)} twice`);
      if (earlier !== undefined) {
        throw new UserError(
          `${flag}: expected a column of which nothing else is said, got ${shown(name)}, which is in ${earlier} too; ` +
            'take it out of one of them',
        );
      }
      said.set(name, flag);
    }
  }
}

function unknownColumn(flag: string, name: string, names: readonly string[], source: string): UserError {
  const nearest = nearestName(name, names);
  const meant = nearest === null ? '' : `did you mean ${shown(nearest)}? `;
  const header = names.some((one) => !Number.isNaN(numberOf(one)))
    ? '; if its first line is no header, name its columns with --columns'
    : '';
  return new UserError(
    `${flag}: expected a column of ${source}, got ${shown(name)}; ${meant}It has ${listed(names)}${header}`,
  );
}

const mostListed = 12;

/** Lists the first few of many names. */
export function listed(names: readonly string[]): string {
  const more = names.length > mostListed ? ` and ${names.length - mostListed} more` : '';
  return `${names.slice(0, mostListed).map(shown).join(', ')}${more}`;
}

/**
 * Reads a list of names as a user writes it: `a,b`, or `"a, b",c` where a name holds a comma. Throws a UserError where it
 * is none.
 */
export function parseNames(written: string, flag: string): string[] {
  const [names, ...others] = recordsIn(written) ?? [];
  if (names !== undefined && others.length === 0 && !names.includes('')) return names;
  throw new UserError(
    `${flag}: expected names of columns between commas, got ${shown(written)}; quote names with commas`,
  );
}

/** Writes an option with names as a shell and `parseNames` read it: `--drop id,date`, `--drop '"a, b"'`. */
export function namesOption(flag: string, ...names: readonly string[]): string {
  const quoted = names.map((name) => (/[",\r\n]|^\s|\s$/.test(name) ? `"${name.replaceAll('"', '""')}"` : name));
  return shellLine([flag, quoted.join(',')]);
}
