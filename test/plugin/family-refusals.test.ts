/** What is wrong with a family or a task of a plugin is said in one line, before anything is trained or written. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { callHgmlp } from '../cli/run-hgmlp.js';
import { familyText, pluginFolder, pluginText, taskText } from './written.js';

const { folder, write } = pluginFolder();
let count = 0;

async function refusal(text: string, words: readonly string[], name = `plugin-${(count += 1)}.mjs`) {
  const file = write(name, text);
  const out = path.join(folder, 'out');
  const all = ['search', '--plugin', file, ...words, '--budget', '400', '--engine', 'onnx-cpu', '--out', out];
  const { code, stdout, stderr } = await callHgmlp(all);
  expect([code, stdout, stderr.trimEnd().split('\n').length, existsSync(out)]).toEqual([2, '', 1, false]);
  return stderr.replace(file, 'FILE').trimEnd();
}

const product = (input: string, width: string, more = '') =>
  `layers.product('in' + place, ${input}, arch.bottleneckWidth), ${width}${more}`;

describe('A family is refused', () => {
  test.each<[string, string, RegExp]>([
    [
      'with widths that do not fit',
      familyText(`value = layers.product('out' + place, ${product('value', 'value.width + 1', ', { skip: value }')});`),
      /expected of family toy a skip beside out0 to be 7 wide, got 6; it is operation 3 of 5 \(at 6-2-1 .*mend its program\(\)$/,
    ],
    [
      'with one name for two matrices',
      familyText(`value = layers.product('out', ${product('value', 'value.width')});`),
      /one matrix of each name, got two named 'out'/,
    ],
    [
      'that is smaller where it is wider',
      familyText(
        `value = layers.product('out' + place, layers.product('in' + place, value, 500 - arch.bottleneckWidth), value.width);`,
      ),
      /trainable parameters that never fall with the bottleneck width, got \d+ at 0 and \d+ at 1;/,
    ],
    [
      'that does not grow with its bottleneck',
      familyText(`value = layers.product('out' + place, layers.product('in' + place, value, 7), value.width);`),
      /trainable parameters that grow with the bottleneck width, got 110 at 4 and 110 at 7.75;/,
    ],
    [
      'whose blocks differ from each other in size',
      familyText(
        `value = layers.product('out' + place, layers.product('in' + place, value, arch.bottleneckWidth * (place + 1)), value.width);`,
      ),
      /every two more add as much as the two before, so \d+ trainable parameters at depth 8, got \d+;/,
    ],
    [
      'that ends in another loss than its task has',
      familyText().replace('finish(arch, value, dimensions)', 'finish(arch, value, { output: dimensions.output })'),
      /the loss softmaxCrossEntropy of 3 outputs, got squaredError of 3; end with layers.finish/,
    ],
    ['whose program() gives nothing', "name: 'toy', program() {}", /expected of family toy a program, got undefined/],
    [
      'whose program() throws',
      "name: 'toy', program() { throw new TypeError('no such\\nlayer'); }",
      /expected a network of family toy from its program\(\), it threw: no such; mend the plugin$/,
    ],
  ])('%s.', async (_, family, message) => {
    expect(await refusal(pluginText({ family }), ['--family', 'toy'])).toMatch(message);
  });

  test.each(['validation', 'test'])('whose labels all have one value in the %s part.', async (part) => {
    const task = `name: 'toy/multi-label', kind: 'multi-label', inputs: 1, outputs: 2, rows() {
      const rows = (targets) => ({ inputs: [1, 2, 3, 4], targets });
      const [mixed, same] = [[[1, 0], [0, 0], [1, 0], [0, 0]], [[1, 0], [1, 0], [1, 0], [1, 0]]];
      return { training: rows(mixed), validation: rows(mixed), test: rows(mixed), ['${part}']: rows(same) };
    }`;
    const message = `task toy/multi-label: ${part}.targets: expected a label with both values, got none; have its rows() give more`;
    expect(await refusal(pluginText({ task }), ['--task', 'toy/multi-label'])).toContain(message);
  });

  test.each<[string, string, RegExp]>([
    [
      'a name that is taken',
      familyText('', 'gated'),
      /name: expected one that is free, got the family 'gated' of hgmlp;/,
    ],
    [
      'a name with a question mark',
      familyText('', 'a?b'),
      /name: expected letters, digits and dashes, at most 40, got 'a\?b'/,
    ],
    ['an unknown key', `setings: {}, ${familyText()}`, /expected known keys, got 'setings'; take it out/],
    ['no program', "name: 'toy'", /program: expected a function, got nothing/],
    ['settings that are none', `settings: { a: [] }, ${familyText()}`, /settings\.a: expected .*, got \[\]; mend/],
  ])('with %s.', async (_, family, message) => {
    expect(await refusal(pluginText({ family }), ['--family', 'toy'])).toMatch(message);
  });

  test('that no plugin defines, with those that there are.', async () => {
    const said = await refusal(pluginText({ family: familyText() }), ['--family', 'tyo']);
    expect(said).toBe(
      "hgmlp: family: expected one of residual, mlp-ln, gated, plain, two-stream, toy, got 'tyo'; use one of them",
    );
  });
});

describe('A task is refused', () => {
  test.each<[string, string, RegExp]>([
    [
      'with a number that is none',
      taskText('rows.validation.inputs[3] = [1, NaN];'),
      /task toy\/regression: validation\.inputs: expected finite numbers, got NaN in row 4; mend its rows\(\)$/,
    ],
    [
      'with a row of another length',
      taskText('rows.test.targets[1] = [1];'),
      /test\.targets: expected 2 numbers a row, got 1 in row 2;/,
    ],
    [
      'with targets for other rows',
      taskText('rows.training.targets.pop();'),
      /training: expected as many rows of targets as of inputs, got 64 rows of inputs and 63 of targets;/,
    ],
    [
      'with too few rows',
      taskText('rows.test = { inputs: [[1, 2]], targets: [[1, 2]] };'),
      /test: expected at least 4 rows, got 1;/,
    ],
    ['without a part', taskText('delete rows.validation;'), /validation\.inputs: expected numbers, got nothing;/],
    [
      'with other rows at each call',
      taskText('rows.test.inputs[0] = [Math.random(), 1];'),
      /expected the same rows at every call/,
    ],
    [
      'whose rows() throws',
      taskText('rows.nothing.more();'),
      /rows of task toy\/regression from its rows\(\), it threw: Cannot read/,
    ],
  ])('%s.', async (_, task, message) => {
    expect(await refusal(pluginText({ task }), ['--task', 'toy/regression'])).toMatch(message);
  });

  const classes = (targets: string) =>
    `name: 'toy/classification', kind: 'classification', inputs: 1, outputs: 2, rows() {
      const part = { inputs: [1, 2, 3, 4], targets: ${targets} };
      return { training: part, validation: part, test: part };
    }`;
  test.each<[string, string, RegExp]>([
    ['classes that are numbered', classes('[0, 1, 0, 1]'), /as many rows of targets as of inputs/],
    [
      'classes that are not one-hot',
      classes('[[1, 0], [1, 1], [0, 1], [0, 1]]'),
      /1 for the class of a row .*got \[1,1\] in row 2/,
    ],
    [
      'a class without a row',
      classes('[[1, 0], [1, 0], [1, 0], [1, 0]]'),
      /a row of each of 2 classes, got none of class 2/,
    ],
  ])('with %s.', async (_, task, message) => {
    expect(await refusal(pluginText({ task }), ['--task', 'toy/classification'])).toMatch(message);
  });

  test.each<[string, string, RegExp]>([
    [
      'a name that is taken',
      taskText('', 'diamonds/regression'),
      /expected one that is free, got the data set 'diamonds' of hgmlp/,
    ],
    ['a name of another kind', taskText('', 'toy/classification'), /name: expected one that ends in \/regression/],
    ['a recipe that is none', taskText().replace('epochs: 2', 'epochs: 0'), /recipe\.epochs: expected .*, got 0; mend/],
  ])('with %s.', async (_, task, message) => {
    expect(await refusal(pluginText({ task }), ['--task', 'toy/regression'])).toMatch(message);
  });
});

describe('A plugin is refused', () => {
  test.each<[string, string, RegExp, string?]>([
    [
      'that throws as it is loaded',
      "throw new Error('not\\ntoday');",
      /expected a module that can be loaded, it threw: not; mend/,
    ],
    ['that is no JavaScript', 'export default (', /expected a module that can be loaded, it threw: /],
    [
      'without a default export',
      'export const a = 1;',
      /expected a function as its default export, got nothing; write 'export default/,
    ],
    ['that defines nothing', 'export default () => {};', /expected a call of defineFamily or defineTask, got none;/],
    [
      'that throws in its function',
      "export default () => { throw 'x'; };",
      /to define families or tasks, it threw: x; mend/,
    ],
    [
      'with a name twice',
      pluginText({ family: `${familyText()} }); defineFamily({ ${familyText()}` }),
      /each name once, got 'toy' twice/,
    ],
    ['with another ending', '', /expected a \.js, \.mjs, \.ts or \.mts file, got plugin\.txt; rename it/, 'plugin.txt'],
  ])('%s.', async (_, text, message, name) => {
    expect(await refusal(text, ['--family', 'toy'], name)).toMatch(message);
  });

  test.skipIf(Boolean((process.features as { typescript?: unknown }).typescript))(
    'of TypeScript where Node.js does not strip types.',
    async () => {
      const [major] = process.versions.node.split('.');
      expect(await refusal('export default 1;', ['--family', 'toy'], 'mine.ts')).toBe(
        `hgmlp: plugin FILE: expected a .js file on Node ${major}, got mine.ts; compile it or use Node 22.18 or newer`,
      );
    },
  );

  test('with a queue, whose workers run no file of others.', async () => {
    const words = ['--family', 'toy', '--queue', 'redis://127.0.0.1:1'];
    const file = write('queue.mjs', pluginText({ family: familyText() }));
    const { code, stderr } = await callHgmlp(['search', '--plugin', file, ...words, '--budget', '20k']);
    expect([code, stderr]).toEqual([
      2,
      expect.stringContaining('--queue: expected a task and a family that every worker has'),
    ]);
  });

  test('beside another one that defines the same name.', async () => {
    const other = write('other.mjs', `// other\n${pluginText({ family: familyText() })}`);
    const said = await refusal(pluginText({ family: familyText() }), ['--plugin', other, '--family', 'toy']);
    expect(said).toContain("expected names that no other plugin has, got 'toy' of");
  });
});
