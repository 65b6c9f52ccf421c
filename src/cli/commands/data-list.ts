/** `hgmlp data list`: lists the data sets: images, size, whether they are there, and where. */
import type { CommandRow } from '../command-row.js';

/** Looks at what is there of each data set, and fetches nothing. */
export const dataList: CommandRow = {
  name: 'data list',
  summary: 'list the data sets: images, size, whether they are there, and where',
  about: 'Lists the data sets and what of them is there.',
  examples: ['hgmlp data list'],
  action: async (context) => (await import('../data.js')).listData(context),
};
