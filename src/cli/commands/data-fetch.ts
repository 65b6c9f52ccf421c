/** `hgmlp data fetch`: makes a data set ready: downloads it, or checks the files that were downloaded. */
import type { CommandRow } from '../command-row.js';

/** Prints the folder of the data set once it is ready; progress goes to standard error. */
export const dataFetch: CommandRow = {
  name: 'data fetch',
  summary: 'make a data set ready: download it, or check the files that you downloaded',
  about: 'Makes a data set ready: downloads it, or checks the files that you downloaded.',
  arguments: [{ name: '<name>', help: 'a data set, such as cifar10' }],
  examples: ['hgmlp data fetch cifar10', 'hgmlp data fetch imagenet32', 'hgmlp data fetch folder:my/photos'],
  action: async (context) => (await import('../data.js')).fetchData(context),
};
