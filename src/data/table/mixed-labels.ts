/** Whether yes-or-no labels can be measured: an area under the curve needs both values. */

/**
 * Says whether one of the labels has both values among the rows.
 * @param targets `[any, labels]`, each 0 or 1
 * @param rows the places of those that are looked at
 */
export function hasMixedLabel(targets: Float32Array, labels: number, rows: ArrayLike<number>): boolean {
  for (let label = 0; label < labels; label += 1) {
    let ones = 0;
    for (let place = 0; place < rows.length; place += 1) ones += targets[rows[place]! * labels + label]!;
    if (ones > 0 && ones < rows.length) return true;
  }
  return false;
}
