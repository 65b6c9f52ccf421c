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
import { archName, type Dimensions } from '../arch/arch.js';
import { sizeOf } from '../arch/sizes.js';
import { UserError } from '../base/errors.js';
import { itemAt } from '../base/items.js';
import { formatExactCount, leastOf } from '../base/numbers.js';
import { shown } from '../base/shown.js';
import type { Candidate } from './candidate.js';

/** Names one of the shares into which a plan is divided. */
export interface Shard {
  /** 1-based. */
  readonly number: number;
  /** Of all shards of the plan. */
  readonly count: number;
}

/** Stands in place of a shard, or of its number: the variables of a Slurm job array then say which one is meant. */
export const slurmShard = 'slurm';

/** Writes a shard as `2/8`. */
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
      `or ${slurmShard} or ${slurmShard}/8 in a job array; got ${shown(text)}`,
  );
}

/**
 * Reads the shard that an option asks for: `slurm` takes its number and the count of shards from a Slurm job array,
 * `slurm/8` the number alone. Throws a UserError where it is none, and where the array does not tell.
 */
export function requestedShard(text: string, environment: Variables): Shard {
  if (text === slurmShard) return shardOfWholeArray(environment);
  const [, count] = /^slurm\/(\d+)$/.exec(text) ?? [];
  return count === undefined ? parseShard(text) : shardOfArrayPart(text, Number(count), environment);
}

type Variables = Readonly<Record<string, string | undefined>>;

/** Of an array of Slurm. Source of the variables: https://slurm.schedmd.com/job_array.html */
interface ArrayTask {
  readonly id: number;
  readonly lowest: number;
  readonly highest: number;
  readonly count: number;
}

function arrayTaskOf(text: string, environment: Variables): ArrayTask {
  const names = ['ID', 'MIN', 'MAX', 'COUNT'].map((name) => `SLURM_ARRAY_TASK_${name}`);
  const absent = names.filter((name) => !/^\d+$/.test(environment[name] ?? ''));
  if (absent.length > 0) {
    throw new UserError(
      `shard ${text}: expected the numbers of a Slurm job array, got none in ${absent.join(', ')}; ` +
        'submit with sbatch --array=1-8, or name the shard: --shard 2/8',
    );
  }
  const [id = 0, lowest = 0, highest = 0, count = 0] = names.map((name) => Number(environment[name]));
  return { id, lowest, highest, count };
}

const namesCount =
  'say of how many it is: --shard slurm/<count>, in an array of any of 1 to <count>, or name the shard: --shard 2/8';

/** Each task of an array must come to the same end, and knows no more of the others than these numbers. */
function shardOfWholeArray(environment: Variables): Shard {
  const task = arrayTaskOf(slurmShard, environment);
  const { id, lowest, highest, count } = task;
  if (count === 1) {
    throw new UserError(
      `shard slurm: expected an array of several tasks, got one (${id}), which would be the whole plan; ${namesCount}`,
    );
  }
  const step = (highest - lowest) / (count - 1);
  const number = (id - lowest) / step + 1;
  if (!Number.isInteger(step) || !Number.isInteger(number) || number < 1 || number > count) {
    throw new UserError(
      `shard slurm: expected evenly spaced array tasks, got ${count} from ${lowest} to ${highest} with ${id} among them; ` +
        namesCount,
    );
  }
  if (!isWhole(task, step, environment['SLURM_ARRAY_TASK_STEP'])) {
    throw new UserError(
      `shard slurm: expected a whole array that counts from 0 or 1 (1-8, 0-7), got ${count} tasks from ${lowest} to ` +
        `${highest}, which may be some of a larger one; ${namesCount}`,
    );
  }
  return parseShard(`${number}/${count}`);
}

/**
 * Whether such tasks are an array from which nobody took some tasks: `1-8`, `0-7`, with a step (`0-14:2`), or numbered by
 * tens (`10-80:10`). Any two numbers are evenly spaced, so a step needs three: `2,4` may be what had failed of `1-4`.
 */
function isWhole({ lowest, count }: ArrayTask, step: number, toldStep: string | undefined): boolean {
  if (step === 1) return lowest <= 1;
  const isByTens = /^10+$/.test(String(step)) && lowest === step;
  return count > 2 && (lowest <= 1 || isByTens) && (toldStep ?? String(step)) === String(step);
}

/** Of an array that may be some of the shards, such as those that failed: its numbers are those of the shards. */
function shardOfArrayPart(text: string, count: number, environment: Variables): Shard {
  const { id, lowest, highest } = arrayTaskOf(text, environment);
  parseShard(`1/${count}`);
  if (lowest >= 1 && highest <= count && id >= lowest && id <= highest) return parseShard(`${id}/${count}`);
  throw new UserError(
    `shard ${text}: expected array tasks of 1 to ${count}, as shards count from 1, got ${id} of ${lowest} to ${highest}; ` +
      `submit with sbatch --array=1-${count}, or compute the shard: --shard $((SLURM_ARRAY_TASK_ID + 1))/${count}`,
  );
}

/** Gives the candidates of one shard, in plan order. */
export function* shareOf(
  candidates: Iterable<Candidate>,
  dimensions: Dimensions,
  { number, count }: Shard,
): Generator<Candidate> {
  for (const { candidate, shard } of dealOut(candidates, dimensions, count)) if (shard === number) yield candidate;
}

/** Deals out all candidates in plan order, each with the number of its shard. Keeps nothing but the shards' sums. */
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
    const index = itemAt(equals, hashOf(candidate) % equals.length);
    multiplyAdds[index]! += sizeOf(candidate.arch, dimensions, 'multiply-adds');
    yield { candidate, shard: index + 1 };
  }
}

/** 32 bits of the SHA-256 of the network's name. */
function hashOf({ arch }: Candidate): number {
  return createHash('sha256').update(archName(arch)).digest().readUInt32BE();
}
