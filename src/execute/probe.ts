/**
 * Asks a child process what this machine can do: a driver may crash or hang, and must not take the program with it; and
 * what the answer needed in an accelerator's memory goes with the child.
 */
import type { ChildProcess } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { UserError } from '../base/errors.js';
import { endOf, forkScript } from './child.js';
import type { Environment } from './pool.js';
import type { Answers, ProbeQuestion, QuestionOf, Reply } from './probe-messages.js';

/** Tells how a probe is started, and for how long it is waited for. */
export interface ProbeOptions {
  /** None for as long as it takes. */
  readonly timeoutMs?: number;
  readonly environment?: Environment;
  /** The script of the probe; another one in tests. */
  readonly script?: string;
}

/** Holds the answer of a probe, and what else it wrote. */
export interface Asked<Type extends ProbeQuestion['type']> {
  readonly answer: Answers[Type];
  /** The end of what native code wrote to standard error meanwhile. */
  readonly written: string;
}

/** Resolves when the probe has answered and is gone. Rejects, in words, where it cannot answer, dies or takes too long. */
export async function askProbe<Type extends ProbeQuestion['type']>(
  question: QuestionOf<Type>,
  { timeoutMs, environment = {}, script = ownScript() }: ProbeOptions = {},
): Promise<Asked<Type>> {
  const child = forkScript(script, { environment, errors: 'pipe' });
  let written = '';
  child.stderr!.setEncoding('utf8').on('data', (text: string) => (written = (written + text).slice(-keptCharacters)));
  const closed = new Promise((resolve) => child.once('close', resolve));
  const ended = endOf(child, 'the probe');
  let timer: NodeJS.Timeout | undefined;
  const reply = await new Promise<Reply>((resolve, reject) => {
    child.once('message', resolve);
    void Promise.all([ended, closed]).then(([how]) => reject(new Error(withLastLine(how.message, written))));
    if (timeoutMs !== undefined) timer = setTimeout(() => reject(noAnswerWithin(timeoutMs)), timeoutMs);
    // What cannot be sent has no reader: the process is ending, and its end says why.
    child.send(question, () => undefined);
  }).finally(() => {
    clearTimeout(timer);
    return letGo(child, closed);
  });
  if (reply.type === 'failure') throw errorOf(reply);
  return { answer: reply.answer as Answers[Type], written };
}

/** Ends the process. One that hangs inside of a driver cannot be ended, and is then left behind. */
async function letGo(child: ChildProcess, closed: Promise<unknown>): Promise<void> {
  child.kill('SIGKILL');
  await Promise.race([closed, delay(longestEndMs, undefined, { ref: false })]);
  child.unref();
  child.stderr!.destroy();
  if (child.connected) child.disconnect();
}

const longestEndMs = 5000;
const keptCharacters = 4000;

function ownScript(): string {
  return fileURLToPath(new URL('./probe-worker.js', import.meta.url));
}

function noAnswerWithin(timeoutMs: number): Error {
  return new Error(`the probe gave no answer within ${Math.round(timeoutMs / 1000)} s`);
}

/** What native code says before it crashes tells more than its signal. */
function withLastLine(how: string, written: string): string {
  const last = written.trimEnd().split('\n').at(-1)?.trim() ?? '';
  return last === '' ? how : `${how}: ${last}`;
}

function errorOf({ reason, userError }: Reply & { type: 'failure' }): Error {
  return userError === null ? new Error(reason) : new UserError(reason, userError.exitCode, userError);
}
