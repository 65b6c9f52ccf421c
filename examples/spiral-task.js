/**
 * A task by a formula: which of two spirals a point of the plane lies on. Each turns around the origin once.
 *
 *   hgmlp search --plugin examples/spiral-task.js --task spiral/classification --family plain --budget 2k
 *
 * @type {import('hgmlp').Plugin}
 */
export default function ({ defineTask }) {
  defineTask({
    name: 'spiral/classification',
    kind: 'classification',
    inputs: 2,
    outputs: 2,
    recipe: { epochs: 60, batchSize: 16, learningRate: 1e-2 },
    rows: () => ({ training: points(400, 1), validation: points(100, 2), test: points(100, 3) }),
  });
}

/** Draws points by a seed, so that every call gives the same ones. */
function points(count, seed) {
  const random = randomFrom(seed);
  const rows = Array.from({ length: count }, (_, place) => {
    const spiral = place % 2;
    const turn = 0.25 + random();
    const angle = 2 * Math.PI * (turn + spiral / 2);
    const noisy = (value) => 1.5 * value + 0.1 * (random() - 0.5);
    return { spiral, point: [noisy(turn * Math.cos(angle)), noisy(turn * Math.sin(angle))] };
  });
  return { inputs: rows.map(({ point }) => point), targets: rows.map(({ spiral }) => [1 - spiral, spiral]) };
}

/** Gives numbers from 0 to 1: a linear congruential generator with the constants of "Numerical Recipes". */
function randomFrom(seed) {
  let state = seed;
  return () => {
    state = (Math.imul(1664525, state) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}
