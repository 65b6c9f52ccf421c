import { describe, expect, test } from 'vitest';
import { allowedCores, allowedMemoryBytes, processesLeft } from '../../src/base/control-groups.js';

/** Files by their names; there are no others. */
const files = (texts: Readonly<Record<string, string>>) => (file: string) => texts[file] ?? null;

const mount = (root: string, folder: string, type: string, options: string) =>
  `31 30 0:28 ${root} ${folder} rw,nosuid,relatime shared:9 - ${type} ${type} ${options}\n`;
const version2 = (root = '/') => mount(root, '/sys/fs/cgroup', 'cgroup2', 'rw,nsdelegate');
const version1 = (controllers: string, root = '/', folder = `/sys/fs/cgroup/${controllers}`) =>
  mount(root, folder, 'cgroup', `rw,${controllers}`);

const quota2 = (folder: string, text: string) => ({ [`${folder}/cpu.max`]: `${text}\n` });
const quota1 = (folder: string, quota: number, period = 100_000) => ({
  [`${folder}/cpu.cfs_quota_us`]: `${quota}\n`,
  [`${folder}/cpu.cfs_period_us`]: `${period}\n`,
});

const groupsOf = (own: string, mounts: string, more: Readonly<Record<string, string>>) =>
  files({ '/proc/self/cgroup': own, '/proc/self/mountinfo': mounts, ...more });

describe('The cores that control groups allow', () => {
  const slice = '/sys/fs/cgroup/system.slice';
  test.each<[string, string, string, Readonly<Record<string, string>>, number]>([
    ['docker --cpus 1.5 on version 2', '0::/\n', version2(), quota2('/sys/fs/cgroup', '150000 100000'), 1.5],
    [
      'a service of systemd',
      '0::/system.slice/job.service\n',
      version2(),
      { ...quota2(slice, 'max 100000'), ...quota2(`${slice}/job.service`, '200000 100000') },
      2,
    ],
    [
      'a group in a narrower one',
      '0::/system.slice/job.service\n',
      version2(),
      { ...quota2(slice, '50000 100000'), ...quota2(`${slice}/job.service`, '200000 100000') },
      0.5,
    ],
    ['no bound', '0::/a\n', version2(), quota2('/sys/fs/cgroup/a', 'max 100000'), Infinity],
    [
      'docker --cpus 2 on version 1, whose group stands at the top of what it sees',
      '4:cpu,cpuacct:/docker/abc\n',
      version1('cpu,cpuacct', '/docker/abc'),
      quota1('/sys/fs/cgroup/cpu,cpuacct', 200_000),
      2,
    ],
    [
      'nested groups of version 1',
      '12:cpuset:/\n4:cpu:/slurm/job_7/step_0\n0::/\n',
      version1('cpuset') + version1('cpu') + mount('/', '/sys/fs/cgroup/unified', 'cgroup2', 'rw'),
      { ...quota1('/sys/fs/cgroup/cpu/slurm/job_7', 75_000, 50_000), ...quota1('/sys/fs/cgroup/cpu', -1) },
      1.5,
    ],
    [
      'version 1 that is mounted at a place with a blank',
      '4:cpu:/a\n',
      version1('cpu', '/', '/mnt/my\\040groups'),
      quota1('/mnt/my groups/a', 300_000),
      3,
    ],
    [
      'a place outside of what is mounted',
      '0::/../other\n',
      version2('/docker/abc'),
      quota2('/sys/fs/cgroup', '100000 100000'),
      1,
    ],
    ['a machine without groups', '', '', {}, Infinity],
    ['a number that is none', '0::/\n', version2(), quota2('/sys/fs/cgroup', 'many few'), Infinity],
  ])('are those of %s.', (_, own, mounts, more, cores) => {
    expect(allowedCores(groupsOf(own, mounts, more))).toBe(cores);
  });

  test('are no matter of files that are not there.', () => {
    expect(allowedCores(() => null)).toBe(Infinity);
  });
});

describe('The memory and the processes that control groups allow', () => {
  const nested = groupsOf('0::/a/b\n', version2(), {
    '/sys/fs/cgroup/a/memory.max': '4000000000\n',
    '/sys/fs/cgroup/a/b/memory.max': 'max\n',
    '/sys/fs/cgroup/a/pids.max': '100\n',
    '/sys/fs/cgroup/a/pids.current': '93\n',
    '/sys/fs/cgroup/a/b/pids.max': 'max\n',
    '/sys/fs/cgroup/a/b/pids.current': '5\n',
  });

  test('are those of the narrowest group above.', () => {
    expect([allowedMemoryBytes(nested), processesLeft(nested)]).toEqual([4e9, 7]);
  });

  test('are read on version 1 as well.', () => {
    const read = groupsOf('8:pids:/\n4:memory:/job\n', version1('memory') + version1('pids'), {
      '/sys/fs/cgroup/memory/job/memory.limit_in_bytes': '2000000000\n',
      '/sys/fs/cgroup/memory/memory.limit_in_bytes': '9223372036854771712\n',
      '/sys/fs/cgroup/pids/pids.max': 'max\n',
    });
    expect([allowedMemoryBytes(read), processesLeft(read)]).toEqual([2e9, Infinity]);
  });
});
