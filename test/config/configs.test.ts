import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { studyOf } from '../../src/cli/study.js';
import { renderOptionReference } from '../../src/config/reference.js';
import { resolveOptions } from '../../src/config/resolve.js';

const files = readdirSync('configs', { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.yaml'));

describe.each(files)('configs/%s', (file) => {
  const path = `configs/${file}`;

  test('opens with what it shows, the machine and the time it takes', () => {
    const comment = readFileSync(path, 'utf8')
      .split('\n')
      .filter((line) => line.startsWith('#'));
    expect(comment.join('\n')).toMatch(/Machine and time: 2 cores, about \d/);
  });

  test('makes a study with candidates of both shapes', async () => {
    const { values } = await resolveOptions({ command: 'search', flags: { config: path }, environment: {} });
    const shapes = new Set<string>();
    for (const { arch } of studyOf(values).candidates()) {
      shapes.add(arch.bottleneckWidth < arch.skipWidth ? 'hourglass' : 'conventional');
    }
    expect([...shapes].sort()).toEqual(['conventional', 'hourglass']);
  });
});

test('there is a configuration for each of the five published experiments', () => {
  expect(files.filter((name) => name.startsWith('paper')).length).toBe(5);
});

test('docs/options.md is the option table as it is (npm run docs writes it anew)', () => {
  expect(readFileSync('docs/options.md', 'utf8')).toBe(renderOptionReference());
});
