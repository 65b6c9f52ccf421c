/** Makes results folders of a CSV file of runs from elsewhere, one a task. */
import path from 'node:path';
import { exitCodes, UserError } from '../base/errors.js';
import { shellLine } from '../base/shell-line.js';
import type { Values } from '../config/fields.js';
import { readStoredConfig, type Origin } from '../config/stored.js';
import { readImport, type ImportedFile, type ImportRequest } from '../import/import-file.js';
import { slugOf, taskFolders, type TaskFacts } from '../import/task-names.js';
import { inStandingFolders, permitThrowingAway, resultsRoot, type Permission } from './folder.js';
import { importedStudy, standingIn, writeStudy, type ImportedStudy, type Standing } from './import-folder.js';
import { whileStoppable, type StudyContext } from './port.js';
import { writeTogether } from './staged-folders.js';

/** Tells what became of one task of an imported file, or would. */
export interface ImportOutcome {
  readonly study: ImportedStudy;
  /** What stood in the folder before. */
  readonly standing: Standing;
}

/** Holds an imported file, and what became of each of its tasks. */
export interface ImportedRuns {
  readonly imported: ImportedFile;
  readonly outcomes: readonly ImportOutcome[];
}

/** Imports the file, or says with `dryRun` what would come of it. Throws a UserError that names the line that is wrong. */
export async function importRuns(file: string, context: StudyContext): Promise<ImportedRuns> {
  const { values, port } = context;
  const imported = await readImport(file, requestOf(values));
  port.onEvent({ type: 'read', file: imported.source, sha256: imported.sha256, tasks: imported.tasks.length });
  if (imported.unread.length > 0) port.say(`ignored columns: ${imported.unread.join(', ')}`);
  if (values.out !== null && imported.tasks.length > 1) await refuseInside(values.out);
  const studies = studiesOf(imported, { values, file });
  const outcomes = await Promise.all(studies.map(async (study) => ({ study, standing: await standingIn(study) })));
  if (!values.dryRun) await write(outcomes, context);
  return { imported, outcomes };
}

function requestOf(values: Values): ImportRequest {
  return { columns: values.column ?? [], constants: values.set ?? [], task: values.ofTask, facts: factsOf(values) };
}

function factsOf({ inputWidth, outputWidth, trainingImages }: Values): TaskFacts | null {
  const given = [inputWidth, outputWidth, trainingImages].filter((value) => value !== null).length;
  if (given === 0) return null;
  if (inputWidth !== null && outputWidth !== null && trainingImages !== null) {
    return { inputWidth, outputWidth, trainingImages };
  }
  throw new UserError(
    `a task of your own: expected --input-width, --output-width and --training-images, got ${given} of the three; give all`,
  );
}

/** Several tasks get folders of their own in the named one, which must not be results itself. */
async function refuseInside(folder: string): Promise<void> {
  if ((await readStoredConfig(folder)) === null) return;
  throw new UserError(
    `${folder}: expected a folder for several tasks, got one with results; choose another, or one task with --task`,
  );
}

/** Folders: beside each other in results/ or in the one that was named; a single task takes the named one itself. */
function studiesOf(
  imported: ImportedFile,
  { values, file }: { readonly values: Values; readonly file: string },
): ImportedStudy[] {
  const origin = originOf(imported, values);
  const stem = slugOf(path.basename(file).replace(/\.[^.]*$/, ''));
  const slugs = taskFolders(imported.tasks.map(({ task }) => task.name));
  return imported.tasks.map(({ task, runs }, place) => {
    const slug = slugs[place]!;
    const inOut = values.out !== null && imported.tasks.length > 1 ? path.join(values.out, slug) : values.out;
    return importedStudy({ task, runs }, { folder: inOut ?? path.join(resultsRoot, `${stem}-${slug}`), origin });
  });
}

/** The command names what decides the runs; where they go and where the file lay does not. */
function originOf({ source, sha256 }: ImportedFile, values: Values): Origin {
  const flags: [string, string | number | null][] = [
    ['--task', values.ofTask],
    ...(values.column ?? []).map((column): [string, string] => ['--column', column]),
    ...(values.set ?? []).map((constant): [string, string] => ['--set', constant]),
    ['--input-width', values.inputWidth],
    ['--output-width', values.outputWidth],
    ['--training-images', values.trainingImages],
  ];
  const given = flags.flatMap(([flag, value]) => (value === null ? [] : [flag, String(value)]));
  return { file: source, sha256, command: shellLine(['hgmlp', 'import', source, ...given]) };
}

async function write(outcomes: readonly ImportOutcome[], { values, port }: StudyContext): Promise<void> {
  const missing = outcomes.filter(({ standing }) => standing !== 'same').map(({ study }) => study);
  await requireRoom(outcomes, { fresh: values.fresh!, yes: values.yes!, port });
  if (missing.length === 0) return;
  await whileStoppable(port, 'nothing is imported', (signal) =>
    inStandingFolders(
      missing.map(({ folder }) => folder),
      async () => {
        for (const outcome of outcomes) await requireSameStanding(outcome);
        await writeTogether({
          parent: path.dirname(path.resolve(missing[0]!.folder)),
          folders: missing.map((study) => ({
            name: path.basename(path.resolve(study.folder)),
            write: (folder) => writeStudy(folder, study),
          })),
          signal,
        });
      },
    ),
  );
}

/** Another process may have written there since the user was asked. */
async function requireSameStanding({ study, standing }: ImportOutcome): Promise<void> {
  if ((await standingIn(study)) === standing) return;
  throw new UserError(
    `${study.folder}: expected the folder unchanged, got files that another process wrote meanwhile; run the same command again`,
    exitCodes.stoppedResumable,
  );
}

interface Allowance extends Permission {
  readonly fresh: boolean;
}

/** Results that are not this import stay, unless the user says otherwise. */
async function requireRoom(outcomes: readonly ImportOutcome[], { fresh, ...permission }: Allowance): Promise<void> {
  const others = outcomes.filter(({ standing }) => standing === 'other').map(({ study }) => study.folder);
  if (others.length === 0) return;
  const folders = others.join(', ');
  if (!fresh) {
    throw new UserError(
      `${folders}: expected no folder, or one with the same import, got other results; ` +
        'choose another folder with --out, or replace them with --fresh',
    );
  }
  await permitThrowingAway(folders, permission, `${folders} stayed as they were; choose another folder with --out`);
}
