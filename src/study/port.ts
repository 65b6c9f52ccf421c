/** How a study reaches whoever runs it: a command, a page or a program. Nothing else of a study speaks or asks. */
import type { Values } from '../config/fields.js';

export interface Port {
  /** Tells one message. */
  say(text: string): void;
  /** Whether somebody is there who can be asked. */
  readonly interactive: boolean;
  /** Asks for a yes or no; no where nobody can be asked. */
  confirm(question: string): Promise<boolean>;
}

/** What most of a study is done with. */
export interface StudyContext {
  readonly values: Values;
  readonly port: Port;
}
