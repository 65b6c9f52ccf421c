/** Reading ahead: work is handed to a device without waiting for it, and its answers are read a block at a time. */
import { setImmediate as turnOfTheEventLoop } from 'node:timers/promises';

/**
 * Reading waits until the device has caught up, and leaves it idle until it gets more work. Once in 32 steps that hardly
 * counts, and a pack that has diverged takes at most 31 steps in vain.
 */
const mostItems = 32;

/** Batches on their way to the device take its memory until it has got to them. */
const mostBytes = 2 ** 26;

/** Tells how items are asked for, answered and released on a device. */
export interface Work<Item, Asked, Answer> {
  /** What the item takes of the device's memory beside the network. */
  readonly bytesOf: (item: Item) => number;
  /** Hands it to the device; it has been read when this returns. */
  readonly ask: (item: Item) => Asked;
  /** Waits for the device. */
  readonly answer: (block: readonly Asked[]) => Promise<readonly Answer[]>;
  readonly release: (block: Asked[]) => void;
}

/** Answers all items, in their order. Releases what was asked, also for a caller that stops listening. */
export async function* inBlocks<Item, Asked, Answer>(
  items: AsyncIterable<Item> | Iterable<Item>,
  { bytesOf, ask, answer, release }: Work<Item, Asked, Answer>,
): AsyncGenerator<Answer, void, void> {
  let block: Asked[] = [];
  let bytes = 0;
  const finish = async () => {
    const finished = block;
    block = [];
    bytes = 0;
    try {
      return await answer(finished);
    } finally {
      release(finished);
    }
  };
  try {
    for await (const item of items) {
      block.push(ask(item));
      bytes += bytesOf(item);
      // Signals and timers are not kept waiting by backends that compute in the asking.
      await turnOfTheEventLoop();
      if (block.length === mostItems || bytes >= mostBytes) yield* await finish();
    }
    if (block.length > 0) yield* await finish();
  } finally {
    release(block);
  }
}
