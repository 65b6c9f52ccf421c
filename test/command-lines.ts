/** The command lines of hgmlp in scripts and documents, held against the program. */
import { buildProgram } from '../src/cli/program.js';

/** The words after `hgmlp` of each call in a shell script, up to what the shell takes for itself. */
export function callsIn(script: string): string[][] {
  const text = script
    .replaceAll(/\\\n\s*/g, ' ')
    .replaceAll(/\$\{\{.*?\}\}/g, '1')
    .replaceAll(/^\s*#.*$/gm, '');
  const calls = text.matchAll(/(?:^|[\s;&|({'"])hgmlp(?= [a-z])([^|;&<>\n)}#]*)/gm);
  return [...calls].map(([, words]) =>
    words!
      .split(/\s+/)
      .map(unquoted)
      .filter((word) => word !== ''),
  );
}

/** The calls in the code of a Markdown document: those of its blocks, and those that stand alone between backticks. */
export function callsInMarkdown(markdown: string): string[][] {
  const blocks = [...markdown.matchAll(/^```\w*\n(.*?)^```$/gms)].map(([, code]) => code!);
  const spans = [...markdown.replaceAll(/^```.*?^```$/gms, '').matchAll(/`(hgmlp [^`]+)`/g)].map(([, code]) => code!);
  // `<folders...>` stands for a word.
  return [...blocks, ...spans].map((code) => code.replaceAll(/<([^<>]+)>/g, '$1')).flatMap(callsIn);
}

function unquoted(word: string): string {
  return word.replaceAll(/["']/g, '');
}

/** Throws what the program says of a command or a flag that it does not know. */
export async function parseCall(words: readonly string[]): Promise<void> {
  await buildProgram(() => Promise.resolve()).parseAsync([...words], { from: 'user' });
}
