import { describe, expect, test } from 'vitest';
import { parseAddress, withoutCredentials } from '../../src/execute/fleet/address.js';
import { jobMessage, parseJob, parseProgress, parseResult, resultText } from '../../src/execute/fleet/messages.js';
import { jobIdOf } from '../../src/execute/fleet/names.js';
import { parsePresent } from '../../src/execute/fleet/presence.js';
import type { FinishedRun } from '../../src/run/run.js';
import { finishedRun, specOf } from '../run/runs.js';
import { digits, undrawnSheet } from '../run/sheets.js';

const kind = { version: '1.2.3', engine: 'onnx-cpu' };
const job = () => JSON.parse(JSON.stringify(jobMessage([specOf(0), specOf(1)], kind))) as ReturnType<typeof jobMessage>;
const changed = (change: (message: ReturnType<typeof job>) => void) => {
  const message = job();
  change(message);
  return message;
};
const sheet = undrawnSheet();

describe('a job from the queue', () => {
  test('is the runs that the search asked for', () => {
    expect(parseJob(job(), kind)).toEqual([specOf(0), specOf(1)]);
  });

  test.each([
    ['nothing', null, /^job/],
    ['text', 'rm -rf /', /^job/],
    ['no runs', { ...job(), specs: [] }, /specs/],
    ['more runs than a pack has', { ...job(), specs: Array(5000).fill(specOf()) }, /specs/],
    ['another version', { ...job(), hgmlp: '1.2.4' }, /expected one of hgmlp 1\.2\.3, got one of '1\.2\.4'/],
    ['other numbers', { ...job(), numbers: 999 }, /expected one of hgmlp/],
    ['another engine', changed(({ specs }) => (specs[1]!.engine = 'tfjs-cpu')), /expected runs on onnx-cpu/],
    ['a folder', changed(({ specs }) => (specs[0]!.task = 'folder:/etc/denoising')), /pictures of a folder/],
    [
      'a task of a plugin',
      changed(({ specs }) => (specs[0]!.task = 'a/regression?plugin=0123456789ab&rows=9&input=1&output=1')),
      /^task: expected one that every worker has, got that of a plugin/,
    ],
    [
      'a family of a plugin',
      changed(({ specs }) => (specs[0]!.arch.family = 'a?plugin=0123456789ab')),
      /^family: expected one that every worker has, got that of a plugin/,
    ],
    ['a path for a data set', changed(({ specs }) => (specs[0]!.task = '../../etc/denoising')), /task: expected/],
    ['a task on paper', changed(({ specs }) => (specs[0]!.task = 'elsewhere/a?images=1&input=1&output=1')), /task/],
    ['another spelling', changed(({ specs }) => (specs[0]!.task = 'mnist/denoising?noise-level=0.25')), /task/],
    ['a width of text', changed(({ specs }) => (specs[0]!.arch.skipWidth = '7' as never)), /skipWidth/],
    ['a huge width', changed(({ specs }) => (specs[0]!.arch.skipWidth = 1e9)), /skipWidth/],
    ['no epochs', changed(({ specs }) => (specs[0]!.recipe.epochs = 0)), /epochs/],
    ['one run twice', changed(({ specs }) => (specs[1] = specs[0]!)), /differ in learning rate and replicate/],
    ['two architectures', changed(({ specs }) => (specs[1]!.arch.depth = 3)), /differ in learning rate and replicate/],
  ])('is refused where it is %s', (_, message, reason) => {
    expect(() => parseJob(message, kind)).toThrow(reason);
  });

  test('loses what no spec has, a prototype too', () => {
    const specs = JSON.parse(
      JSON.stringify([specOf()]).replace('{"task"', '{"__proto__":{"polluted":1},"command":"id","task"'),
    ) as never;
    expect(parseJob({ ...job(), specs }, kind)).toEqual([specOf()]);
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
  });

  test('has the same number for the same runs of a study, and another for others', () => {
    expect(jobIdOf('a', [specOf(0)])).toBe(jobIdOf('a', [specOf(0)]));
    expect(jobIdOf('a', [specOf(0)])).not.toBe(jobIdOf('a', [specOf(1)]));
    expect(jobIdOf('a', [specOf(0)])).not.toBe(jobIdOf('b', [specOf(0)]));
  });
});

describe('a result from the queue', () => {
  const pack = [specOf(0), specOf(1)];
  const runs = [finishedRun(0), finishedRun(1)];
  const text = resultText({ type: 'runs', runs, sheets: [sheet, null] });
  interface Raw {
    type: string;
    runs: FinishedRun[];
    sheets: (string | null)[];
  }
  const altered = (change: (result: Raw) => void) => {
    const result = JSON.parse(text) as Raw;
    change(result);
    return JSON.stringify(result);
  };

  test('is the runs and the sheets that the worker sent', () => {
    const result = parseResult(text, pack);
    expect(result).toEqual({ type: 'runs', runs, sheets: [sheet, null] });
  });

  test('has the key and the spec that were asked for, whatever it says', () => {
    const lie = altered(({ runs: [run] }) => Object.assign(run!, { key: '../../x', spec: { task: 'other' } }));
    expect(parseResult(lie, pack)).toMatchObject({ runs });
  });

  test('that memory did not suffice is told in plain words', () => {
    const reason = 'no memory\u001b[2J\n';
    expect(parseResult(resultText({ type: 'out of memory', reason }), pack)).toEqual({
      type: 'out of memory',
      reason: 'no memory [2J ',
    });
  });

  test.each([
    ['no JSON', 'rm', /expected JSON/],
    ['of another kind', '{"type":"code"}', /^result/],
    ['of too few runs', altered(({ runs }) => runs.pop()), /expected 2 runs/],
    ['without a number', altered(({ runs }) => delete (runs[0] as { test?: unknown }).test), /test/],
    [
      'of a number that is none',
      altered(({ runs }) => Object.assign(runs[0]!.test, { ssim: null })),
      /runs\.0\.test in its own form/,
    ],
    [
      'of a PSNR that no log takes',
      altered(({ runs }) => Object.assign(runs[0]!.test, { psnrDb: 1e308 })),
      /runs\.0\.test in its own form/,
    ],
    ['of imported runs without numbers', altered(({ runs }) => Object.assign(runs[0]!, { timing: null })), /timing/],
    ['of a failed run', altered(({ runs }) => Object.assign(runs[0]!, { state: 'failed' })), /state/],
    ['of a curve without its end', altered(({ runs }) => Object.assign(runs[0]!, { curve: [] })), /curve of 1 epochs/],
    ['of a sheet that is no picture', altered(({ sheets }) => (sheets[0] = 'bm8gUE5H')), /PNG/],
    ['of a sheet that is no base64', altered(({ sheets }) => (sheets[0] = '/etc/passwd?')), /sheets/],
    [
      'of a sheet too large',
      altered(({ sheets }) => (sheets[0] = Buffer.concat([sheet, Buffer.alloc(2 ** 21)]).toString('base64'))),
      /PNG/,
    ],
    ['of a sheet with the sides of a bomb', altered(({ sheets }) => (sheets[0] = ofSize(2 ** 31, 264))), /PNG/],
    ['of a sheet with the proportions alone', altered(({ sheets }) => (sheets[0] = ofSize(16_362, 6_132))), /PNG/],
    ['of a sheet one pixel too high', altered(({ sheets }) => (sheets[0] = ofSize(714, 265))), /PNG/],
  ])('is refused where it is %s', (_, message, reason) => {
    expect(() => parseResult(message, pack)).toThrow(reason);
  });

  function ofSize(width: number, height: number): string {
    return undrawnSheet('', digits, { width, height }).toString('base64');
  }
});

describe('progress from the queue', () => {
  const [epoch] = finishedRun().curve;
  const message = { type: 'epoch', place: 0, epoch };

  test('is an epoch of a run of the pack', () => {
    expect(parseProgress(message, [specOf()])).toEqual(message);
  });

  test.each([
    ['a place outside', { ...message, place: 1 }],
    ['an epoch behind the last', { ...message, epoch: { ...epoch, epoch: 2 } }],
    ['a loss that is none', { ...message, epoch: { ...epoch, trainLoss: '0' } }],
    ['nothing', undefined],
  ])('is nothing where it is %s', (_, wrong) => {
    expect(parseProgress(wrong, [specOf()])).toBeNull();
  });
});

describe('the address of a queue', () => {
  test('is taken apart, and shown without user and password', () => {
    expect(parseAddress('rediss://me:s%40crt@queue.example:7000/2')).toEqual({
      ...{ host: 'queue.example', port: 7000, database: 2, encrypted: true, username: 'me', password: 's@crt' },
      shown: 'rediss://queue.example:7000/2',
    });
    expect(parseAddress('redis://[::1]')).toMatchObject({ host: '::1', port: 6379, password: null, encrypted: false });
  });

  test.each([
    'http://:secret@host',
    'secret',
    'redis://:secret@',
    'redis://:secret@host/secret',
    'redis://:%secret@host',
    'redis://host?password=secret',
  ])('is refused where it is %s, and the refusal keeps the secret', (text) => {
    expect(() => parseAddress(text)).toThrow(/^--queue \(HGMLP_QUEUE\): expected redis:\/\/\[user/);
    expect(() => parseAddress(text)).not.toThrow(/secret/);
  });

  test('loses its user and password in any text', () => {
    expect(withoutCredentials('got redis://me:a@b:c@host:1 and rediss://:x@y')).toBe(
      'got redis://host:1 and rediss://y',
    );
  });
});

test('a name of someone present that none of us wrote is nobody', () => {
  expect(parsePresent('worker ab12 4 0.1.0 1 onnx-cpu')).toMatchObject({ role: 'worker', slots: 4, version: '0.1.0' });
  for (const name of ['worker', 'boss ab 4 0.1.0 1 onnx-cpu', 'worker ab 4 0.1.0 1 onnx\u001b[2Jcpu'])
    expect(parsePresent(name)).toBeNull();
});
