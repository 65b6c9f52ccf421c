import { mkdirSync, writeFileSync } from 'node:fs';
import { test } from 'vitest';
import { traceFrontier } from '../../src/frontier/trace.js';
import { bestUnderBudget } from '../../src/frontier/budget.js';
import { writeReport } from '../../src/report/write-report.js';
import { renderFrontierTable, renderBudgetTable, frontierMarkdown, budgetMarkdown } from '../../src/report/text.js';
import { referenceRuns, referenceTasks } from '../frontier/reference.js';
import { finished } from '../frontier/runs.js';
test('look', async () => {
  const command = 'hgmlp search --task mnist/denoising --budget 1M..8M --out results/x';
  const all = referenceTasks.map(({ dataset, task, ...rest }) => ({ runs: referenceRuns(dataset, task), task: `${dataset}/${task}`, ...rest }));
  const synth = [];
  for (const [i, [s, h]] of ([[12,4],[14,6],[16,8],[20,10],[10,12],[10,16],[10,30],[12,12],[14,14]] as const).entries()) for (const replicate of [0,1,2]) for (const depth of [1,2])
    synth.push(finished({ task: 'synthetic/<script>alert(1)</script>', arch: { skipWidth: s, bottleneckWidth: h, depth }, recipe: { replicate } }, 20 + Math.sqrt(s*h*depth)/5 + (i%3)*0.5 + Math.sin(i*7+replicate*3+depth)*0.4, 20 + Math.sqrt(s*h*depth)/5 + Math.sin(i*5+replicate*3+depth)*0.5));
  all.push({ runs: synth, task: 'synthetic/<script>alert(1)</script>', dimensions: { input: 10, output: 10 }, trainingImages: 100 });
  let n = 0;
  for (const { runs, ...rest } of all) {
    const f = traceFrontier(runs, { count: 'trainable', ...rest });
    const dir = `/tmp/frontier-look/${n++}`;
    mkdirSync(dir, { recursive: true });
    await writeReport(dir, { frontier: f, runs, axis: 'log', command, resolvedConfig: { task: rest.task, budget: '1M..8M', replicates: 5, learningRates: [1e-3, 3e-4] } });
    const best = bestUnderBudget(f.points, { budgetParams: n === 4 ? 600 : n === 3 ? 60e6 : 4e6, count: 'trainable' });
    writeFileSync(`${dir}/text.txt`, [renderFrontierTable(f, { color: false }), renderBudgetTable(best, { color: false }), frontierMarkdown(f), budgetMarkdown(best)].join('\n'));
  }
});
