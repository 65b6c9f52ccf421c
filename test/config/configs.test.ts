import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { archName } from '../../src/arch/arch.js';
import { settledStrategy } from '../../src/study/auto-strategy.js';
import { studyOf } from '../../src/study/definition.js';
import { renderOptionReference } from '../../src/cli/reference.js';
import { resolveOptions } from '../../src/config/resolve.js';
import { findTask } from '../../src/data/tasks.js';
import { readPublishedPoints } from '../../src/frontier/published.js';

const files = readdirSync('configs', { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.yaml'));

describe.each(files)('configs/%s', (file) => {
  const path = `configs/${file}`;

  test('opens with what it shows, the machine and the time it takes', () => {
    const comment = readFileSync(path, 'utf8')
      .split('\n')
      .filter((line) => line.startsWith('#'));
    expect(comment.join('\n')).toMatch(/Machine and time: 2 cores, about \d/);
  });

  test('makes a study with candidates of every shape that it asks for', async () => {
    const { values } = settledStrategy(
      (await resolveOptions({ command: 'search', flags: { config: path }, environment: {} })).values,
    );
    const shapes = new Set<string>();
    for (const { arch } of studyOf(values).plan.candidates()) {
      shapes.add(arch.bottleneckWidth < arch.skipWidth ? 'hourglass' : 'conventional');
    }
    expect([...shapes].sort()).toEqual(values.shapes!.toSorted());
  });
});

describe('the published experiments', async () => {
  const presets = files.filter((name) => name.startsWith('paper'));
  const searched = new Map<string, Set<string>>();
  for (const name of presets) {
    const flags = { config: `configs/${name}` };
    const study = studyOf((await resolveOptions({ command: 'search', flags, environment: {} })).values);
    const names = searched.get(study.task.name) ?? new Set();
    searched.set(study.task.name, names);
    for (const { arch } of study.plan.candidates()) {
      for (const learningRate of study.training.learningRates) names.add(`${archName(arch)} at ${learningRate}`);
    }
  }

  test('have a configuration each: five with projections, two without', () => {
    expect(presets.length).toBe(7);
    expect(presets.filter((name) => name.includes('no-projections')).length).toBe(2);
  });

  test('find every published point again, at its learning rate', async () => {
    const points = await readPublishedPoints();
    const missing = points.filter(({ task, arch, learningRate }) => {
      const rate = learningRate ?? findTask(task).recipe.learningRate;
      return !searched.get(task)!.has(`${archName(arch)} at ${rate}`);
    });
    expect(missing).toEqual([]);
    expect(points.length).toBe(146);
  });
});

test('docs/options.md is the option table as it is (npm run docs writes it anew)', () => {
  expect(readFileSync('docs/options.md', 'utf8')).toBe(renderOptionReference());
});
