/**
 * Reads pickles of numpy arrays without executing anything: an own machine for the part of the format that such files
 * use (protocols 0 to 5, Python 2 and 3), on plain data. Every other opcode and every other name is refused. Time and
 * memory grow with the length of the file at most; pixel bytes are views of it.
 * Source: CPython, Lib/pickle.py and Lib/pickletools.py.
 */
import { firstItem, itemAt, lastItem } from '../base/items.js';
import { opcodeName } from './pickle-opcodes.js';
import { build, callGlobal, isKnownGlobal } from './pickle-numpy.js';
import { openByteReader, refuse, shownName, type ByteReader } from './pickle-reader.js';
import { floatOfLine, integerOfBytes, integerOfLine, unescaped, unicodeOfLine } from './pickle-text.js';
import { kindOf, nameOf, type PickledValue } from './pickle-values.js';

/** Far more than a list of a million labels takes, and far less than fills a memory. */
const maximumSteps = 4_000_000;
const maximumDepth = 2_000_000;
const maximumMarks = 1000;
const newestProtocol = 5;

interface Machine {
  readonly reader: ByteReader;
  readonly stack: PickledValue[];
  /** Where on the stack the marks stand: the next value goes right behind. */
  readonly marks: number[];
  readonly memo: Map<number, PickledValue>;
}

type Step = (machine: Machine) => void;

/**
 * Reads the value in a pickle. Throws a UserError for anything that is not a whole, harmless pickle of numpy arrays.
 */
export function parsePickle(bytes: Uint8Array): PickledValue {
  const machine: Machine = { reader: openByteReader(bytes), stack: [], marks: [], memo: new Map() };
  const { reader, stack } = machine;
  for (let count = 0; count < maximumSteps; count += 1) {
    const place = reader.position();
    const name = opcodeName(reader.byte());
    if (name === 'STOP') return outcome(machine, bytes.length);
    const step = Object.hasOwn(steps, name) ? steps[name] : undefined;
    if (!step) return refuse(`the opcode ${name} at byte ${place} has no place in a file of arrays`);
    step(machine);
    if (stack.length > maximumDepth) refuse(`expected at most ${maximumDepth} values at a time, got more`);
  }
  return refuse(`expected at most ${maximumSteps} steps, got more`);
}

function outcome({ reader, stack, marks }: Machine, length: number): PickledValue {
  const left = length - reader.position();
  if (left > 0) refuse(`expected the end of the file, got ${left} more bytes`);
  const [value] = stack;
  if (value !== undefined && stack.length === 1 && marks.length === 0) return value;
  return refuse(`expected one value at the end, got ${stack.length}`);
}

/** What each opcode does; those that are missing are refused. */
const steps: Readonly<Record<string, Step>> = {
  PROTO({ reader }) {
    const protocol = reader.byte();
    if (protocol > newestProtocol) refuse(`expected a protocol up to ${newestProtocol}, got ${protocol}`);
  },
  /** Frames only tell a reader how much to fetch at once. */
  FRAME({ reader }) {
    const length = reader.uint64();
    const ahead = reader.left();
    if (length > ahead) refuse(`expected a frame of ${length} bytes, got the end of the file after ${ahead}`);
  },

  NONE: push(() => null),
  NEWTRUE: push(() => true),
  NEWFALSE: push(() => false),
  INT: push((reader) => integerOfLine(reader.line())),
  LONG: push((reader) => integerOfLine(reader.line())),
  BININT: push((reader) => reader.int32()),
  BININT1: push((reader) => reader.byte()),
  BININT2: push((reader) => reader.uint16()),
  LONG1: push((reader) => integerOfBytes(reader.take(reader.byte()))),
  LONG4: push((reader) => integerOfBytes(reader.take(reader.uint32()))),
  FLOAT: push((reader) => floatOfLine(reader.line())),
  BINFLOAT: push((reader) => reader.float64BigEndian()),

  STRING: push((reader) => bytesValue(unescaped(reader.line()))),
  BINSTRING: push((reader) => bytesValue(reader.take(reader.uint32()))),
  SHORT_BINSTRING: push((reader) => bytesValue(reader.take(reader.byte()))),
  BINBYTES: push((reader) => bytesValue(reader.take(reader.uint32()))),
  SHORT_BINBYTES: push((reader) => bytesValue(reader.take(reader.byte()))),
  BINBYTES8: push((reader) => bytesValue(reader.take(reader.uint64()))),
  BYTEARRAY8: push((reader) => bytesValue(reader.take(reader.uint64()))),
  UNICODE: push((reader) => textValue(unicodeOfLine(reader.line()))),
  BINUNICODE: push((reader) => textValue(reader.take(reader.uint32()))),
  SHORT_BINUNICODE: push((reader) => textValue(reader.take(reader.byte()))),
  BINUNICODE8: push((reader) => textValue(reader.take(reader.uint64()))),

  EMPTY_LIST: push(() => ({ type: 'list', items: [] })),
  EMPTY_DICT: push(() => ({ type: 'dictionary', entries: new Map() })),
  EMPTY_TUPLE: push(() => ({ type: 'tuple', items: [] })),
  TUPLE1: gather((machine) => tupleValue(takeTop(machine, 1))),
  TUPLE2: gather((machine) => tupleValue(takeTop(machine, 2))),
  TUPLE3: gather((machine) => tupleValue(takeTop(machine, 3))),
  TUPLE: gather((machine) => tupleValue(takeToMark(machine))),
  LIST: gather((machine) => ({ type: 'list', items: takeToMark(machine) })),
  DICT: gather((machine) => {
    const entries = new Map<string, PickledValue>();
    setItems(entries, takeToMark(machine));
    return { type: 'dictionary', entries };
  }),
  APPEND: (machine) => append(machine, takeTop(machine, 1)),
  APPENDS: (machine) => append(machine, takeToMark(machine)),
  SETITEM: (machine) => set(machine, takeTop(machine, 2)),
  SETITEMS: (machine) => set(machine, takeToMark(machine)),

  MARK({ stack, marks }) {
    marks.push(stack.length);
    if (marks.length > maximumMarks) refuse(`expected at most ${maximumMarks} levels, got more`);
  },
  POP: (machine) => void takeTop(machine, 1),
  POP_MARK: (machine) => void takeToMark(machine),
  DUP: gather((machine) => top(machine)),

  PUT: (machine) => memoise(machine, indexOfLine(machine.reader)),
  BINPUT: (machine) => memoise(machine, machine.reader.byte()),
  LONG_BINPUT: (machine) => memoise(machine, machine.reader.uint32()),
  MEMOIZE: (machine) => memoise(machine, machine.memo.size),
  GET: gather((machine) => recalled(machine, indexOfLine(machine.reader))),
  BINGET: gather((machine) => recalled(machine, machine.reader.byte())),
  LONG_BINGET: gather((machine) => recalled(machine, machine.reader.uint32())),

  GLOBAL: push((reader) => globalValue(lineText(reader), lineText(reader))),
  STACK_GLOBAL: gather((machine) => {
    const [module, name] = takeTop(machine, 2).map(nameOf);
    return globalValue(module ?? '', name ?? '');
  }),
  REDUCE: gather((machine) => {
    const values = takeTop(machine, 2);
    return callGlobal(firstItem(values), lastItem(values));
  }),
  BUILD(machine) {
    const state = firstItem(takeTop(machine, 1));
    build(top(machine), state);
  },
};

function push(read: (reader: ByteReader) => PickledValue): Step {
  return ({ reader, stack }) => void stack.push(read(reader));
}

function gather(make: (machine: Machine) => PickledValue): Step {
  return (machine) => void machine.stack.push(make(machine));
}

/** The last values, which must lie above the last mark. */
function takeTop({ stack, marks }: Machine, count: number): PickledValue[] {
  const above = stack.length - (marks.at(-1) ?? 0);
  if (above < count) refuse(`expected ${count} values before an opcode, got ${above}`);
  return stack.splice(stack.length - count, count);
}

function takeToMark({ stack, marks }: Machine): PickledValue[] {
  const mark = marks.pop() ?? refuse('expected a mark before an opcode, got none');
  return stack.splice(mark);
}

function top({ stack, marks }: Machine): PickledValue {
  const isThere = stack.length > (marks.at(-1) ?? 0);
  return isThere ? lastItem(stack) : refuse('expected a value before an opcode, got none');
}

function append(machine: Machine, items: readonly PickledValue[]): void {
  const list = top(machine);
  if (typeof list !== 'object' || list?.type !== 'list') return refuse(`expected a list, got ${kindOf(list)}`);
  for (const item of items) list.items.push(item);
}

function set(machine: Machine, items: readonly PickledValue[]): void {
  const target = top(machine);
  if (typeof target !== 'object' || target?.type !== 'dictionary') {
    return refuse(`expected a dictionary, got ${kindOf(target)}`);
  }
  setItems(target.entries, items);
}

/** Keys and values in turn. */
function setItems(entries: Map<string, PickledValue>, items: readonly PickledValue[]): void {
  if (items.length % 2 !== 0) refuse('expected a value for every key, got none for the last');
  for (let at = 0; at < items.length; at += 2) {
    const key = nameOf(items[at]) ?? refuse(`expected a short text as a key, got ${kindOf(items[at])}`);
    entries.set(key, itemAt(items, at + 1));
  }
}

function memoise(machine: Machine, index: number): void {
  machine.memo.set(index, top(machine));
}

function recalled({ memo }: Machine, index: number): PickledValue {
  const value = memo.get(index);
  return value === undefined ? refuse(`expected something in memory ${index}, got nothing`) : value;
}

function indexOfLine(reader: ByteReader): number {
  const index = integerOfLine(reader.line());
  return typeof index === 'number' && index >= 0 ? index : refuse('expected a number from 0 on a line');
}

function lineText(reader: ByteReader): string {
  return nameOf(textValue(reader.line())) ?? refuse('expected a short name on a line');
}

function globalValue(module: string, name: string): PickledValue {
  const full = `${module}.${name}`;
  if (isKnownGlobal(full)) return { type: 'global', name: full };
  return refuse(`the name ${shownName(full)} has no place in a file of arrays; nothing of it was run`);
}

function bytesValue(bytes: Uint8Array): PickledValue {
  return { type: 'bytes', bytes };
}

function textValue(utf8: Uint8Array): PickledValue {
  return { type: 'text', utf8 };
}

function tupleValue(items: PickledValue[]): PickledValue {
  return { type: 'tuple', items };
}
