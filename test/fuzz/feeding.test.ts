import { writeFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { exitCodes, UserError } from '../../src/base/errors.js';
import { openFeeder, type Feeder } from './feeding.js';
import { target } from './target.js';

let feeder: Feeder;

beforeAll(() => {
  feeder = openFeeder();
});
afterAll(() => feeder.close());

/** Numbers that become of them what is told. */
const numbers = (feed: (input: number) => void | Promise<void>) =>
  target<number>({
    ...{ name: 'numbers', share: 1, least: { accepted: 0, refused: 0 } },
    inputs: fc.nat(1000),
    feed: async (input) => feed(input),
  });

const refuse = (message: string, exitCode?: (typeof exitCodes)['usage' | 'internalFault']) => {
  throw new UserError(message, exitCode);
};

test('accepted and refused inputs are counted', async () => {
  const evens = numbers((input) => void (input % 2 === 1 && refuse(`expected an even number, got ${input}`)));
  const { inputs, accepted, refused } = await feeder.feed(evens, { inputs: 200, seed: 1 });
  expect(inputs).toBe(200);
  expect(accepted + refused).toBe(200);
  expect(accepted).toBeGreaterThan(50);
  expect(refused).toBeGreaterThan(50);
});

test('a crash is told with the smallest input, and its seed and path repeat it', async () => {
  const crashing = numbers((input) => {
    if (input >= 10) throw new TypeError('too much');
  });
  const failure = await feeder.feed(crashing, { inputs: 200, seed: 7 }).then(() => 'no failure', String);
  expect(failure).toMatch(/numbers: TypeError: too much\nthe input: 10\n/);
  const [, path] = /--target "numbers" --seed 7 --path ([\d:]+)$/.exec(failure)!;
  await expect(feeder.feed(crashing, { inputs: 200, seed: 7, path: path! })).rejects.toThrow('the input: 10\n');
});

test.each<[string, () => void | Promise<void>, string]>([
  ['with the exit code of a fault of ours', () => refuse('expected another', exitCodes.internalFault), 'exit code 1'],
  ['without a word on what is wrong', () => refuse('no'), 'words that do not say what is wrong'],
  ['with a value that is none', () => refuse('expected a number, got undefined'), 'a value that is none'],
  ['after a write elsewhere', () => writeFile('elsewhere', ''), 'a write outside of'],
  [
    'after a write elsewhere that it kept to itself',
    () => writeFile('../x', '').catch(() => undefined),
    'a write outside',
  ],
])('a refusal %s is a failure', async (_, feed, reason) => {
  await expect(feeder.feed(numbers(feed), { inputs: 1, seed: 1 })).rejects.toThrow(reason);
});

test('what an input is laid down as, and what is written into results, is no failure', async () => {
  const laid = target<string>({
    ...{ name: 'files', share: 1, least: { accepted: 0, refused: 0 } },
    inputs: fc.string(),
    lay: (text) => writeFileSync('input', text),
    feed: (text) => writeFile('results', text),
  });
  expect(await feeder.feed(laid, { inputs: 20, seed: 1 })).toMatchObject({ accepted: 20 });
});
