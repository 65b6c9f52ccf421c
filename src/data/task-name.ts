/**
 * Names of tasks: `<data set>/<kind>?<setting>=<value>&…`. A setting at its default is left out and the others stand in
 * the order of the table, so that one task has one name, which says all that determines its images.
 */
import { UserError } from '../base/errors.js';
import { isPluginHash } from '../base/plugin-hash.js';
import { readSettings } from '../base/settings.js';
import type { DecidingMetric } from '../run/metrics.js';

/** Holds the parts of the name of a task. */
export interface TaskName {
  readonly dataset: string;
  /** What stands behind the last slash. */
  readonly kind: string;
  readonly settings: ReadonlyMap<string, string>;
}

interface SettingRow {
  readonly expects: string;
  readonly default?: string;
  /** The one spelling of a value; null for what is none. */
  canonical(text: string): string | null;
}

/** The words for metrics that decide, in names of tasks. */
export const metricWords: Readonly<Record<string, DecidingMetric>> = {
  psnr: 'psnrDb',
  accuracy: 'accuracy',
  rmse: 'rmse',
  'mean-auc': 'meanAuc',
};

/** Gives the word for a metric that decides. */
export function metricWordOf(key: DecidingMetric): string {
  return Object.keys(metricWords).find((word) => metricWords[word] === key)!;
}

const shortWord = /^[\p{L}\p{N}._-]{1,40}$/u;

const count = (expects: string, smallest: number, largest = Number.MAX_SAFE_INTEGER): SettingRow => ({
  expects,
  canonical: (text) => wholeNumber(text, smallest, largest),
});

/** The first digits of a SHA-256. */
const digest: SettingRow = {
  expects: '12 hexadecimal digits',
  canonical: (text) => (isPluginHash(text) ? text : null),
};

/** Lists all settings, in the order in which they stand in a name. */
export const taskSettings = {
  /** The hash of the file of the plugin that defines it. */
  plugin: digest,
  /** What is predicted, so that the tasks of one table can be told apart by eye. */
  target: {
    expects: 'letters, digits, points and dashes',
    canonical: (text: string) => (shortWord.test(text) ? text : null),
  },
  rows: count('a whole number from 1', 1),
  images: count('a whole number from 1', 1),
  channels: count('1 or 3', 1, 3),
  'image-size': count('a whole number from 6 to 1024', 6, 1024),
  sha256: digest,
  'split-seed': { ...count('a whole number from 0 to 4294967295', 0, 2 ** 32 - 1), default: '42' },
  classes: count('a whole number from 1', 1),
  input: count('a whole number from 1', 1),
  output: count('a whole number from 1', 1),
  /** What decides in a task that is known on paper only. */
  metric: {
    expects: Object.keys(metricWords).join(', '),
    default: 'psnr',
    canonical: (text: string) => (Object.hasOwn(metricWords, text) ? text : null),
  },
  'noise-level': {
    expects: 'a number above 0',
    default: '0.25',
    canonical: positiveNumber,
  },
  scale: { ...count('a whole number from 2', 2), default: '2' },
} as const satisfies Record<string, SettingRow>;

/** Names a setting that may stand in a task's name. */
export type TaskSetting = keyof typeof taskSettings;

const onPaper = 'elsewhere/';

/** Takes a name apart; the settings in their one spelling. Throws a UserError for a setting that is none. */
export function parseTaskName(name: string): TaskName {
  // Names from elsewhere may have slashes of their own; paths of folders may have question marks.
  const slash = name.startsWith(onPaper) ? onPaper.length - 1 : name.lastIndexOf('/');
  const question = name.indexOf('?', slash + 1);
  const end = question < 0 ? name.length : question;
  return {
    dataset: name.slice(0, Math.max(slash, 0)),
    kind: name.slice(slash + 1, end),
    settings: readSettings(question < 0 ? '' : name.slice(question + 1), { option: 'task', name }, (key, text) =>
      canonicalSetting(key, text, 'task'),
    ),
  };
}

/** Puts a name together. */
export function formatTaskName({ dataset, kind, settings }: TaskName): string {
  const rows = Object.entries(taskSettings) as [TaskSetting, SettingRow][];
  const shown = rows.flatMap(([key, row]) => {
    const value = settings.get(key);
    return value === undefined || value === row.default ? [] : [`${key}=${value}`];
  });
  return `${dataset}/${kind}${shown.length === 0 ? '' : `?${shown.join('&')}`}`;
}

/** Gives the value of a setting, or its default. */
export function taskSettingOf({ settings }: Pick<TaskName, 'settings'>, key: TaskSetting): string | undefined {
  return settings.get(key) ?? (taskSettings[key] as SettingRow).default;
}

/** Gives a value in its one spelling. Throws a UserError for what is none. */
export function canonicalSetting(key: string, text: string, place: string): string {
  if (!Object.hasOwn(taskSettings, key)) {
    throw new UserError(`${place}: expected a setting among ${Object.keys(taskSettings).join(', ')}; got '${key}'`);
  }
  const row = taskSettings[key as TaskSetting];
  const value = row.canonical(text);
  if (value === null) throw new UserError(`${place}: expected for ${key} ${row.expects}, got '${text}'`);
  return value;
}

function wholeNumber(text: string, smallest: number, largest: number): string | null {
  const value = /^\d+$/.test(text) ? Number(text) : NaN;
  return value >= smallest && value <= largest ? String(value) : null;
}

function positiveNumber(text: string): string | null {
  const value = /^(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : NaN;
  return value > 0 && Number.isFinite(value) ? String(value) : null;
}
