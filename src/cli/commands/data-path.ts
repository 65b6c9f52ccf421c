/** `hgmlp data path`: prints the folder of a data set. */
import type { CommandRow } from '../command-row.js';

/** Prints the folder whether or not the data set has been fetched. */
export const dataPath: CommandRow = {
  name: 'data path',
  summary: 'print the folder of a data set',
  about: 'Prints the folder of a data set.',
  arguments: [{ name: '<name>', help: 'a data set, such as cifar10' }],
  examples: ['hgmlp data path imagenet32'],
  action: async (context) => (await import('../data.js')).printDataPath(context),
};
