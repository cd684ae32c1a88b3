import type { LearningReport } from '@kasane/rl';

/** What a method of learning is told: whom to report to, and when to end. */
export interface Learning<Report> {
  readonly onProgress: (report: Report) => void;
  readonly signal: AbortSignal;
}

/**
 * The reports of an agent while it learns, one after the other. Where the loop is left, the learning ends.
 *
 *     for await (const { steps, meanReturn } of learning((options) => agent.learn(100_000, options))) …
 */
export async function* learning<Report = LearningReport>(
  learn: (options: Learning<Report>) => Promise<unknown>,
): AsyncGenerator<Report, void, void> {
  const told: Report[] = [];
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
