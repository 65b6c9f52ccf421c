import { expect, test } from 'vitest';
import { cutTo, padded, widthOf, wrapWords } from '../../src/base/width.js';

const family = '👨‍👩‍👧';

test.each([
  ['plain', 5],
  ['Bücher', 6],
  ['e\u0301te\u0301', 3],
  ['図書館', 6],
  [family, 2],
  ['🇩🇪', 2],
  ['\u001b[1mbold\u001b[22m', 4],
  ['24.071 ± 0.010 −', 16],
])('%j takes %d columns of a terminal', (text, columns) => {
  expect(widthOf(text)).toBe(columns);
});

test('lines are broken between words, by what the words take and not by their letters', () => {
  expect(wrapWords('図書館 の 本 is a book', 8)).toEqual(['図書館', 'の 本 is', 'a book']);
  expect(wrapWords('  indented words stay indented', 12)).toEqual(['  indented', 'words stay', 'indented']);
  expect(wrapWords('one word: incomprehensibilities', 10)).toEqual(['one word:', 'incomprehensibilities']);
  expect(wrapWords('a  b', 4)).toEqual(['a  b']);
});

test('a name is cut between what people see as characters', () => {
  expect(cutTo('short', 5)).toBe('short');
  expect(cutTo('longer', 5)).toBe('long…');
  expect(cutTo('図書館の本', 6)).toBe('図書…');
  expect(cutTo(`a${family}${family}`, 4)).toBe(`a${family}…`);
  expect(cutTo('e\u0301e\u0301e\u0301e\u0301', 3)).toBe('e\u0301e\u0301…');
});

test('cells are filled up to the same width, whatever is in them', () => {
  for (const text of ['a', '図', family, 'e\u0301']) {
    expect(widthOf(padded(text, 5, 'left'))).toBe(5);
    expect(padded(text, 5, 'right').endsWith(text)).toBe(true);
  }
  expect(padded('too long', 5, 'left')).toBe('too long');
});
