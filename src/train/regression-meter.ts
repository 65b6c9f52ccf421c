/** Errors of numbers. */
import type { Meter } from './meter.js';

/**
 * Measures standardised targets. The share of explained variance is the mean over the targets; of a target that is constant
 * on the set it is 0, or 1 where all errors are 0, as scikit-learn has it.
 * @param errorUnit what an error of 1 is in the unit of RMSE and MAE
 */
export function regressionMeter(width: number, errorUnit: number): Meter {
  const squares = new Float64Array(width);
  const means = new Float64Array(width);
  const deviations = new Float64Array(width);
  let [items, absolute] = [0, 0];
  return {
    add({ target, size }, _, outputs) {
      for (let item = 0; item < size; item += 1) {
        items += 1;
        for (let index = 0; index < width; index += 1) {
          const value = target[item * width + index]!;
          const error = outputs![item * width + index]! - value;
          squares[index]! += error * error;
          absolute += Math.abs(error);
          // Welford's update.
          const away = value - means[index]!;
          means[index]! += away / items;
          deviations[index]! += away * (value - means[index]!);
        }
      }
    },
    measured() {
      if (items === 0) throw new RangeError('measurement: expected at least one batch, got none');
      const sum = squares.reduce((total, one) => total + one, 0);
      const explained = squares.map((square, index) => shareExplained(square, deviations[index]!));
      return {
        rmse: errorUnit * Math.sqrt(sum / (items * width)),
        mae: (errorUnit * absolute) / (items * width),
        r2: explained.reduce((total, share) => total + share, 0) / width,
      };
    },
  };
}

function shareExplained(squares: number, deviations: number): number {
  if (deviations === 0) return squares === 0 ? 1 : 0;
  return 1 - squares / deviations;
}
