import { fit, type EpochLogs, type FitOptions, type Model, type Training } from '@kasane/trainer';
import type { ExerciseEvent } from './events/event.ts';

type Event = ExerciseEvent<'loss' | 'accuracy'>;

/** What `fitting` is told beside the options of `fit`. */
export interface Showing {
  /** The network's name in the charts. */
  readonly name: string;
  /** Which of how many networks of the exercise it is, from 0. Default: the only one. */
  readonly place?: readonly [index: number, count: number];
}

/**
 * `fit` for an exercise: gives way at every step, and shows each epoch's loss and accuracy, those of the
 * steps and those of the held-out data. One metric has to be called `accuracy`. Returns the numbers of the
 * epochs; where the loop is left, the training stops.
 *
 *     const history = yield* fitting(model, { data, validation, loss, … }, { name: 'ReLU' });
 */
export async function* fitting<I, T, O>(
  model: Model<I, O>,
  options: FitOptions<I, T, O>,
  { name, place: [index, count] = [0, 1] }: Showing,
): AsyncGenerator<Event, readonly EpochLogs[], void> {
  // The training and this generator take turns: each waits for a promise that the other one keeps.
  let step = Promise.withResolvers<Training | null>(); // null: the training is over
  let turn = Promise.withResolvers<void>();
  const onStep = (training: Training): Promise<void> => {
    step.resolve(training);
    return turn.promise;
  };
  const fitted = fit(model, { ...options, callbacks: [...(options.callbacks ?? []), { onStep }] });
  fitted.then(
    () => step.resolve(null),
    (error: unknown) => step.reject(error),
  );
  let training: Training | null = null;
  let shown = 0;
  try {
    while ((training = await step.promise) !== null) {
      const { history, epoch, epochs, total, loss } = training;
      yield* curves(history.slice(shown), name);
      shown = history.length;
      const done = index * epochs + epoch - 1;
      const steps = total ?? 1;
      yield {
        type: 'progress',
        step: done * steps + training.step,
        total: count * epochs * steps,
        loss,
      };
      step = Promise.withResolvers();
      const before = turn;
      turn = Promise.withResolvers();
      before.resolve();
    }
  } finally {
    if (training !== null) {
      training.stop();
      turn.resolve();
      await fitted;
    }
  }
  const history = await fitted;
  yield* curves(history.slice(shown), name);
  return history;
}

function* curves(epochs: readonly EpochLogs[], name: string): Iterable<Event> {
  for (const { epoch: x, loss, valLoss, accuracy, valAccuracy } of epochs) {
    const points = { loss: [loss, valLoss], accuracy: [accuracy, valAccuracy] } as const;
    for (const chart of ['loss', 'accuracy'] as const) {
      const [training, heldOut] = points[chart];
      yield { type: 'series', chart, name: `${name}, training`, x, y: training! };
      if (heldOut === undefined) continue;
      yield { type: 'series', chart, name: `${name}, held out`, x, y: heldOut };
    }
  }
}
