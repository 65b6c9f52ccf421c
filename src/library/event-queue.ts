/** Turns events that come by calls into an iteration. */

/** Takes events by `push` and gives them by `iterate`, which ends after `end`, and throws after `fail`, once all are taken. */
export interface EventQueue<Event> {
  readonly push: (event: Event) => void;
  readonly end: () => void;
  readonly fail: (error: unknown) => void;
  readonly iterate: () => AsyncIterator<Event>;
}

/**
 * Keeps events from when somebody starts to iterate until they are taken; before that, nobody is there to miss them.
 * @param onLeave called where an iteration is left before its end
 */
export function eventQueue<Event>(onLeave: () => void): EventQueue<Event> {
  const kept: Event[] = [];
  let isIterated = false;
  let isOver = false;
  let failure: { readonly error: unknown } | null = null;
  let wake: () => void = () => undefined;
  const finish = () => {
    isOver = true;
    wake();
  };
  async function* iterate(): AsyncGenerator<Event, void, void> {
    try {
      for (;;) {
        const event = kept.shift();
        if (event !== undefined) yield event;
        else if (isOver) break;
        else await new Promise<void>((resolve) => (wake = resolve));
      }
      if (failure !== null) throw failure.error;
    } finally {
      isIterated = false;
      if (!isOver) onLeave();
    }
  }
  return {
    push(event) {
      if (!isIterated) return;
      kept.push(event);
      wake();
    },
    end: finish,
    fail(error) {
      failure = { error };
      finish();
    },
    iterate() {
      isIterated = true;
      return iterate();
    },
  };
}
