/** A size as a function of two widths, asked for very often while widths are looked for. */
import type { Arch } from '../arch/arch.js';
import { uncheckedProgram } from '../arch/families.js';
import { bytesPerValue, heldValues, sizeCounter, type SizeName } from '../arch/sizes.js';
import type { CandidateSetting } from './space.js';

/** Gives a size at a skip width and a bottleneck width, which need not be whole. */
export type SizeFunction = (skipWidth: number, bottleneckWidth: number) => number;

const known = new WeakMap<CandidateSetting, Map<string, SizeFunction>>();

/**
 * Gives the function of a size at a depth. It counts programs, or where that gives the same, computes a polynomial or the
 * largest of some sums of widths.
 */
export function sizeFunction(setting: CandidateSetting, size: SizeName, depth: number): SizeFunction {
  const functions = known.get(setting) ?? new Map<string, SizeFunction>();
  known.set(setting, functions);
  const name = `${size} ${depth}`;
  const kept = functions.get(name) ?? functionLike(setting, size, depth);
  functions.set(name, kept);
  return kept;
}

/** Gives the size of an arch of the setting that the budget bounds. */
export function budgetedSize({ skipWidth, bottleneckWidth, depth }: Arch, setting: CandidateSetting): number {
  return sizeFunction(setting, setting.size, depth)(skipWidth, bottleneckWidth);
}

/** Names the first limit that an arch of the setting is beyond; undefined where it is within all of them. */
export function brokenLimit({ skipWidth, bottleneckWidth, depth }: Arch, setting: CandidateSetting) {
  return setting.limits.find(
    ({ size, atMost }) => sizeFunction(setting, size, depth)(skipWidth, bottleneckWidth) > atMost,
  );
}

/** Makes the arch of a setting with these widths and this depth. */
export function archWith(setting: CandidateSetting, skipWidth: number, bottleneckWidth: number, depth: number): Arch {
  const { family, inputProjection, outputProjection } = setting;
  const arch = { skipWidth, bottleneckWidth, depth, inputProjection, outputProjection };
  return family === undefined ? arch : { family, ...arch };
}

function functionLike(setting: CandidateSetting, size: SizeName, depth: number): SizeFunction {
  const counted = countingFunction(setting, size, depth);
  const guess = size === 'activation-bytes' ? largestOfSums(setting, depth) : quadratic(counted);
  return judges.every(([skip, bottleneck]) => guess(skip, bottleneck) === counted(skip, bottleneck)) ? guess : counted;
}

function countingFunction(setting: CandidateSetting, size: SizeName, depth: number): SizeFunction {
  return (skipWidth, bottleneckWidth) =>
    sizeCounter(archWith(setting, skipWidth, bottleneckWidth, depth), setting.dimensions)(size);
}

/** Widths at which a polynomial must give what counting gives: small and large, of either shape, and prime to each other. */
const judges = [
  [1, 1],
  [3, 7],
  [31, 2],
  [64, 255],
  [785, 116],
  [1021, 1],
  [17, 4099],
  [65_537, 12_289],
] as const;

/** Matrices are as large as two widths multiplied, so most sizes are polynomials of degree two. */
function quadratic(at: SizeFunction): SizeFunction {
  const constant = at(0, 0);
  const ofSkip = (4 * at(1, 0) - at(2, 0) - 3 * constant) / 2;
  const ofSkipSquared = at(1, 0) - constant - ofSkip;
  const ofBottleneck = (4 * at(0, 1) - at(0, 2) - 3 * constant) / 2;
  const ofBottleneckSquared = at(0, 1) - constant - ofBottleneck;
  const ofBoth = at(1, 1) - at(1, 0) - at(0, 1) + constant;
  return (skip, bottleneck) =>
    constant +
    skip * (ofSkip + ofSkipSquared * skip + ofBoth * bottleneck) +
    bottleneck * (ofBottleneck + ofBottleneckSquared * bottleneck);
}

/** Programs of more blocks hold nothing that those of so many do not. */
const deepestAsked = 6;

/** What is held at a time is the largest of the sums of widths that are held at each operation. */
function largestOfSums(setting: CandidateSetting, depth: number): SizeFunction {
  const heldAt = (skip: number, bottleneck: number) =>
    heldValues(
      uncheckedProgram(archWith(setting, skip, bottleneck, Math.min(depth, deepestAsked)), setting.dimensions),
    );
  const [constants, bySkip, byBottleneck] = [heldAt(0, 0), heldAt(1, 0), heldAt(0, 1)];
  const sums = new Map(
    constants.map((constant, index) => {
      const sum = [constant, bySkip[index]! - constant, byBottleneck[index]! - constant] as const;
      return [sum.join(), sum] as const;
    }),
  );
  const distinct = [...sums.values()];
  return (skip, bottleneck) => {
    let most = 0;
    for (const [constant, ofSkip, ofBottleneck] of distinct) {
      most = Math.max(most, constant + ofSkip * skip + ofBottleneck * bottleneck);
    }
    return bytesPerValue * most;
  };
}
