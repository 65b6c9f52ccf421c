import { expect, test } from 'vitest';
import { UserError } from '../../src/base/errors.js';

test('the message of a user error is one line that steers no terminal', () => {
  const error = new UserError('got a\n\u001b[2Jb', undefined, { details: ['line 1:\r\u2028x'] });
  expect(error.message).toBe('got a\\u000a\\u001b[2Jb');
  expect(error.details).toEqual(['line 1:\\u000d\\u2028x']);
});

test('a message longer than a screen keeps its beginning and its end', () => {
  const { message } = new UserError(`expected a name, got ${'x'.repeat(1_000_000)}; choose another`);
  expect(message.length).toBeLessThan(2100);
  expect(message).toMatch(/^expected a name, got x+ … x+; choose another$/);
});
