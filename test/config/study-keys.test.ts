import { expect, test } from 'vitest';
import { optionsOf, rowsOf } from '../../src/config/options.js';
import { reproductionKeys, studyKeys, terminalKeys } from '../../src/config/study-keys.js';

test('What a study consists of, and what the terminal asks beside, is all that a search takes, in the same words.', () => {
  expect(rowsOf([...studyKeys, ...terminalKeys])).toEqual(optionsOf('search'));
});

test('What a reproduction consists of, and what the terminal asks beside, is all that hgmlp reproduce takes.', () => {
  const keys = optionsOf('reproduce').map(({ key }) => key);
  expect(rowsOf([...reproductionKeys, ...terminalKeys]).map(({ key }) => key)).toEqual(keys);
});

test('What is stored of a study is among what it consists of.', () => {
  const stored = optionsOf('search').filter(({ scope }) => scope !== 'execution');
  expect(studyKeys).toEqual(expect.arrayContaining(stored.map(({ key }) => key)));
});
