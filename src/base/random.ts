/**
 * Seeded random streams. A stream belongs to one purpose and is named by labels (a run's key, "noise", the epoch …):
 * the same labels give the same numbers in any process, in any order, on any machine.
 * Source of the generators: pure-rand (xoroshiro128+, Mersenne Twister MT19937).
 */
import { createHash } from 'node:crypto';
import { mersenne } from 'pure-rand/generator/mersenne';
import { xoroshiro128plusFromState } from 'pure-rand/generator/xoroshiro128plus';
import type { RandomGenerator } from 'pure-rand/types/RandomGenerator';

/** Gives random numbers that follow from the labels of the stream alone. */
export interface RandomStream {
  /** The next 32 random bits, 0 to 2^32 - 1. */
  uint32(): number;
  /** Uniform in [0, 1) with 32 bits. */
  uniform(): number;
  /** A uniform integer from 0 to bound - 1, without bias; bound at most 2^32. */
  integerBelow(bound: number): number;
}

/** Stands for a part of the name of a stream; `1` and `"1"` are different labels. */
export type StreamLabel = string | number;

/** Makes 128 bits that stand for the labels: the SHA-256 of their JSON, first four words. Never all zero. */
export function streamSeed(...labels: StreamLabel[]): Uint32Array<ArrayBuffer> {
  const digest = createHash('sha256').update(JSON.stringify(labels)).digest();
  const words = Uint32Array.from({ length: 4 }, (_, index) => digest.readUInt32LE(4 * index));
  if (words.every((word) => word === 0)) words[0] = 1;
  return words;
}

/** Opens the stream named by the labels. */
export function randomStream(...labels: StreamLabel[]): RandomStream {
  return streamOf(xoroshiro128plusFromState([...new Int32Array(streamSeed(...labels).buffer)]));
}

/** Opens MT19937, seeded as numpy's `RandomState(seed)` does for a 32-bit seed. */
export function numpyRandomState(seed: number): RandomStream {
  return streamOf(mersenne(seed));
}

/**
 * Draws a random order of 0 … length-1. Fisher-Yates from the back with masked rejection, which on `numpyRandomState`
 * gives `numpy.random.RandomState(seed).permutation(length)`.
 */
export function permutation(stream: RandomStream, length: number): Uint32Array<ArrayBuffer> {
  const order = Uint32Array.from({ length }, (_, index) => index);
  for (let last = length - 1; last > 0; last -= 1) {
    const chosen = stream.integerBelow(last + 1);
    const moved = order[last]!;
    order[last] = order[chosen]!;
    order[chosen] = moved;
  }
  return order;
}

function streamOf(generator: RandomGenerator): RandomStream {
  const uint32 = () => generator.next() >>> 0;
  return {
    uint32,
    uniform: () => uint32() / 2 ** 32,
    integerBelow(bound) {
      const mask = bound <= 1 ? 0 : 0xffffffff >>> Math.clz32(bound - 1);
      if (mask === 0) return 0;
      for (;;) {
        const candidate = (uint32() & mask) >>> 0;
        if (candidate < bound) return candidate;
      }
    },
  };
}
