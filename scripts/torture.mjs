// Kills, starves and damages searches by schedule, and tells whatever was lost, done twice or altered. See docs/torture.md.
// usage: npm run torture -- [--short] [--only a,b,c,d] [--schedules N] [--seed 1] [--schedule N] [--jobs N] [--json] [--keep]
import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { kinds, openKind } from '../test/torture/kinds.mjs';
import { met } from '../test/torture/moments.mjs';
import { makeStudies } from '../test/torture/search.mjs';

const { values: options } = parseArgs({
  options: {
    short: { type: 'boolean', default: false },
    only: { type: 'string', default: Object.keys(kinds).join(',') },
    schedules: { type: 'string' },
    schedule: { type: 'string' },
    seed: { type: 'string', default: '1' },
    jobs: { type: 'string', default: String(availableParallelism()) },
    json: { type: 'boolean', default: false },
    keep: { type: 'boolean', default: false },
  },
});
const say = (text) => process.stderr.write(`${text}\n`);
const folder = await mkdtemp(path.join(tmpdir(), 'hgmlp-torture-'));
const seed = wholeNumber('seed');
const started = Date.now();

let stopped = false;
// What is under way is finished, and the table shown.
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => (stopped = true));

try {
  const studies = await makeStudies(path.join(folder, 'studies'));
  const results = [];
  for (const letter of options.only.split(',')) results.push(...(await torture(letter, studies)));
  show(results);
  if (results.some(({ findings }) => findings.length > 0)) process.exitCode = 1;
} finally {
  if (!options.keep) await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  else say(`kept: ${folder}`);
}

/** Runs the schedules of one kind, several at a time. */
async function torture(letter, studies) {
  if (!Object.hasOwn(kinds, letter))
    throw new Error(`--only: expected ${Object.keys(kinds).join(', ')}, got ${letter}`);
  const kind = await openKind(letter, { studies, seed, folder: path.join(folder, letter) });
  const schedules = chosen(letter, kind);
  say(`${letter}: ${kinds[letter].what}: ${schedules.length} schedules`);
  const results = [];
  const work = async (job) => {
    for (;;) {
      const schedule = stopped ? undefined : schedules.shift();
      if (schedule === undefined) return;
      const findings = await kind.run(schedule, path.join(folder, letter, `job-${job}`));
      results.push({ letter, number: schedule.number, name: schedule.name, findings });
      for (const finding of findings) say(findingText(letter, schedule, finding));
      if (results.length % kinds[letter].tell === 0) say(`${letter}: ${results.length} done`);
    }
  };
  // What is timed shares its cores with nobody; what is kept is the last of one job.
  const jobs = kinds[letter].alone || options.keep ? 1 : wholeNumber('jobs');
  await Promise.all(Array.from({ length: jobs }, (_, job) => work(job)));
  return results;
}

/** The schedules that were asked for. */
function chosen(letter, kind) {
  const only = options.schedule === undefined ? null : wholeNumber('schedule');
  const asked = options.schedules === undefined ? null : wholeNumber('schedules');
  const count = asked ?? (options.short ? kinds[letter].short : kind.long);
  const all = [];
  for (const schedule of kind.schedules()) {
    if (schedule.number === only) return [schedule];
    all.push(schedule);
    if (only === null && all.length >= Math.max(count, kind.long)) break;
  }
  if (only !== null) throw new Error(`--schedule: ${letter} has no ${only}`);
  // A short run takes every so many of the long one, so that it sees a bit of everything.
  return count >= all.length ? all.slice(0, count) : kind.spread(all, count);
}

function findingText(letter, { number, name }, { kind, text }) {
  const again = `npm run torture -- --only ${letter} --seed ${seed} --schedule ${number}`;
  return `FOUND ${kind}: ${text}\n  ${letter} ${number}, ${name}; again: ${again}`;
}

function show(results) {
  const counts = [...new Set(results.map(rowOf))].sort().map((row) => {
    const [kind, what] = row.split(': ');
    const ofRow = results.filter((result) => rowOf(result) === row);
    const findings = ofRow.reduce((total, result) => total + result.findings.length, 0);
    return { kind, what, schedules: ofRow.length, findings };
  });
  const sum = (key) => counts.reduce((total, row) => total + row[key], 0);
  const document = {
    ...{ schemaVersion: 1, seed, durationMs: Date.now() - started, schedules: sum('schedules'), ...met },
    ...{
      findings: results.flatMap(({ findings, ...of }) => findings.map((finding) => ({ ...of, ...finding }))),
      counts,
    },
  };
  if (options.json) console.log(JSON.stringify(document, null, 2));
  else console.table(counts);
  say(`${sum('schedules')} schedules in ${Math.round(document.durationMs / 1000)} s, ${sum('findings')} findings`);
  if (met.trainingsGoneOn > 0) {
    say(`${met.damagedCheckpoints} checkpoints damaged; ${met.trainingsGoneOn} trainings went on from theirs`);
  }
}

function rowOf({ letter, name }) {
  return `${letter}: ${name}`;
}

function wholeNumber(option) {
  const number = Number(options[option]);
  if (Number.isSafeInteger(number) && number >= 1) return number;
  throw new Error(`--${option}: expected a whole number from 1, got ${options[option]}`);
}
