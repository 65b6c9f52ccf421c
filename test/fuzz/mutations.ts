/** Small damage to a sound input, as a disk, an editor or an enemy does it. */
import * as fc from 'fast-check';

export type Damage = (bytes: Buffer) => Buffer;

/** A place in whatever length the input has. */
const place = fc.nat(2 ** 31 - 1);
const at = (where: number, length: number) => (length === 0 ? 0 : where % length);

const nastyBytes = fc.oneof(
  fc.constantFrom(
    '\0',
    '\ufeff',
    '\r',
    '\n',
    '"',
    "'",
    '\u2028',
    '\u001b[2J',
    ',',
    ';',
    '\t',
    '{',
    '}',
    '[',
    ']',
    ':',
    '-',
  ),
  fc.constantFrom('../', '__proto__', 'null', '-0', '1e308', '9007199254740993', 'NaN', '😀', '=1+1', '%', '&a', '*a'),
  fc.string({ unit: 'binary', maxLength: 8 }),
  fc.uint8Array({ maxLength: 4 }),
);

const damages: readonly fc.Arbitrary<Damage>[] = [
  // A bit that flips.
  fc.tuple(place, fc.nat(7)).map(([where, bit]) => (bytes) => {
    const changed = Buffer.from(bytes);
    if (bytes.length > 0) changed[at(where, bytes.length)]! ^= 1 << bit;
    return changed;
  }),
  // Something put in.
  fc.tuple(place, nastyBytes).map(([where, what]) => (bytes) => {
    const start = at(where, bytes.length + 1);
    return Buffer.concat([bytes.subarray(0, start), Buffer.from(what as string), bytes.subarray(start)]);
  }),
  // A piece that is missing.
  fc.tuple(place, fc.integer({ min: 1, max: 60 })).map(([where, length]) => (bytes) => {
    const start = at(where, bytes.length);
    return Buffer.concat([bytes.subarray(0, start), bytes.subarray(start + length)]);
  }),
  // A piece that stands in another place too.
  fc.tuple(place, place, fc.integer({ min: 1, max: 200 })).map(([from, to, length]) => (bytes) => {
    const [start, end] = [at(from, bytes.length), at(to, bytes.length + 1)];
    return Buffer.concat([bytes.subarray(0, end), bytes.subarray(start, start + length), bytes.subarray(end)]);
  }),
  // The end of a write that was cut off.
  place.map((where) => (bytes) => bytes.subarray(0, at(where, bytes.length + 1))),
  // Two lines in each other's place, and one line twice.
  fc.tuple(place, place).map(([left, right]) => (bytes) => {
    const lines = linesOf(bytes);
    const [one, other] = [at(left, lines.length), at(right, lines.length)];
    return Buffer.concat(
      lines.map((line, index) => (index === one ? lines[other]! : index === other ? lines[one]! : line)),
    );
  }),
  place.map((where) => (bytes) => {
    const lines = linesOf(bytes);
    return Buffer.concat(lines.flatMap((line, index) => (index === at(where, lines.length) ? [line, line] : [line])));
  }),
];

function linesOf(bytes: Buffer): Buffer[] {
  const lines: Buffer[] = [];
  for (let start = 0; start < bytes.length;) {
    const end = bytes.indexOf('\n', start) + 1 || bytes.length;
    lines.push(bytes.subarray(start, end));
    start = end;
  }
  return lines;
}

const someDamage = fc.array(fc.oneof(...damages), { minLength: 1, maxLength: 3 });

/** The sound input most times, damaged in one of `oneIn`. */
export function damaged(sound: fc.Arbitrary<Buffer>, oneIn: number): fc.Arbitrary<Buffer> {
  const damage = fc.oneof({ weight: oneIn - 1, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: someDamage });
  return fc.tuple(sound, damage).map(([bytes, steps]) => steps.reduce((rest, step) => step(rest), bytes));
}

/** Mostly the first, and one time in `oneIn` the second. */
export function rarely<Usual, Rare>(
  usual: fc.Arbitrary<Usual>,
  rare: fc.Arbitrary<Rare>,
  oneIn: number,
): fc.Arbitrary<Usual | Rare> {
  return fc.oneof({ weight: oneIn - 1, arbitrary: usual }, { weight: 1, arbitrary: rare });
}
