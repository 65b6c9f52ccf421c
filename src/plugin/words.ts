/** How messages speak of a plugin. */
import { firstLine, messageOf, UserError } from '../base/errors.js';

/** Begins a message about a plugin. */
export function saidBy(file: string): string {
  return `plugin ${file}: `;
}

/** Gives what code of a plugin threw as a UserError of one line; one that it threw itself, or that we did, stays. */
export function whatItThrew(error: unknown, expected: string): UserError {
  if (error instanceof UserError) return error;
  return new UserError(`${expected}, it threw: ${firstLine(messageOf(error))}; mend the plugin`);
}
