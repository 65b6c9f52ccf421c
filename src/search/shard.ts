/**
 * Shards: a plan divided among machines that do not talk to each other. Each enumerates the same candidates and takes
 * its own.
 *
 * Candidates are dealt out in plan order, each to the shard with the fewest multiply-adds so far; a hash of the network
 * decides among equals. (List scheduling: R. L. Graham, "Bounds on multiprocessing timing anomalies", SIAM J. Appl.
 * Math. 17, 1969.) So no two shards differ by more than one network, and a study that grows by candidates, learning
 * rates or replicates moves nothing. Dealing out the largest first would be more even, but one pair more would move a
 * third of the networks (bench/shards.mjs), and what has been trained of them would be trained again elsewhere.
 */
import { createHash } from 'node:crypto';
import { archName, multiplyAddsPerImage, type Dimensions } from '../arch/arch.js';
import { UserError } from '../base/errors.js';
import { formatExactCount, leastOf } from '../base/numbers.js';
import { shown } from '../base/shown.js';
import type { Candidate } from './candidate.js';

export interface Shard {
  /** 1-based. */
  readonly number: number;
  /** Of all shards of the plan. */
  readonly count: number;
}

/** In place of a shard: which one it is, the variables of a Slurm job array tell. */
export const slurmShard = 'slurm';

/** `2/8`. */
export function shardText({ number, count }: Shard): string {
  return `${number}/${count}`;
}

/** Bounds what dealing out keeps. */
const mostShards = 10_000;

/** Reads a shard as `shardText` writes it. Throws a UserError for anything else. */
export function parseShard(text: string): Shard {
  const [, number = 0, count = 0] = (/^(\d+)\/(\d+)$/.exec(text) ?? []).map(Number);
  if (number >= 1 && number <= count && count <= mostShards) return { number, count };
  throw new UserError(
    `shard: expected which of how many, such as 2/8 (at most ${formatExactCount(mostShards)}), ` +
      `or ${slurmShard} in a job array; got ${shown(text)}`,
  );
}

/**
 * The shard that an option asks for. Throws a UserError where it is none, and where `slurm` does not stand in an evenly
 * numbered job array of several tasks.
 */
export function requestedShard(text: string, environment: Readonly<Record<string, string | undefined>>): Shard {
  return text === slurmShard ? shardOfArrayTask(environment) : parseShard(text);
}

/** Source of the variables: https://slurm.schedmd.com/job_array.html */
const arrayVariables = ['ID', 'MIN', 'MAX', 'COUNT'].map((name) => `SLURM_ARRAY_TASK_${name}`);

function shardOfArrayTask(environment: Readonly<Record<string, string | undefined>>): Shard {
  const absent = arrayVariables.filter((name) => !/^\d+$/.test(environment[name] ?? ''));
  if (absent.length > 0) {
    throw new UserError(
      `shard slurm: expected the numbers of a Slurm job array, got none in ${absent.join(', ')}; ` +
        'submit with sbatch --array=1-8, or name the shard: --shard 2/8',
    );
  }
  const [id = 0, lowest = 0, highest = 0, count = 0] = arrayVariables.map((name) => Number(environment[name]));
  if (count === 1) {
    throw new UserError(
      `shard slurm: expected an array of several tasks, got one (${id}), which would be the whole plan; ` +
        'to run one shard again, name it: --shard 2/8',
    );
  }
  const number = ((id - lowest) * (count - 1)) / (highest - lowest) + 1;
  if (Number.isInteger(number) && number >= 1 && number <= count) return parseShard(`${number}/${count}`);
  throw new UserError(
    `shard slurm: expected evenly spaced array tasks, got ${count} from ${lowest} to ${highest} with ${id} among them; ` +
      'submit with sbatch --array=1-8, or name the shard: --shard 2/8',
  );
}

/** The candidates of one shard, in plan order. */
export function* shareOf(
  candidates: Iterable<Candidate>,
  dimensions: Dimensions,
  { number, count }: Shard,
): Generator<Candidate> {
  for (const { candidate, shard } of dealOut(candidates, dimensions, count)) if (shard === number) yield candidate;
}

/** All candidates in plan order, each with the number of its shard. Keeps nothing but the shards' sums. */
export function* dealOut(
  candidates: Iterable<Candidate>,
  dimensions: Dimensions,
  count: number,
): Generator<{ readonly candidate: Candidate; readonly shard: number }> {
  // All runs of a study are alike but for the network, so the multiply-adds of one image stand for those of training.
  const multiplyAdds = Array.from({ length: count }, () => 0);
  for (const candidate of candidates) {
    const least = leastOf(multiplyAdds);
    const equals = multiplyAdds.flatMap((sum, index) => (sum === least ? [index] : []));
    const index = equals[hashOf(candidate) % equals.length]!;
    multiplyAdds[index]! += multiplyAddsPerImage(candidate.arch, dimensions);
    yield { candidate, shard: index + 1 };
  }
}

/** 32 bits of the SHA-256 of the network's name. */
function hashOf({ arch }: Candidate): number {
  return createHash('sha256').update(archName(arch)).digest().readUInt32BE();
}
