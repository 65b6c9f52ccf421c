/** How sure a share is that was counted. */

/**
 * Computes the interval that encloses the true share with at least this probability, however few were counted. Source:
 * C. J. Clopper and E. S. Pearson, "The use of confidence or fiducial limits illustrated in the case of the binomial"
 * (1934).
 */
export function shareInterval(counted: number, of: number, level: number): readonly [low: number, high: number] {
  const tail = (1 - level) / 2;
  return [
    counted === 0 ? 0 : shareWhere((share) => 1 - atMost(counted - 1, of, share) < tail),
    counted === of ? 1 : shareWhere((share) => atMost(counted, of, share) > tail),
  ];
}

/** Up to where this holds, of a condition that holds for small shares alone. */
function shareWhere(holds: (share: number) => boolean): number {
  let [low, high] = [0, 1];
  for (let halving = 0; halving < 60; halving += 1) {
    const middle = (low + high) / 2;
    if (holds(middle)) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** The probability of at most so many of `of`, each with this probability strictly between 0 and 1. */
function atMost(count: number, of: number, share: number): number {
  let logTerm = of * Math.log1p(-share);
  let sum = Math.exp(logTerm);
  for (let number = 1; number <= count; number += 1) {
    logTerm += Math.log((of - number + 1) / number) + Math.log(share) - Math.log1p(-share);
    sum += Math.exp(logTerm);
  }
  return sum;
}
