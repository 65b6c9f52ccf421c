/** Whether a family does what a search takes for granted: sound programs, sizes that grow with the widths, true gradients. */
import type { Arch, Dimensions, InputProjection } from '../arch/arch.js';
import { familyOf, uncheckedProgram, type NamedFamily } from '../arch/families.js';
import { faultOfProgram } from '../arch/check-program.js';
import type { LossKind } from '../arch/loss.js';
import { outputWidthFor } from '../arch/loss.js';
import { sizeCounter, sizeNames, sizeTable, type SizeName } from '../arch/sizes.js';
import { UserError } from '../base/errors.js';
import { splitName } from '../base/settings.js';
import { engineRow } from '../engine/engines.js';
import { faultOfGradients } from './check-gradients.js';
import { saidBy } from './words.js';

const dimensions: Dimensions = { input: 5, output: 3 };
const losses: readonly (LossKind | undefined)[] = [undefined, 'softmaxCrossEntropy', 'gaussianNegativeLogLikelihood'];

/** Holds the families that were found sound, by name. */
const checked = new Set<string>();

/**
 * Checks a family of a plugin once, with its settings, on small networks. Throws a UserError of one line for the first
 * fault.
 */
export async function checkFamily(name: string): Promise<void> {
  const family = familyOf({ family: name });
  if (family.definedIn === undefined || checked.has(family.name)) return;
  const fail = (fault: string) => {
    const [base] = splitName(family.name);
    return new UserError(`${saidBy(family.definedIn!)}expected of family ${base} ${fault}; mend its program()`);
  };
  for (const arch of smallArchs(family)) {
    const fault = faultOfArch(family, arch);
    if (fault !== null) throw fail(`${fault} (at ${words(arch)})`);
  }
  for (const projection of family.inputProjections) {
    const fault = faultOfSizes(family, projection);
    if (fault !== null) throw fail(fault);
  }
  const [arch] = smallArchs(family);
  const engine = await engineRow('onnx-cpu').open();
  const fault = await faultOfGradients(family.program(arch!, dimensions), engine);
  if (fault !== null) throw fail(fault);
  checked.add(family.name);
}

function words({ skipWidth, bottleneckWidth, depth, inputProjection, outputProjection }: Arch): string {
  return `${skipWidth}-${bottleneckWidth}-${depth} ${inputProjection}/${outputProjection}`;
}

/** Both shapes, each projection, and depths up to those of which others are counted. */
function smallArchs({ inputProjections, shallowest, name }: NamedFamily): Arch[] {
  return inputProjections.flatMap((inputProjection) =>
    [shallowest, shallowest + 1, 5].flatMap((depth) => {
      const base = { family: name, depth, inputProjection, outputProjection: 'trainable' } as const;
      const skipWidth = isFree(inputProjection) ? 6 : dimensions.input;
      return [
        { ...base, skipWidth, bottleneckWidth: 2 },
        { ...base, skipWidth, bottleneckWidth: 9 },
      ];
    }),
  );
}

function isFree(inputProjection: InputProjection): boolean {
  return inputProjection === 'trainable' || inputProjection === 'fixed';
}

function faultOfArch(family: NamedFamily, arch: Arch): string | null {
  for (const loss of losses) {
    const ofTask: Dimensions = { ...dimensions, ...(loss !== undefined && { loss }) };
    const program = family.program(arch, ofTask);
    const fault = faultOfProgram(program);
    if (fault !== null) return fault;
    const wanted = { kind: loss ?? 'squaredError', targetWidth: dimensions.output };
    if (program.input.width !== dimensions.input) {
      return `an input ${dimensions.input} wide, as the task has it, got ${program.input.width}`;
    }
    if (program.loss.kind !== wanted.kind || program.loss.targetWidth !== wanted.targetWidth) {
      return (
        `the loss ${wanted.kind} of ${outputWidthFor(wanted)} outputs, got ${program.loss.kind} of ` +
        `${program.output.width}; end with layers.finish`
      );
    }
  }
  return null;
}

/** Widths at which sizes are asked for, smallest first: between whole numbers too, as a search for widths does. */
const probes = [0, 1, 2, 2.5, 4, 7.75, 16, 61, 256] as const;
/** From here on, a wider network has more parameters. */
const firstWidth = 4;

function faultOfSizes(family: NamedFamily, inputProjection: InputProjection): string | null {
  const archAt = (skipWidth: number, bottleneckWidth: number, depth: number): Arch => ({
    ...{ family: family.name, skipWidth, bottleneckWidth, depth, inputProjection, outputProjection: 'trainable' },
  });
  const depth = family.shallowest;
  const ways: Growth[] = [{ what: 'bottleneck width', at: (width) => archAt(dimensions.input, width, depth) }];
  if (isFree(inputProjection)) ways.push({ what: 'skip width', at: (width) => archAt(width, 3, depth) });
  for (const growth of ways) {
    for (const size of sizeNames) {
      const fault = faultOfGrowth(growth, size);
      if (fault !== null) return fault;
    }
  }
  return faultOfDepth(family, archAt);
}

interface Growth {
  readonly what: string;
  readonly at: (width: number) => Arch;
}

function faultOfGrowth({ what, at }: Growth, size: SizeName): string | null {
  const countAt = (width: number) => sizeCounter(at(width), dimensions)(size);
  let before = { width: NaN, count: -Infinity };
  for (const width of probes) {
    const count = countAt(width);
    if (!Number.isFinite(count) || count < 0) {
      return `finite ${sizeTable[size].words} at each ${what}, got ${count} at ${width}`;
    }
    // Activations may be widest elsewhere, so they need not grow.
    const mustGrow = size === 'trainable' && before.width >= firstWidth;
    if (count < before.count || (mustGrow && count === before.count)) {
      return (
        `${sizeTable[size].words} that ${mustGrow ? 'grow' : 'never fall'} with the ${what}, got ${before.count} at ` +
        `${before.width} and ${count} at ${width}`
      );
    }
    before = { width, count };
  }
  return null;
}

/** Sizes of deep networks are counted from those of shallow ones. */
function faultOfDepth(
  { name }: NamedFamily,
  archAt: (skipWidth: number, bottleneckWidth: number, depth: number) => Arch,
): string | null {
  for (const depth of [8, 9]) {
    const arch = archAt(dimensions.input, 3, depth);
    const written = uncheckedProgram({ ...arch, family: name }, dimensions);
    const counter = sizeCounter(arch, dimensions);
    for (const size of sizeNames) {
      const [expected, got] = [counter(size), sizeTable[size].of(written)];
      if (Math.abs(expected - got) <= 1e-9 * Math.abs(expected)) continue;
      return (
        `blocks of which every two more add as much as the two before, so ${expected} ${sizeTable[size].words} at depth ` +
        `${depth}, got ${got}`
      );
    }
  }
  return null;
}
