/** What can be told of option values before anything is opened or measured, and how errors name them. */
import { UserError } from '../base/errors.js';
import { engineRow } from '../engine/engines.js';
import { parseBudget, parseSizeLimits } from '../search/budget.js';
import { parseShard, slurmShard } from '../search/shard.js';
import { familiesOf } from './families.js';
import type { OptionValues } from './fields.js';
import { optionsOf, type CommandName, type OptionKey } from './options.js';
import { flagName, type Resolved } from './resolve.js';

/** Throws a UserError for text that its readers would refuse later. */
export function refuseUnreadable({
  family,
  families,
  budget,
  size,
  limit,
  shard,
  engine,
  provedEngine,
}: OptionValues<OptionKey>): void {
  familiesOf({ family, families });
  if (budget) parseBudget(budget, size ?? undefined);
  if (limit) parseSizeLimits(limit);
  if (shard && shard !== slurmShard) parseShard(shard);
  const named = engine ?? provedEngine ?? null;
  if (named !== null) engineRow(named);
}

/** By these names the rooms below speak of options; of others they speak by their flags. */
const spokenNames: readonly OptionKey[] = [
  'task',
  'family',
  'families',
  'budget',
  'limit',
  'shard',
  'grid',
  'engine',
  'provedEngine',
];

/**
 * Gives an error that begins with the name of an option with the place where that was given instead; others as they
 * are.
 */
export function withPlace(error: unknown, command: CommandName, places: Resolved['places']): unknown {
  if (!(error instanceof UserError)) return error;
  const [, name, value = ''] = /^([\w-]+)( [^\s:]+)?: /.exec(error.message) ?? [];
  const row = optionsOf(command).find((candidate) => {
    const spoken = candidate.key === 'provedEngine' ? 'engine' : candidate.key;
    return flagName(candidate) === name || (spoken === name && spokenNames.includes(candidate.key));
  });
  if (name === undefined || row === undefined) return error;
  const rest = error.message.slice(name.length + value.length);
  const { exitCode, details, cause } = error;
  return new UserError(`${places[row.key] ?? flagName(row)}${value}${rest}`, exitCode, { details, cause });
}
