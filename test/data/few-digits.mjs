// @ts-check
/**
 * Loaded into a process of hgmlp, has it and its workers see the first of the digits of MNIST only, which makes seconds of
 * each run tenths.
 */
import { register } from 'node:module';

const hooks = `
  export async function load(url, context, next) {
    const loaded = await next(url, context);
    if (!url.endsWith('/dist/data/mnist.js')) return loaded;
    const name = 'export async function openMnist';
    const source = String(loaded.source);
    if (!source.includes(name)) throw new Error('few-digits: expected ' + name + ' in ' + url);
    return { ...loaded, source: source.replace(name, 'async function openAll') + few };
  }
  const few = \`
    export async function openMnist(folder) {
      const { train, validation, test } = await openAll(folder);
      const first = (set, count) => ({ ...set, rows: set.rows.subarray(0, count) });
      return { train: first(train, 6400), validation: first(validation, 640), test: first(test, 640) };
    }
  \`;
`;
register(`data:text/javascript,${encodeURIComponent(hooks)}`);
