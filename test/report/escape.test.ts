import { expect, test } from 'vitest';
import { escapeHtml } from '../../src/report/escape.js';

test('Text from outside ends neither an element nor an attribute in quotes of either kind', () => {
  expect(escapeHtml(`a "b" 'c' <d> & e`)).toBe('a &#34;b&#34; &#39;c&#39; &#60;d&#62; &#38; e');
});
