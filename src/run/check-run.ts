/** Whether something read from a file is a Run. */
import { z } from 'zod';
import { decidingMetricOf, decidingMetrics, metricOf, type MeasuredBeside, type MetricKey } from './metrics.js';
import { evaluationSets, type FinishedRun, type Run } from './run.js';
import { recipeSchema, specSchema } from './spec.js';

type Check = (value: unknown) => boolean;

/** Says whether a value is a string. */
export const isText: Check = (value) => typeof value === 'string';
/** Says whether a value is a finite number. */
export const isNumber: Check = (value) => typeof value === 'number' && Number.isFinite(value);
/** Says whether a value is a whole number of at least 0, exact in a double. */
export const isCount: Check = (value) => Number.isSafeInteger(value) && (value as number) >= 0;
/** Makes a check that also accepts null. */
export const orNull =
  (check: Check): Check =>
  (value) =>
    value === null || check(value);
const orAbsent =
  (check: Check): Check =>
  (value) =>
    value === undefined || check(value);
const oneOf =
  (choices: readonly unknown[]): Check =>
  (value) =>
    choices.includes(value);
/** Makes a check of a list, each item of which passes the given check. */
export const listOf =
  (check: Check): Check =>
  (value) =>
    Array.isArray(value) && value.every(check);
/** Makes a check of an object, the named fields of which pass their checks; other fields may stand beside them. */
export const recordOf = (fields: Readonly<Record<string, Check>>): Check => {
  const checks = Object.entries(fields);
  return (value) =>
    typeof value === 'object' &&
    value !== null &&
    checks.every(([name, check]) => check((value as Record<string, unknown>)[name]));
};

const within =
  (key: MetricKey, isKnown: Check): Check =>
  (value) => {
    const [least, most] = metricOf(key).bounds;
    return isKnown(value) && (typeof value !== 'number' || (value >= least && value <= most));
  };

/**
 * Makes a check of a measurement: a metric that decides, and what is measured beside it.
 * @param isKnown checks the others; only an imported run may leave them open: one that was trained knows them all
 */
export const measurementOf = (isKnown: Check, onTest: boolean): Check => {
  const forms = Object.entries<MeasuredBeside>(decidingMetrics).map(([name, { always, sometimes, ...beside }]) => {
    const deciding = name as MetricKey;
    const checks = [
      [deciding, within(deciding, isNumber)] as const,
      ...[...always, ...(onTest ? beside.onTest : [])].map((key) => [key, within(key, isKnown)] as const),
      ...sometimes.map((key) => [key, orAbsent(within(key, orNull(isNumber)))] as const),
    ];
    return { deciding, isMeasured: recordOf(Object.fromEntries(checks)) };
  });
  return (value) => {
    if (typeof value !== 'object' || value === null) return false;
    const [form, ...others] = forms.filter(({ deciding }) => deciding in value);
    return form !== undefined && others.length === 0 && form.isMeasured(value);
  };
};

/**
 * Checks the spec in a log. A log says what was trained, by whatever release and by other programs: of these numbers
 * only that they are some is asked, so that a folder which once opened always does.
 */
export const loggedSpec = specSchema.extend({
  recipe: recipeSchema.extend({
    ...{ epochs: z.int().min(0), batchSize: z.int().min(0), learningRate: z.number(), weightDecay: z.number() },
  }),
});

/** What the schema asks, by the checks above: of very many runs, parsing each would take a sixth longer to read a log. */
function checkOf(form: unknown): Check {
  if (form instanceof z.ZodObject) {
    const fields = Object.entries(form.shape).map(([name, field]) => [name, checkOf(field)]);
    return recordOf(Object.fromEntries(fields) as Record<string, Check>);
  }
  if (form instanceof z.ZodOptional) {
    return orAbsent(checkOf(form.unwrap()));
  }
  if (form instanceof z.ZodEnum) return oneOf(form.options);
  if (form instanceof z.ZodLiteral) return oneOf([...form.values]);
  if (form instanceof z.ZodString) return isText;
  if (!(form instanceof z.ZodNumber)) throw new TypeError('expected an object, an enumeration, a text or a number');
  const least = form.minValue!;
  if (form.isInt) return (value) => Number.isSafeInteger(value) && (value as number) >= least;
  return (value) => isNumber(value) && (value as number) >= least;
}
/** Says whether a value is a spec that a log may hold. */
export const isLoggedSpec = checkOf(loggedSpec);

/** Says whether a value is a learning curve: a list of EpochRecords. */
export const isCurve = listOf(
  recordOf({ epoch: isCount, learningRate: isNumber, trainLoss: isNumber, validation: measurementOf(isNumber, false) }),
);

/** Files are named by keys, so a key must never be a path. */
const isKey: Check = (value) => typeof value === 'string' && /^[0-9a-f]{24}$/.test(value);

const isOutcome = recordOf({
  key: isKey,
  spec: isLoggedSpec,
  state: oneOf(['finished', 'diverged', 'stopped', 'failed']),
  curve: isCurve,
});

const finishedOf = (number: Check) => {
  const isOfOneMetric: Check = (value) => {
    const { validation, test } = value as Pick<FinishedRun, 'validation' | 'test'>;
    return decidingMetricOf(validation) === decidingMetricOf(test);
  };
  const isMeasured = recordOf({ validation: measurementOf(number, false), test: measurementOf(number, true) });
  return (value: unknown) => isMeasured(value) && isOfOneMetric(value);
};
const isUnfinished = recordOf({ reason: isText });

/** What of it can be so is for `knownTime` to say: no run is lost for a clock that was wrong. */
const isTiming = recordOf({});
const isOrigin = recordOf({ source: isText, onlySet: orNull(oneOf(evaluationSets)) });

const trained = { origin: recordOf({ timing: isTiming }), isFinished: finishedOf(isNumber) };
const imported = {
  origin: recordOf({ timing: orNull(isTiming), imported: isOrigin }),
  isFinished: finishedOf(orNull(isNumber)),
};

/** Says whether a value is a whole Run, in every field that is read later. */
export function checkRun(value: unknown): value is Run {
  if (!isOutcome(value)) return false;
  const run = value as Run;
  const { origin, isFinished } = run.imported === undefined ? trained : imported;
  return origin(run) && (run.state === 'finished' ? isFinished(run) : isUnfinished(run));
}
