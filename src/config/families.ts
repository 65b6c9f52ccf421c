/** The families of a search, as `--family` names one and `--families` several. */
import { defaultFamily, familyNamed, familyOf } from '../arch/families.js';
import { compareFamilies } from '../arch/series.js';
import { UserError } from '../base/errors.js';
import { shown } from '../base/shown.js';
import type { OptionValues } from './fields.js';

/** Is a family as archs hold it: absent where it is the default one. */
export type NamedInArch = ReturnType<typeof familyNamed>;

/**
 * Gives the families that the values name, in the order of the table: one, or several that are searched together. Throws a
 * UserError for one that this version does not know, one that is named twice, and where both options name some.
 */
export function familiesOf({ family, families }: Partial<OptionValues<'family' | 'families'>>): readonly NamedInArch[] {
  if (!families) return [familyNamed(family)];
  if (family) {
    throw new UserError(
      `families: expected no --family beside it, got ${shown(family)}; name all families with --families`,
    );
  }
  const named = families.map(oneOf);
  const twice = named.find((name, place) => named.indexOf(name) !== place);
  if (twice !== undefined) {
    throw new UserError(
      `families: expected each family once, got ${twice} twice in ${shown(families.join(','))}; leave one out`,
    );
  }
  return named.sort(compareFamilies).map(familyNamed);
}

/** Names families as messages, titles and stored configurations do. */
export function familyNames(families: readonly NamedInArch[]): readonly string[] {
  return families.map(({ family }) => family ?? defaultFamily);
}

function oneOf(name: string): string {
  try {
    return familyOf({ family: name }).name;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    throw new UserError(error.message.replace(/^family:/, 'families:'));
  }
}
