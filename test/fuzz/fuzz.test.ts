import { afterAll, beforeAll, expect, test } from 'vitest';
import { openFeeder, type Counts, type Feeder } from './feeding.js';
import { targets } from './targets.js';

// `npm run fuzz` sets these.
const { HGMLP_FUZZ_INPUTS, HGMLP_FUZZ_SEED, HGMLP_FUZZ_TARGET, HGMLP_FUZZ_PATH } = process.env;
const allInputs = Number(HGMLP_FUZZ_INPUTS ?? 700);
/** Of a target: fewer tell nothing of its shares. */
const fewestInputs = 60;
const seed = Number(HGMLP_FUZZ_SEED ?? 1);
const chosen = targets.filter(({ name }) => HGMLP_FUZZ_TARGET === undefined || name === HGMLP_FUZZ_TARGET);
const shares = chosen.reduce((sum, { share }) => sum + share, 0);
const table: Counts[] = [];

let feeder: Feeder;

beforeAll(() => {
  feeder = openFeeder();
  show(`seed ${seed}`, 'inputs', 'accepted', 'refused', 'seconds');
});
afterAll(async () => {
  await feeder.close();
  showCounts(sumOf(table));
});

test('there is a target to feed', () => {
  expect(chosen.length).toBeGreaterThan(0);
});

for (const target of chosen) {
  const inputs = Math.max(fewestInputs, Math.ceil((allInputs * target.share) / shares));
  test(
    `${target.name}: no input crashes hgmlp, hangs it or makes it write elsewhere`,
    async () => {
      const path = HGMLP_FUZZ_PATH;
      const counts = await feeder.feed(target, { inputs, seed, ...(path !== undefined && { path }) });
      table.push(counts);
      showCounts(counts);
      if (path !== undefined) return;
      expect(counts.accepted / counts.inputs, 'the share of accepted inputs').toBeGreaterThan(target.least.accepted);
      expect(counts.refused / counts.inputs, 'the share of refused inputs').toBeGreaterThan(target.least.refused);
    },
    24 * 3_600_000,
  );
}

/** A line of the table, as soon as it is known; only where somebody has asked for many inputs. */
function show(...cells: readonly (string | number)[]): void {
  if (HGMLP_FUZZ_INPUTS === undefined) return;
  const [name, ...numbers] = cells.map(String);
  process.stdout.write(`${name!.padEnd(32)}${numbers.map((cell) => cell.padStart(10)).join('')}\n`);
}

function showCounts({ name, inputs, accepted, refused, seconds }: Counts): void {
  show(name, inputs, accepted, refused, seconds.toFixed(1));
}

function sumOf(counts: readonly Counts[]): Counts {
  const sum = (key: Exclude<keyof Counts, 'name'>) => counts.reduce((all, one) => all + one[key], 0);
  return {
    name: 'all',
    inputs: sum('inputs'),
    accepted: sum('accepted'),
    refused: sum('refused'),
    seconds: sum('seconds'),
  };
}
