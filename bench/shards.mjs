// How evenly shards divide plans: the multiply-adds of the fullest shard over the mean, averaged over seeds. In plan order,
// as hgmlp deals them out, and with the largest network first, which is more even; and the share of the networks that
// this would move to another shard when the study grows by one pair, where plan order moves none.
// usage: node bench/shards.mjs [BUDGET [SEEDS]]
import { sizeOf } from '../dist/arch/sizes.js';
import { parseBudget } from '../dist/search/budget.js';
import { dealOut } from '../dist/search/shard.js';
import { defaultSpace, searchedShapes } from '../dist/search/space.js';
import { strategies } from '../dist/search/strategies.js';

const [budget = '1M', seeds = '12'] = process.argv.slice(2);
const dimensions = { input: 784, output: 784 };
const setting = {
  dimensions,
  inputProjection: 'trainable',
  outputProjection: 'trainable',
  size: 'trainable',
  limits: [],
};
const multiplyAdds = ({ arch }) => sizeOf(arch, dimensions, 'multiply-adds');
const meanOf = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;

function candidates(pairs, seed) {
  const families = [{ setting, space: defaultSpace }];
  const request = { setting, families, budget: parseBudget(budget), shapes: searchedShapes, seed, pairs };
  return [...strategies.random({ ...request, grid: {} })];
}

const largestFirst = (plan) => plan.toSorted((left, right) => multiplyAdds(right) - multiplyAdds(left));

/** The number of its shard, by candidate. */
function shardsOf(plan, count) {
  return new Map([...dealOut(plan, dimensions, count)].map(({ candidate, shard }) => [candidate, shard]));
}

function fullest(plan, count) {
  const sums = Array.from({ length: count }, () => 0);
  for (const [candidate, shard] of shardsOf(plan, count)) sums[shard - 1] += multiplyAdds(candidate);
  return Math.max(...sums) / meanOf(sums);
}

function moved(plan, count) {
  const before = plan.slice(0, -2);
  const [old, grown] = [before, plan].map((part) => shardsOf(largestFirst(part), count));
  return meanOf(before.map((candidate) => Number(old.get(candidate) !== grown.get(candidate))));
}

for (const pairs of [10, 24, 100]) {
  for (const count of [2, 4, 8]) {
    const plans = Array.from({ length: Number(seeds) }, (_, index) => candidates(pairs, index + 1));
    const [inOrder, sorted] = [plans, plans.map(largestFirst)].map((each) =>
      meanOf(each.map((plan) => fullest(plan, count))),
    );
    const percent = 100 * meanOf(plans.map((plan) => moved(plan, count)));
    console.log(
      `${`${pairs} pairs in ${count} shards:`.padEnd(24)} ${inOrder.toFixed(2)} in plan order; ` +
        `${sorted.toFixed(2)} largest first, of which one pair more moves ${percent.toFixed(0)} %`,
    );
  }
}
