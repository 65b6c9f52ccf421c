/**
 * Inverses of functions that never fall: the largest argument at which a size stays within a bound. Sizes are sums over
 * a program, so they are lines or parabolas in a width, or in pieces; each guess is checked against the function itself.
 */

/** Is how far, relative to the bound, the value at a guessed argument may lie from it: rounding, and no more. */
const slack = 1e-12;
/** No width is as large: a function that is below its bound here is bounded by nothing. */
const farthest = 1e12;
const halvings = 100;

/**
 * Gives the largest argument from 0 at which the function is at most the bound: Infinity where it always is, and a
 * negative number where it never is. Of a straight line also the argument below 0 at which it meets the bound.
 */
export function inverseOfLine(valueAt: (argument: number) => number, bound: number): number {
  const [atZero, atOne] = [valueAt(0), valueAt(1)];
  const met = (bound - atZero) / (atOne - atZero);
  if (Number.isFinite(met) && isMet(valueAt(met), bound)) return met;
  return inverseFromTheRight(valueAt, bound);
}

/** Gives the largest argument from 0 at which the function, mostly a parabola, is at most the bound. */
export function inverseOfParabola(valueAt: (argument: number) => number, bound: number): number {
  const [atZero, atOne, atTwo] = [valueAt(0), valueAt(1), valueAt(2)];
  const square = (atTwo - 2 * atOne + atZero) / 2;
  const linear = atOne - atZero - square;
  const rest = bound - atZero;
  // In the form that loses no digits where the square counts for little.
  let argument = (2 * rest) / (linear + Math.sqrt(Math.max(0, linear ** 2 + 4 * square * rest)));
  for (let step = 0; step < 3 && Number.isFinite(argument); step += 1) {
    const slope = linear + 2 * square * argument;
    const next = argument + (bound - valueAt(argument)) / slope;
    if (next === argument) break;
    argument = next;
  }
  if (argument > 0 && isMet(valueAt(argument), bound) && valueAt(argument * (1 + justBeyond)) > bound) return argument;
  return inverseFromTheRight(valueAt, bound);
}

/** Is a little more than an argument, and more than rounding. */
const justBeyond = 1e-6;

function isMet(value: number, bound: number): boolean {
  return Math.abs(value - bound) <= slack * bound;
}

/**
 * Finds it from the right, along the slope where it stands: a function that bends upwards, such as the largest of several
 * lines, is met after a step for each of its pieces. Any other is searched by halving.
 */
function inverseFromTheRight(valueAt: (argument: number) => number, bound: number): number {
  if (!(valueAt(0) <= bound)) return -1;
  let beyond = 1;
  while (valueAt(beyond) <= bound) {
    beyond *= 16;
    if (beyond > farthest) return Infinity;
  }
  let argument = beyond;
  for (let step = 0; step < 8 && argument > 0; step += 1) {
    const value = valueAt(argument);
    if (isMet(value, bound) && valueAt(argument * (1 + justBeyond)) > bound)
      return wholeIfWithin(argument, valueAt, bound);
    const ahead = argument * justBeyond;
    argument -= ((value - bound) * ahead) / (valueAt(argument + ahead) - value);
  }
  return inverseByHalving(valueAt, bound, beyond);
}

/** Widths are whole in the end, so one that was missed by little is not lost at a bend of the function. */
function wholeIfWithin(argument: number, valueAt: (argument: number) => number, bound: number): number {
  const whole = Math.round(argument);
  return whole > argument && whole - argument <= justBeyond * whole && valueAt(whole) <= bound ? whole : argument;
}

function inverseByHalving(valueAt: (argument: number) => number, bound: number, beyond: number): number {
  let [low, high] = [0, beyond];
  for (let halving = 0; halving < halvings && high - low > slack * high; halving += 1) {
    const middle = (low + high) / 2;
    if (valueAt(middle) <= bound) low = middle;
    else high = middle;
  }
  return wholeIfWithin(low, valueAt, bound);
}
