import { noGrad, scope, stack } from '@kasane/tensor-core';
import type { Tensor } from '@kasane/tensor-core';
import type { AsyncPart } from '../exercise.ts';

/** Networks by their names, each as what makes scores (1, C) of a picture (1, channels, H, W). */
export type Networks = Readonly<Record<string, (x: Tensor) => Tensor>>;

/**
 * Asks every network what is in a picture, which `picture` makes (1, channels, H, W), and shows what they answer: per
 * network, the probability of each of the C classes.
 */
export async function* probabilities(
  networks: Networks,
  picture: () => Tensor,
  classes: readonly string[],
): AsyncPart<never, number[][]> {
  const names = Object.keys(networks);
  const given = scope(() => {
    const x = picture();
    return stack(
      names.map((name) =>
        noGrad(() => networks[name]!(x))
          .softmax(1)
          .squeeze(0),
      ),
    );
  }); // (networks, C)
  const all = [...(await given.data())];
  given.dispose();
  const count = classes.length;
  const values = names.map((_, i) => all.slice(i * count, (i + 1) * count));
  yield {
    type: 'heatmap',
    name: 'probabilities',
    rows: names,
    columns: classes,
    values,
    range: [0, 1],
  };
  return values;
}
