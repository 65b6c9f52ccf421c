/** Reports of metrics other than PSNR: their names, units and directions. */
import { expect, test } from 'vitest';
import { compareFrontiers } from '../../src/frontier/compare.js';
import { candidatesOf } from '../../src/frontier/bootstrap.js';
import { bestUnderBudget } from '../../src/frontier/budget.js';
import { evidenceOf } from '../../src/frontier/evidence.js';
import { traceFrontier } from '../../src/frontier/trace.js';
import { renderComparison } from '../../src/report/comparison-text.js';
import { csvOf } from '../../src/report/csv.js';
import { decisionColumns } from '../../src/report/decisions.js';
import { frontierColumns } from '../../src/report/frontier-columns.js';
import { bareFrontierSvg } from '../../src/report/plot.js';
import { plotRows, visibleRows } from '../../src/report/plot-rows.js';
import { metricText } from '../../src/report/scores.js';
import { renderBudgetTable, renderFrontierTable } from '../../src/report/text.js';
import { metricsDecidedBy, type DecidingMetric, type Measurement } from '../../src/run/metrics.js';
import type { Run } from '../../src/run/run.js';
import { smallDimensions } from '../frontier/runs.js';
import { smallRuns } from './study.js';

/** The small study with another metric: what was the better PSNR is the better result. */
function withMetric(metric: DecidingMetric, measuredOf: (psnrDb: number) => Measurement) {
  const runs = smallRuns.map((run): Run => {
    if (run.state !== 'finished') return run;
    const { validation, test: onTest } = run;
    return { ...run, validation: measuredOf(validation.psnrDb!), test: measuredOf(onTest.psnrDb!) };
  });
  const options = { task: 'table:houses.csv/regression?target=price&rows=9', dimensions: smallDimensions } as const;
  const metrics = metricsDecidedBy(metric);
  return { runs, frontier: traceFrontier(runs, { ...options, axis: 'trainable', metrics, trainingImages: 100 }) };
}

const errors = withMetric('rmse', (psnrDb) => ({ rmse: 1000 - 10 * psnrDb, mae: 500 - psnrDb, r2: psnrDb / 100 }));
const shares = withMetric('accuracy', (psnrDb) => ({ accuracy: psnrDb / 100, logLoss: 3 - psnrDb / 20 }));
const usual = withMetric('psnrDb', (psnrDb) => ({ meanSquaredError: 0.1, psnrDb, psnrOfMeanDb: psnrDb, ssim: 0.5 }));

test.each([
  ['RMSE', errors],
  ['accuracy', shares],
])('the frontier by %s is the one by a PSNR that orders the networks alike', (_, { frontier }) => {
  const chosen = ({ points }: typeof frontier) =>
    points.map(({ arch, learningRate, onFrontier }) => ({ arch, learningRate, onFrontier }));
  expect(chosen(frontier)).toEqual(chosen(usual.frontier));
});

test('a lower error is on the frontier, and is shown as it is', () => {
  const table = renderFrontierTable(errors.frontier, { color: false });
  expect(table).toContain('RMSE frontier of table:houses.csv/regression?target=price');
  expect(table).not.toContain('rows=9');
  expect(table).toMatch(/Hourglass +12-6-1 +384 +0\.001 +1 +775\.0 +777\.5/);
  const best = bestUnderBudget(errors.frontier.points, { budgetSize: 600, axis: 'trainable' });
  // The hourglass has the lower error, by 35.
  expect(renderBudgetTable(best, errors.frontier, { color: false })).toMatch(
    /Hourglass − conventional +−35\.00 +−35\.00/,
  );
});

test('an accuracy is shown in percent, and kept as a share in files', () => {
  const table = renderFrontierTable(shares.frontier, { color: false });
  expect(table).toMatch(/accuracy\s/);
  expect(table).toMatch(/Hourglass +12-6-1 +384 +0\.001 +1 +22\.50 +22\.25/);
  const [header, ...lines] = csvOf(frontierColumns(shares.frontier.metrics), shares.frontier.points).split('\n');
  const column = header!.split(',').indexOf('validation_accuracy');
  expect(lines.map((line) => line.split(',')[column])).toContain('0.225');
  expect(header).not.toMatch(/psnr|ssim|mse/);
});

test('a comparison is positive where the left side has the lower error', () => {
  const candidates = candidatesOf(evidenceOf(errors.runs, smallDimensions), 'trainable');
  const of = (shape: string) => candidates.filter(({ evidence }) => evidence.shape === shape);
  const settings = {
    ...{ interval: { lowest: 600, highest: 700 }, level: 0.9, resamples: 20, seed: 1, noiseStd: 5, atParams: [650] },
    referenceScore: -900,
  };
  const compared = compareFrontiers(of('hourglass'), of('conventional'), { ...settings, costOf: () => 1 });
  expect(compared.asSearched.meanGap.value).toBeGreaterThan(0);
  const side = { projections: 'none', effort: [], replicates: 1 };
  const text = renderComparison(
    {
      ...{ task: 'table:a', metric: 'rmse', axis: 'trainable', onlySet: null, settings },
      ...{ left: { ...side, name: 'left' }, right: { ...side, name: 'right' } },
      ...compared,
    },
    { color: false },
  );
  expect(text).toContain('Hypervolume difference (RMSE × decades)');
  expect(text).toContain('Hypervolume of left below 900');
  expect(text).toContain('a stated noise of 5 a run');
  expect(text).toMatch(/Mean gap, 600 to 700 +\+/);
  expect(text).not.toMatch(/dB|PSNR/);
});

test('a plot says that lower is better, and leaves out what lies far above the frontiers', async () => {
  const { frontier, runs } = errors;
  const [first] = runs.filter((run) => run.state === 'finished');
  const bad: Run = {
    ...first!,
    key: 'f'.repeat(24),
    spec: { ...first!.spec, arch: { ...first!.spec.arch, bottleneckWidth: 9 } },
    validation: { rmse: 9000, mae: 1, r2: 0 },
    test: { rmse: 9000, mae: 1, r2: 0 },
  };
  const options = { task: 'table:a', dimensions: smallDimensions, axis: 'trainable', trainingImages: 1 } as const;
  const whole = traceFrontier([...runs, bad], { ...options, metrics: frontier.metrics });
  const rows = plotRows(whole);
  expect(visibleRows(rows, 'rmse')).toHaveLength(rows.length - 1);
  const svg = await bareFrontierSvg(whole, 'log');
  expect(svg).toContain('Test RMSE, lower is better');
  expect(svg).toContain('1 dominated architecture above the plot');
});

test('the decisions of halving are told in the metric', () => {
  const [arch] = errors.runs.map(({ spec }) => spec.arch);
  const prediction = { predicted: -800, deviation: 3, bar: -810, chance: 0.5 };
  const row = { arch: arch!, learningRate: 0.1, dimensions: smallDimensions, fromEpoch: 1, toEpoch: 3, basedOn: 0 };
  const text = csvOf(decisionColumns('rmse'), [{ ...row, decision: 'lead' as const, score: -820, prediction }]);
  expect(text).toMatch(/,validation_rmse,predicted_rmse,predicted_std,bar_rmse,chance\n.*,820,800,3,810,0.5\n$/);
});

test.each([
  ['psnrDb', 24.25, '24.250 dB'],
  ['accuracy', 0.9701, 'accuracy 97.01 %'],
  ['rmse', 51234.5, 'RMSE 51235'],
  ['rmse', 0.0123456, 'RMSE 0.01235'],
  ['rmse', 0, 'RMSE 0.0000'],
  ['meanAuc', 0.87654, 'mean AUC 0.8765'],
] as const)('%s of %f reads %s', (key, value, text) => {
  expect(metricText(key, value)).toBe(text);
});

test('runs of two metrics, or of another one than the task has, make no frontier', () => {
  const options = {
    task: 'mnist/denoising',
    dimensions: smallDimensions,
    axis: 'trainable',
    trainingImages: 1,
  } as const;
  const traced = (runs: readonly Run[]) => () => traceFrontier(runs, { ...options, metrics: usual.frontier.metrics });
  const [first, ...others] = usual.runs;
  const mixed = [...others, { ...first!, ...errors.runs[0], key: 'e'.repeat(24) } as Run];
  expect(traced(mixed)).toThrow(/expected runs that are all measured by PSNR, got some measured by RMSE; keep each/);
  expect(traced(errors.runs)).toThrow(/expected runs that are measured by PSNR, got some measured by RMSE; import/);
});
