/** The template of a sweep on GitHub's runners: what it calls is what hgmlp knows. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { callsIn, parseCall } from './command-lines.js';

interface Step {
  readonly name?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly if?: string;
}
interface Job {
  readonly 'runs-on': unknown;
  readonly steps: readonly Step[];
}
const workflow = parse(readFileSync('.github/workflows/sweep.yml', 'utf8')) as {
  readonly on: Record<string, unknown>;
  readonly jobs: Record<'shard' | 'merge', Job>;
};
const { shard, merge } = workflow.jobs;
const scripts = [...shard.steps, ...merge.steps].flatMap(({ run }) => run ?? []);
const calls = scripts.flatMap(callsIn);

test('The sweep is started by hand alone.', () => {
  expect(Object.keys(workflow.on)).toEqual(['workflow_dispatch']);
});

describe('The sweep calls hgmlp as it is,', () => {
  test('with these commands, in this order.', () => {
    const commands = calls.map((words) => words.slice(0, words[0] === 'frontier' ? 2 : 1).join(' '));
    expect(commands).toEqual(['doctor', 'search', 'merge', 'frontier plot', 'frontier show']);
  });

  test.each(calls.map((words) => [words.join(' '), words] as const))(
    'with words that it knows: hgmlp %s.',
    async (_, words) => {
      await expect(parseCall(words)).resolves.toBeUndefined();
    },
  );

  test('and a word that it does not know is found.', async () => {
    await expect(parseCall(['merge', 'a', '--oot', 'b'])).rejects.toThrow("unknown option '--oot'");
    await expect(parseCall(['marge', 'a'])).rejects.toThrow("unknown command 'marge'");
  });
});

test('Each shard trains its own share, on the machines with a GPU, and only after the gate.', () => {
  expect(shard['runs-on']).toEqual(['self-hosted', 'gpu']);
  const runs = shard.steps.map(({ run }) => run ?? '');
  const gate = runs.findIndex((run) => run.includes('hgmlp doctor'));
  const search = runs.findIndex((run) => run.includes('hgmlp search'));
  expect([gate >= 0, search > gate]).toEqual([true, true]);
  expect(runs[search]).toContain('--shard ${{ matrix.shard }}/${{ strategy.job-total }}');
});

test('What a shard has trained is kept however it ends.', () => {
  const uploads = shard.steps.filter(({ uses }) => /^actions\/(upload-artifact|cache\/save)@/.test(uses ?? ''));
  expect(uploads.map((step) => step.if)).toEqual(['always()', 'always()']);
});

test('Actions are pinned by their major versions.', () => {
  const actions = [...shard.steps, ...merge.steps].flatMap(({ uses }) => uses ?? []);
  expect(actions.length).toBeGreaterThan(6);
  for (const action of actions) expect(action).toMatch(/^actions\/[\w/-]+@v\d+$/);
});
