import { Conv2d, MaxPool2d } from '@kasane/layers-cnn';
import { tensor } from '@kasane/tensor-core';
import type { Tensor } from '@kasane/tensor-core';
import { check } from '../check.ts';
import type { Check } from '../check.ts';
import type { Cell } from '../events/event.ts';
import type { AsyncPart } from '../exercise.ts';

const SIDE = 5; // of the image

/** VALID: windows lie within the image. SAME: as many windows as there are strides, zeros or nothing beyond the edge. */
type Padding = 'VALID' | 'SAME';

/** A convolution of one filter, 3 × 3. */
const convolution = (padding: Padding, stride: number): Conv2d =>
  new Conv2d(1, 1, 3, { stride, padding: padding === 'SAME' ? 1 : 0 });

/** The largest value of each window; one that lies half beyond the edge counts in `ceilMode`. */
const pooling = (padding: Padding, stride: number, side: number): MaxPool2d => {
  const same = padding === 'SAME';
  return new MaxPool2d(side, { stride, padding: same ? (side - 1) >> 1 : 0, ceilMode: same });
};

/** (n − k + 1) / stride for VALID and n / stride for SAME, both rounded up. */
const ruled = (padding: Padding, side: number, stride: number): number =>
  Math.ceil((padding === 'VALID' ? SIDE - side + 1 : SIDE) / stride);

/** What convolutions and max pooling make of a 5 × 5 image: sizes as the layers make them and as the rule says, and maxima. */
export async function* convolutionSizes(): AsyncPart<never, Check[]> {
  const image = tensor(Array.from({ length: SIDE * SIDE }, (_, i) => i + 1)).reshape([
    1,
    1,
    SIDE,
    SIDE,
  ]);
  const sizeOf = ({ shape }: Tensor): string => `${shape[2]} × ${shape[3]}`;
  const rows: Cell[][] = [];
  for (const padding of ['VALID', 'SAME'] as const) {
    for (const stride of [1, 2]) {
      const layers = {
        'conv2d, 3 × 3': [convolution(padding, stride), 3],
        'max_pool, 3 × 3': [pooling(padding, stride, 3), 3],
        'max_pool, 2 × 2': [pooling(padding, stride, 2), 2],
      } as const;
      for (const [name, [layer, side]] of Object.entries(layers)) {
        // SAME of an even window at every place needs a margin on one side only, which no layer has.
        if (side === 2 && stride === 1) continue;
        const rule = ruled(padding, side, stride);
        rows.push([name, padding, stride, sizeOf(layer.forward(image)), `${rule} × ${rule}`]);
      }
    }
  }
  yield {
    type: 'table',
    name: 'a 5 × 5 image',
    columns: [
      '',
      'padding',
      'stride',
      'output',
      'VALID: (5 − k + 1) / stride, SAME: 5 / stride, rounded up',
    ],
    rows,
  };
  const pooled: string[] = [];
  yield { type: 'tensor', name: 'x', shape: [SIDE, SIDE], values: await image.data() };
  for (const padding of ['VALID', 'SAME'] as const) {
    const most = pooling(padding, 2, 2).forward(image).squeeze();
    const values = await most.data();
    yield {
      type: 'tensor',
      name: `max_pool(x), 2 × 2, stride 2, ${padding}`,
      shape: most.shape,
      values,
    };
    pooled.push(values.join(' '));
  }
  const strided = new Conv2d(1, 1, 3, { padding: 1, stride: 2 }).forward(image);
  return [
    check(105, '5 × 5 image, 3 × 3 filter, stride 2, padding 1', sizeOf(strided)).equals('3 × 3'),
    check(105, 'sizes follow the rule', rows.every((row) => row[3] === row[4])).equals(true),
    check(105, 'largest of 2 × 2 windows of 1 to 25, stride 2, VALID', pooled[0]!).equals('7 9 17 19'),
    check(105, 'the same, SAME', pooled[1]!).equals('7 9 10 17 19 20 22 24 25'),
  ]; // prettier-ignore
}
