import { readFileSync } from 'node:fs';
import { afterAll, describe, expect, test } from 'vitest';
import { openCsvFolder } from './files.js';

const folder = openCsvFolder();
afterAll(() => folder.remove());

const published = readFileSync(new URL('../golden/runs.csv', import.meta.url), 'utf8');
const mnist = { task: 'mnist/denoising' };
/** A task holds functions, which are never equal. */
const runsIn = ({ tasks }: Awaited<ReturnType<typeof folder.read>>) => tasks.map(({ task, runs }) => [task.name, runs]);
const copiesIn = ({ leftOut }: Awaited<ReturnType<typeof folder.read>>) =>
  leftOut.flatMap(({ why, lines }) => (why.includes('copies of one run') ? [lines] : []));

/** The same lines twice, one table behind the other. */
function doubled(content: string): string {
  const lines = content.trimEnd();
  return `${lines}\n${lines.slice(lines.indexOf('\n') + 1)}\n`;
}

/** Every line twice in its place. */
function stuttered(content: string): string {
  const [header, ...lines] = content.trimEnd().split(/\r?\n/);
  return `${[header, ...lines.flatMap((line) => [line, line])].join('\n')}\n`;
}

describe('lines that are equal in all that is read are one run,', () => {
  const unnumbered = 'd_z,d_h,depth,test_psnr\n785,115,4,24.1\n785,115,4,24.2\n785,115,5,24.1\n';
  const everySet =
    'd_z,d_h,depth,metric,psnr\n785,115,4,val_psnr,24.3\n785,115,4,test_psnr,24.2\n785,115,4,val_psnr,24.5\n785,115,4,test_psnr,24.4\n';
  const ended =
    'd_z,d_h,depth,seed,state,reason,test_psnr\n785,115,4,1,failed,no memory,\n785,115,4,2,,,nan\n785,115,4,3,,,24\n';

  test.each([
    ['numbered by a column', published, {}],
    ['that nothing numbers', unnumbered, mnist],
    ['with a line for each set', everySet, mnist],
    ['that failed or diverged', ended, mnist],
  ])('of runs %s, wherever the copies stand', async (_, content, request) => {
    const once = await folder.read(content, request);
    expect(copiesIn(once)).toEqual([]);
    for (const twice of [doubled(content), stuttered(content)]) {
      const read = await folder.read(twice, request);
      expect(runsIn(read)).toEqual(runsIn(once));
      expect(copiesIn(read)).toEqual([content.trimEnd().split('\n').length - 1]);
    }
  });

  test('whatever stands in columns that are not read', async () => {
    const content = 'row,created_at,d_z,d_h,depth,test_psnr\n0,Monday,785,115,4,24.1\n1,Tuesday,785,115,4,24.1\n';
    const read = await folder.read(content, mnist);
    expect(read.tasks[0]!.runs.length).toBe(1);
    expect(copiesIn(read)).toEqual([1]);
  });

  test('and numbers are compared, not how they are written', async () => {
    const content = 'd_z,d_h,depth,lr,test_psnr\n785,115,4,0.001,24.10\n785.0,115,4,1e-3,24.1\n785,115,4,,24.1\n';
    expect(copiesIn(await folder.read(content, mnist))).toEqual([2]);
  });
});

describe('runs with one PSNR are not taken for copies', () => {
  test('where their seeds, their replicates or any other figure differ', async () => {
    const heads = ['seed', 'replicate', 'test_ssim', 'epochs', 'lr'];
    const values = [
      ['1', '2'],
      ['0', '1'],
      ['0.9', '0.91'],
      ['10', '20'],
      ['0.001', '0.002'],
    ];
    for (const [index, head] of heads.entries()) {
      const lines = values[index]!.map((value) => `785,115,4,${value},24.1\n`);
      const read = await folder.read(`d_z,d_h,depth,${head},test_psnr\n${lines.join('')}`, mnist);
      expect(read.tasks[0]!.runs.length).toBe(2);
      expect(read.leftOut).toEqual([]);
    }
  });

  test('on one set, where their lines for the other set differ', async () => {
    const lines = ['val_psnr,24.3', 'test_psnr,24.2', 'val_psnr,24.5', 'test_psnr,24.2'];
    const content = `d_z,d_h,depth,metric,psnr\n${lines.map((line) => `785,115,4,${line}\n`).join('')}`;
    const once = await folder.read(content, mnist);
    expect(once.tasks[0]!.runs.map((run) => run.state === 'finished' && run.validation.psnrDb)).toEqual([24.3, 24.5]);
    const twice = await folder.read(doubled(content), mnist);
    expect(runsIn(twice)).toEqual(runsIn(once));
    expect(copiesIn(twice)).toEqual([4]);
  });

  test('where a copy of one set alone was pasted, and the other sets stay together', async () => {
    const lines = ['val_psnr,24.3', 'val_psnr,24.3', 'test_psnr,24.2'];
    const read = await folder.read(
      `d_z,d_h,depth,metric,psnr\n${lines.map((line) => `785,115,4,${line}\n`).join('')}`,
      mnist,
    );
    expect(read.tasks[0]!.runs.length).toBe(1);
    expect(copiesIn(read)).toEqual([1]);
  });
});
