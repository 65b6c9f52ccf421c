/** An engine that does not work on this machine. */
import { UserError } from '../base/errors.js';

/** Says why an engine does not work on this machine, and what would help. */
export class CannotStart extends UserError {
  /**
   * @param reason in words, without the engine's name and without what would help
   * @param remedy what would help, as it follows the reason in the message
   */
  constructor(
    engine: string,
    readonly reason: string,
    remedy: string,
    options?: ErrorOptions,
  ) {
    super(`${engine} cannot start: ${reason}${remedy}`, undefined, options);
  }
}
