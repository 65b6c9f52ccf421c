/** Equal parts of runs as one object: of a million runs few differ in recipe, and many share an architecture. */
import type { Run } from './run.js';
import type { RunSpec } from './spec.js';

/** Gives the first of all values with the same text. */
export function sharing<Value>(textOf: (value: Value) => string): (value: Value) => Value {
  const known = new Map<string, Value>();
  return (value) => {
    const text = textOf(value);
    const first = known.get(text);
    if (first !== undefined) return first;
    known.set(text, value);
    return value;
  };
}

/** Gives each run as it is, with parts that the runs before it have too. */
export function shareParts(): (run: Run) => Run {
  const name = sharing<string>((text) => text);
  const arch = sharing<RunSpec['arch']>(JSON.stringify);
  const recipe = sharing<RunSpec['recipe']>(JSON.stringify);
  return (run) => {
    const { spec } = run;
    const { task, engine } = spec;
    const shared = { task: name(task), arch: arch(spec.arch), recipe: recipe(spec.recipe), engine: name(engine) };
    return { ...run, spec: { ...spec, ...shared } };
  };
}
