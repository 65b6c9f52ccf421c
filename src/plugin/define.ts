/** From what a plugin defines to rows as the tables have them. */
import { z } from 'zod';
import { inputProjections } from '../arch/arch.js';
import { families } from '../arch/families.js';
import { oneOfWords, type Family, type FamilySetting } from '../arch/family.js';
import { layersFrom } from '../arch/layers.js';
import { UserError } from '../base/errors.js';
import { shown } from '../base/shown.js';
import { datasets } from '../data/datasets.js';
import type { RegisteredTask } from '../data/plugin-tasks.js';
import { targetKinds } from '../data/table/request.js';
import { recipeSchema } from '../run/spec.js';
import type { FamilyDefinition, TaskDefinition } from './definition.js';
import { tableRowsOf } from './rows.js';
import { saidBy, whatItThrew } from './words.js';

const own = <Value>(expects: string, isIt: (value: unknown) => boolean) => z.custom<Value>(isIt, expects);
const isFunction = (value: unknown) => typeof value === 'function';
const wholeFrom1 = z.int('a whole number from 1').min(1, 'a whole number from 1').max(1e6, 'at most 1000000');

const settingForm = z.union([
  z.tuple([z.string()], z.string()),
  own<FamilySetting>('words', (value) => {
    const { expects, default: usual, canonical } = Object(value) as Partial<FamilySetting>;
    return [expects, usual].every((text) => typeof text === 'string') && isFunction(canonical);
  }),
]);

const familyForm = z.strictObject({
  name: z.string().regex(/^[A-Za-z][A-Za-z0-9-]{0,39}$/, 'letters, digits and dashes, at most 40'),
  settings: z
    .record(
      z.string().regex(/^(?!plugin$)[A-Za-z][A-Za-z0-9-]*$/),
      settingForm,
      'settings by names of letters and digits, each a list of words or { expects, default, canonical }',
    )
    .default({}),
  shallowest: wholeFrom1.max(4, 'a whole number from 1 to 4').default(1),
  inputProjections: z
    .array(z.enum(inputProjections), `a list of ${inputProjections.join(', ')}`)
    .min(1, `a list of ${inputProjections.join(', ')}`)
    .default([...inputProjections]),
  program: own<FamilyDefinition['program']>('a function', isFunction),
});

const { shape: recipe } = recipeSchema;
const taskForm = z.strictObject({
  name: z
    .string()
    .regex(/^[A-Za-z0-9][\w.-]{0,39}\/[a-z-]+$/, 'a word, a slash and the kind, such as spiral/classification'),
  kind: z.enum(targetKinds, `one of ${targetKinds.join(', ')}`),
  inputs: wholeFrom1,
  outputs: wholeFrom1,
  rows: own<TaskDefinition['rows']>('a function', isFunction),
  recipe: z
    .strictObject({
      epochs: recipe.epochs,
      patience: recipe.patience,
      batchSize: recipe.batchSize,
      learningRate: recipe.learningRate,
      learningRateStep: recipe.learningRateStep,
      weightDecay: recipe.weightDecay,
    })
    .partial()
    .default({}),
});

/** Makes the row of a family. Throws a UserError in words for a definition that is none, and for a name that is taken. */
export function familyFrom(file: string, definition: FamilyDefinition): Family {
  const place = `${saidBy(file)}defineFamily`;
  const { name, settings, shallowest, inputProjections, program } = checked(familyForm, definition, place);
  if (families.some((family) => family.name === name)) throw taken(`family`, name, place);
  return {
    ...{ name, shallowest, inputProjections, definedIn: file },
    settings: Object.fromEntries(
      Object.entries(settings).map(([key, setting]) => [key, Array.isArray(setting) ? wordsOf(setting) : setting]),
    ),
    program(arch, dimensions, values) {
      try {
        return program(arch, dimensions, layersFrom(dimensions.input), values);
      } catch (error) {
        throw whatItThrew(error, `${saidBy(file)}expected a network of family ${name} from its program()`);
      }
    },
  };
}

/** Makes the row of a task. Throws a UserError in words for a definition that is none, and for a name that is taken. */
export function taskFrom(file: string, definition: TaskDefinition): RegisteredTask {
  const place = `${saidBy(file)}defineTask`;
  const task = checked(taskForm, definition, place);
  const { name, kind, rows } = task;
  const [dataset, ending] = name.split('/');
  if (ending !== kind) {
    throw new UserError(`${place}: name: expected one that ends in /${kind}, as its kind is, got '${name}'`);
  }
  if (dataset === 'elsewhere' || datasets.some((row) => row.name === dataset)) throw taken('data set', dataset!, place);
  return {
    name,
    recipe: Object.fromEntries(Object.entries(task.recipe).filter(([, value]) => value !== undefined)),
    async rows() {
      let made: unknown;
      try {
        made = await rows();
      } catch (error) {
        throw whatItThrew(error, `${saidBy(file)}expected rows of task ${name} from its rows()`);
      }
      return tableRowsOf(made, { ...task, place: `${saidBy(file)}task ${name}` });
    },
  };
}

function wordsOf([first, ...others]: readonly string[]): FamilySetting {
  return oneOfWords(first!, ...others);
}

function taken(what: string, name: string, place: string): UserError {
  return new UserError(`${place}: name: expected one that is free, got the ${what} '${name}' of hgmlp; choose another`);
}

function checked<Form extends z.ZodType>(form: Form, definition: unknown, place: string): z.output<Form> {
  const { data, error } = form.safeParse(definition);
  if (error === undefined) return data;
  const [issue] = error.issues;
  const path = issue!.path.join('.');
  if (issue!.code === 'unrecognized_keys') {
    throw new UserError(`${place}: expected known keys, got ${shown(issue.keys[0])}; take it out`);
  }
  const got = issue!.path.reduce<unknown>(
    (value, step) => (value as Record<PropertyKey, unknown> | undefined)?.[step],
    definition,
  );
  throw new UserError(
    `${place}: ${path === '' ? '' : `${path}: `}expected ${wordsFor(issue!.message)}, got ${shown(got)}; mend the definition`,
  );
}

/** Zod's own sentences, where no form says its own, begin otherwise. */
function wordsFor(message: string): string {
  return message.replace(/^(Invalid \w+: )?(expected )?/, '').replace(/, received .*$/, '');
}
