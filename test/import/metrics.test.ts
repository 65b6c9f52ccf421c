/** Imports of runs that are measured by something else than PSNR. */
import { afterAll, describe, expect, test } from 'vitest';
import { openCsvFolder } from './files.js';

const folder = openCsvFolder();
afterAll(() => folder.remove());

const runsOf = async (...read: Parameters<typeof folder.read>) => (await folder.read(...read)).tasks[0]!.runs;

describe('a file of another metric', () => {
  const facts = { inputWidth: 3072, outputWidth: 10, trainingImages: 70_000 };
  const networks = 'task,d_z,d_h,depth';
  const sweep = `${networks},val_acc,test_acc,test_log_loss,loss\nsvhn,64,16,2,0.91,0.905,0.31,1\nsvhn,16,64,2,nan,,,2\n`;

  test('is read by what decides in it, with what stands beside that', async () => {
    const { tasks, unread } = await folder.read(sweep, { facts });
    const [{ task, runs }] = tasks as [(typeof tasks)[number]];
    expect(task.name).toBe('elsewhere/svhn?images=70000&input=3072&output=10&metric=accuracy');
    expect(task.metrics).toEqual(['accuracy', 'logLoss', 'top5Accuracy', 'auc']);
    expect(runs).toMatchObject([
      { state: 'finished', validation: { accuracy: 0.91, logLoss: null }, test: { accuracy: 0.905, logLoss: 0.31 } },
      { state: 'diverged', reason: 'accuracy is not a number' },
    ]);
    expect(unread).toEqual(['loss']);
  });

  test('has the same number for both sets where one is known', async () => {
    const [run] = await runsOf(`${networks},test_rmse\nhouses,64,16,2,0.5\n`, { facts });
    expect(run).toMatchObject({ validation: { rmse: 0.5 }, test: { rmse: 0.5 }, imported: { onlySet: 'test' } });
  });

  test.each([
    ['a share in percent', sweep.replace('0.91', '91'), /val_acc: expected a number from 0 to 1, or nan .* got '91'$/],
    [
      'a task of ours',
      sweep.replaceAll('svhn', 'mnist/denoising'),
      /expected the PSNR of 'mnist\/denoising' .* got accuracy/,
    ],
  ])('is refused with its line for %s', async (_, text, message) => {
    const [fault] = await folder.refusal(text, { facts });
    expect(fault).toMatch(message);
  });

  test('does not read an accuracy beside a PSNR', async () => {
    const { unread } = await folder.read(`${networks},test_psnr_db,test_acc\nmnist/denoising,785,115,4,24.2,97\n`);
    expect(unread).toEqual(['test_acc']);
  });
});
