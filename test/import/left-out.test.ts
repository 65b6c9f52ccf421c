import { afterAll, describe, expect, test } from 'vitest';
import { openCsvFolder } from './files.js';

const folder = openCsvFolder();
afterAll(() => folder.remove());

const mnist = { task: 'mnist/denoising' };
const head = 'd_z,d_h,depth,state,test_psnr\n';
const good = '785,115,4,finished,24.1\n';
const read = (lines: string, request = {}) => folder.read(head + lines + good, { ...mnist, ...request });

describe('a state of another tool', () => {
  test.each([
    ['Weights & Biases', ['running', 'pending', 'preempting', 'preempted']],
    ['Optuna', ['RUNNING', 'WAITING', 'PRUNED', 'TrialState.PRUNED']],
    ['Ray Tune', ['PENDING', 'PAUSED', 'TERMINATED']],
    ['NNI', ['WAITING', 'RUNNING', 'USER_CANCELED', 'SYS_CANCELED', 'EARLY_STOPPED', 'UNKNOWN']],
    ['SageMaker', ['InProgress', 'Stopping', 'Stopped', 'Deleting']],
    ['Vizier', ['REQUESTED', 'ACTIVE', 'STOPPING', 'INFEASIBLE', 'STATE_UNSPECIFIED']],
    ['MLflow', ['RUNNING', 'SCHEDULED']],
    ['ClearML', ['created', 'queued', 'in_progress', 'stopped', 'publishing', 'published', 'closed', 'unknown']],
    ['Keras Tuner', ['RUNNING', 'IDLE', 'INVALID', 'STOPPED']],
  ])('of %s that gives no evidence is left out and counted, whatever else its line holds', async (_, states) => {
    const lines = states.flatMap((state) => [`785,115,4,${state},23\n`, `,x,,${state},Infinity\n`]);
    const { tasks, unfinished, leftOut } = await read(lines.join(''));
    expect(tasks[0]!.runs.length).toBe(1);
    expect(unfinished).toBe(2 * states.length);
    expect(leftOut.flatMap((lines) => lines.states).toSorted()).toEqual([...states].toSorted());
  });

  test.each(['finished', 'COMPLETE', 'Completed', 'SUCCEEDED', 'TrialStatus.COMPLETED'])(
    '%s is a run that finished',
    async (state) => {
      const { tasks, leftOut } = await read(`785,115,5,${state},23\n`);
      expect(tasks[0]!.runs.map((run) => run.state)).toEqual(['finished', 'finished']);
      expect(leftOut).toEqual([]);
    },
  );

  test.each(['FAIL', 'crashed', 'killed', 'ERROR', 'Failed', 'KILLED'])('%s is a run that failed', async (state) => {
    const { tasks } = await read(`785,115,5,${state},Infinity\n`);
    expect(tasks[0]!.runs.map((run) => run.state)).toEqual(['failed', 'finished']);
  });

  test('that does not tell whether a run came to its end can be taken as finished for all', async () => {
    const { leftOut } = await read('785,115,5,TERMINATED,23\n');
    expect(leftOut).toEqual([
      {
        why: 'ended or stopped early, which the state does not say; --set state=finished takes them all as finished',
        states: ['TERMINATED'],
        lines: 1,
      },
    ]);
    const taken = await read('785,115,5,TERMINATED,23\n', { constants: ['state=finished'] });
    expect(taken.tasks[0]!.runs.length).toBe(2);
  });

  test('that nobody knows stays a fault: it may be a misspelt end', async () => {
    expect(await folder.refusal(head + good.replace('finished', 'finihsed'), mnist)).toEqual([
      "runs.csv:2: state: expected 'finished', 'diverged', 'failed' or 'unfinished', got 'finihsed'",
      expect.stringContaining('got 1 fault'),
    ]);
  });
});

describe('a line is left out and counted, and harms no other,', () => {
  test('where its cells are empty, however many there are, also before the header', async () => {
    const content = `,,,,\n${head},,,,\n , ,\t,,\n,,\n,,,,,,,\n${good}`;
    const { tasks, leftOut } = await folder.read(content, mnist);
    expect(tasks[0]!.runs.length).toBe(1);
    expect(leftOut).toEqual([{ why: 'empty in every column that is read', states: [], lines: 4 }]);
  });

  test('where only columns that are not read hold anything', async () => {
    const content = `note,${head}the end,,,,,\n,${good}`;
    expect((await folder.read(content, mnist)).leftOut).toEqual([expect.objectContaining({ lines: 1 })]);
  });

  test('where a trial failed before it had a network', async () => {
    const { tasks, leftOut } = await read(',,,FAIL,\n785,,,crashed,nan\nnan,nan,nan,FAIL,\n');
    expect(tasks[0]!.runs.length).toBe(1);
    expect(leftOut).toEqual([{ why: 'failed before it had a network', states: ['FAIL', 'crashed'], lines: 3 }]);
  });

  test('but not those of tasks that are not asked for', async () => {
    const content = `task,${head}mnist/denoising,${good}mnist/super-resolution,785,115,4,running,\n`;
    expect((await folder.read(content, mnist)).leftOut).toEqual([]);
  });

  test('and empty cells behind the last column are none', async () => {
    const { tasks } = await folder.read(`${head}785,115,4,finished,24.1,,\n`, mnist);
    expect(tasks[0]!.runs.length).toBe(1);
    expect(await folder.refusal(`${head}785,115,4,finished,24.1,,7\n`, mnist)).toEqual([
      'runs.csv:2: expected 5 cells as in the header, got 7',
      expect.stringContaining('got 1 fault'),
    ]);
  });

  test('and a file without any other is refused with what was left out', async () => {
    const content = `${head}785,115,4,PRUNED,24.1\n785,115,4,running,\n,,,,\n`;
    expect(await folder.refusal(content, mnist)).toEqual([
      'runs.csv: expected runs that ended, got 1 line: not ended (running), 1 line: stopped early (PRUNED), ' +
        '1 line: empty in every column that is read',
    ]);
  });
});

describe('the table that the dashboard of Optuna gives', () => {
  test('is read by the names of its columns', async () => {
    const { tasks, leftOut, unread } = await folder.read(
      'Number,State,Value,Param depth,Param learning_rate,Param bottleneck_width,Param skip_width,UserAttribute test_psnr\r\n' +
        '0,COMPLETE,24.3,4,0.001,115,785,24.2\r\n1,PRUNED,20.1,4,0.003,115,785,\r\n2,FAIL,,4,0.01,115,785,\r\n3,FAIL,,,,,,\r\n',
      { ...mnist, columns: ['validation_psnr_db=Value'] },
    );
    expect(tasks[0]!.runs.map(({ state, spec }) => [state, spec.recipe.learningRate])).toEqual([
      ['finished', 0.001],
      ['failed', 0.01],
    ]);
    expect(tasks[0]!.runs[0]).toMatchObject({ validation: { psnrDb: 24.3 }, test: { psnrDb: 24.2 } });
    expect(leftOut.map(({ states, lines }) => [states, lines])).toEqual([
      [['PRUNED'], 1],
      [['FAIL'], 1],
    ]);
    expect(unread).toEqual(['Number']);
  });
});

describe('a column that stands twice', () => {
  test('is no fault where it is not read, or a value for all stands in its place', async () => {
    const content = `note,note,${head}a,b,${good}`;
    expect((await folder.read(content, mnist)).unread).toEqual(['note', 'note']);
    const twice = 'd_z,d_h,depth,lr,lr,test_psnr\n785,115,4,1,2,24\n';
    const set = await folder.read(twice, { ...mnist, constants: ['learning_rate=1e-3'] });
    expect(set.tasks[0]!.runs[0]!.spec.recipe.learningRate).toBe(1e-3);
    const without = await folder.read(twice, { ...mnist, columns: ['learning_rate='] });
    expect(without.tasks[0]!.runs.length).toBe(1);
    expect(await folder.refusal(twice, mnist)).toEqual([
      "runs.csv: line 1: expected each column once, got 'lr' twice; rename one",
    ]);
  });

  test('is a fault where it is named to be read', async () => {
    const content = 'a,a,d_h,depth,test_psnr\n785,784,115,4,24\n';
    expect(await folder.refusal(content, { ...mnist, columns: ['skip_width=a'] })).toEqual([
      "runs.csv: line 1: expected each column once, got 'a' twice; rename one",
    ]);
  });
});
