import type { LearningReport, LearnOptions } from '@kasane/rl';

/**
 * The reports of an agent while it learns, one after the other. Where the loop is left, the learning ends.
 *
 *     for await (const { steps, meanReturn } of learning((options) => agent.learn(100_000, options))) …
 */
export async function* learning(
  learn: (options: LearnOptions) => Promise<unknown>,
): AsyncGenerator<LearningReport, void, void> {
  const told: LearningReport[] = [];
  const controller = new AbortController();
  const { signal } = controller;
  let isOver = false;
  let news = Promise.withResolvers<void>();
  const learnt = learn({
    signal,
    onProgress(report) {
      told.push(report);
      news.resolve();
    },
  }).finally(() => {
    isOver = true;
    news.resolve();
  });
  learnt.catch(() => {}); // it is awaited below, but may fail before
  try {
    while (!isOver || told.length > 0) {
      yield* told.splice(0);
      if (isOver) continue;
      await news.promise;
      news = Promise.withResolvers();
    }
    await learnt;
  } finally {
    controller.abort();
  }
}
