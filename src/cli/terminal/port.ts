/** The port of a study that a command runs: its messages, progress and interrupts are those of the terminal. */
import type { Logger } from 'pino';
import { exitCodes, type ExitCode } from '../../base/errors.js';
import { shellLine } from '../../base/shell-line.js';
import type { Values } from '../../config/fields.js';
import { endedLine, retryLine } from '../../study/limits.js';
import { isInterrupted, type Port, type StudyEvent, type TrainedPlan } from '../../study/port.js';
import { logStudyEvent } from './diagnostics.js';
import { watchInterrupts, type Interrupt } from './interrupt.js';
import { openProgress, runsText, stoppedText, type Progress } from './progress.js';
import { unshownText } from './queue.js';
import { resumeWords } from './resume-words.js';
import { openStepProgress, type StepProgress } from './step-progress.js';
import type { Terminal } from './terminal.js';

/** Says where the port of a command shows and logs what happens, and what goes on with it. */
export interface PortSetting {
  readonly terminal: Terminal;
  readonly logger: Logger;
  readonly values: Values;
  readonly commandLine: readonly string[];
  /** Gives the words of the command that goes on with a folder, where they are others than those that were typed. */
  readonly goesOn?: (folder: string) => readonly string[];
}

/**
 * Makes the port by which a study speaks to the terminal. Signals of the process abort its signal only while the study
 * trains, or does other work that may be stopped.
 */
export function openPort(setting: PortSetting): Port {
  const { terminal, logger, values } = setting;
  const quiet = values.quiet ?? false;
  const controller = new AbortController();
  let progress: Progress | null = null;
  let interrupt: Interrupt | null = null;
  let steps: StepProgress | null = null;
  const watch = (consequence: string) => {
    interrupt = watchInterrupts(() => {
      progress?.stop();
      terminal.say(`Stopping; ${consequence}. Once more to quit at once.`);
    }, controller);
  };
  const begin = (event: Extract<StudyEvent, { type: 'began' }>) => {
    const { what, planned, inLog, crew, folder } = event;
    const known = inLog === 0 ? '' : ` (the log holds ${inLog})`;
    terminal.say(`${what}: ${runsText(planned)}${known} with ${crew} into ${folder}`);
    progress = openProgress({ terminal, quiet, progress: event.progress });
    watch('what is in training is being saved');
  };
  const show = (event: StudyEvent) => {
    if (event.type === 'began') begin(event);
    else if (event.type === 'stoppable') watch(event.consequence);
    else if (event.type === 'finished') progress?.onFinished(event.run);
    else if (event.type === 'closing') progress?.stop();
    else if (event.type === 'closed') interrupt?.release();
    else if (event.type === 'ended') sayEnded(event.result, setting);
    else if (event.type === 'step') (steps ??= openStepProgress(terminal, quiet)).step(event.what, event.total);
    else if (event.type === 'advance') steps?.advance(event.amount);
    else if (event.type === 'stepsEnded') steps?.stop();
  };
  return {
    say: terminal.say,
    interactive: terminal.interactive,
    confirm: terminal.confirm,
    signal: controller.signal,
    onEvent(event) {
      logStudyEvent(logger, event);
      show(event);
    },
  };
}

/** Gives the code with which a command ends that has trained a plan. */
export function exitCodeOfTraining(trained: TrainedPlan): ExitCode {
  if (isInterrupted(trained)) return exitCodes.stoppedResumable;
  return trained.runs.some(({ state }) => state === 'failed') ? exitCodes.someRunsFailed : exitCodes.done;
}

/** Says why runs have failed, and how to go on where it is not at its end. */
function sayEnded(trained: TrainedPlan, { terminal, values, commandLine, goesOn }: PortSetting): void {
  const { folder, runs, limit, planned, triesAgain } = trained;
  const failed = runs.filter((run) => run.state === 'failed');
  for (const run of failed.slice(0, 3)) terminal.say(`failed: ${run.key}: ${run.state === 'failed' ? run.reason : ''}`);
  const command = goesOn?.(folder) ?? resumeWords({ commandLine }, folder);
  if (failed.length > 0 && limit !== 'failures') {
    terminal.say(
      `Train the failed runs again with: ${triesAgain ? shellLine(['hgmlp', ...command]) : retryLine(folder)}`,
    );
  }
  if (isInterrupted(trained)) {
    const how = `Resume with${unshownText(commandLine)}`;
    terminal.say(`Stopped with ${countsText(trained)}. ${how}:\n  ${shellLine(['hgmlp', ...command])}`);
  } else if (trained.stopped && limit !== null) {
    const ended = endedLine({ limit, planned, runs, folder, command, triesAgain }, values);
    terminal.say(ended + unshownText(commandLine));
  }
}

/** `12 of 32 runs ended`, or `12 of 32 runs: 0 ended, 12 stopped`: the counts of the progress that was shown. */
function countsText({ counts, planned }: TrainedPlan): string {
  const ofThem = stoppedText(counts);
  return `${counts.ended + counts.stopped} of ${runsText(planned)}${ofThem === null ? ' ended' : `: ${ofThem}`}`;
}
