/** Plugins that tests write: families and tasks by the lines in which they differ. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll } from 'vitest';

/** Makes a folder for the plugins of a test file, away from every node_modules, and removes it at the end. */
export function pluginFolder() {
  const folder = mkdtempSync(path.join(tmpdir(), 'hgmlp-plugins-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  return {
    folder,
    write(name: string, text: string): string {
      const file = path.join(folder, name);
      writeFileSync(file, text);
      return file;
    },
  };
}

/** A plugin that defines what stands in the definitions. */
export function pluginText({ family, task }: { readonly family?: string; readonly task?: string }): string {
  const calls = [family && `defineFamily({ ${family} });`, task && `defineTask({ ${task} });`];
  return `export default function ({ defineFamily, defineTask }) {\n${calls.filter(Boolean).join('\n')}\n}\n`;
}

/** A family whose blocks are these statements, which change `value`. */
export function familyText(
  block = `value = layers.product('out' + place, layers.elementwise('sin', layers.product('in' + place, value, arch.bottleneckWidth)), value.width, { skip: value });`,
  name = 'toy',
): string {
  return `name: '${name}', program(arch, dimensions, layers) {
    let value = layers.inputProjection(arch);
    for (let place = 0; place < arch.depth; place += 1) { ${block} }
    return layers.finish(arch, value, dimensions);
  }`;
}

/** A task of regression: the sum and the product of two numbers. */
export function taskText(changed = '', name = 'toy/regression'): string {
  return `name: '${name}', kind: 'regression', inputs: 2, outputs: 2, recipe: { epochs: 2, batchSize: 16 }, rows() {
    const part = (count, first) => {
      const pairs = Array.from({ length: count }, (_, row) => [Math.sin(first + row), Math.cos(first + 3 * row)]);
      return { inputs: pairs, targets: pairs.map(([one, other]) => [one + other, one * other]) };
    };
    const rows = { training: part(64, 0), validation: part(16, 100), test: part(16, 200) };
    ${changed}
    return rows;
  }`;
}
