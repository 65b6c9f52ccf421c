/** `hgmlp data list`: lists the data sets: images, size, whether they are there, and where. */
import type { CommandRow } from '../command-row.js';

export const dataList: CommandRow = {
  name: 'data list',
  summary: 'list the data sets: images, size, whether they are there, and where',
  about: 'Lists the data sets and what of them is there.',
  examples: ['hgmlp data list'],
  action: async (context) => (await import('../data.js')).listData(context),
};
