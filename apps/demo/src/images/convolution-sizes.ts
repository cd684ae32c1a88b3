import { Conv2d } from '@kasane/layers-cnn';
import { zeros } from '@kasane/tensor-core';
import { check } from '../check.ts';
import type { Check } from '../check.ts';
import type { Cell } from '../events/event.ts';
import type { Part } from '../exercise.ts';

/** Sizes of what comes out of a 3×3 convolution of a 5×5 image, as the layer makes it and as the rule says. */
export function* convolutionSizes(): Part<never, Check[]> {
  const rows = [['valid', 1], ['same', 1], [1, 1], [0, 2], [1, 2]] as const; // prettier-ignore
  const sizes = rows.map(([padding, stride]) => {
    const layer = new Conv2d(1, 1, 3, { padding, stride });
    const [, , height, width] = layer.forward(zeros([1, 1, 5, 5])).shape;
    const margin = padding === 'same' ? 1 : padding === 'valid' ? 0 : padding;
    return { made: `${height} × ${width}`, rule: Math.floor((5 + 2 * margin - 3) / stride) + 1 };
  });
  yield {
    type: 'table',
    name: 'a 5 × 5 image, a 3 × 3 filter',
    columns: ['padding', 'stride', 'output', '(5 + 2 padding − 3) / stride + 1, rounded down'],
    rows: rows.map(([padding, stride], i): Cell[] => {
      return [String(padding), stride, sizes[i]!.made, sizes[i]!.rule];
    }),
  };
  const right = sizes.every(({ made, rule }) => made === `${rule} × ${rule}`);
  return [
    check(105, '5 × 5 image, 3 × 3 filter, stride 2, padding 1', sizes.at(-1)!.made).equals('3 × 3'),
    check(105, 'sizes follow the rule', right).equals(true),
  ]; // prettier-ignore
}
