/** The table of data sets that can be read; each is loaded when it is opened. */
import { UserError } from '../base/errors.js';
import type { Dataset } from './images.js';

type OpenDataset = (folder?: string) => Promise<Dataset>;

const datasets: Readonly<Record<string, OpenDataset>> = {
  mnist: async (folder) => (await import('./mnist.js')).openMnist(folder),
};

/**
 * The data set of that name, from `folder/<name>/` or, without a folder, from where it was installed.
 * Throws a UserError for one that this version cannot read.
 */
export async function openDataset(name: string, folder?: string): Promise<Dataset> {
  const open = Object.hasOwn(datasets, name) ? datasets[name] : undefined;
  if (!open) {
    const readable = Object.keys(datasets);
    throw new UserError(
      `data set: this version reads ${readable.join(', ')} only, got '${name}', whose tasks can be planned and counted ` +
        `but not trained; use a task that starts with ${readable.map((known) => `${known}/`).join(' or ')}`,
    );
  }
  return open(folder);
}
