/** What can be asked of every network that reads digits: one that somebody has drawn. */
import { noGrad, scope, tensor } from '@kasane/tensor-core';
import type { Tensor } from '@kasane/tensor-core';
import type { Try } from '../exercise.ts';
import type { Parameters, PictureParameter } from '../parameter.ts';

export const SIZE = 28; // of a drawing

/** A seven: a bar, and a stroke that falls from its right end to the left. */
export const SEVEN: readonly number[] = Array.from({ length: SIZE * SIZE }, (_, i) => {
  const [row, column] = [Math.floor(i / SIZE), i % SIZE];
  const bar = row >= 6 && row <= 8 && column >= 7 && column <= 20;
  const stroke = row > 8 && row <= 22 && Math.abs(column - (20 - (row - 8) * 0.6)) <= 1.2;
  return bar || stroke ? 255 : 0;
});

interface Asked extends Parameters {
  readonly digit: PictureParameter;
}
const parameters: Asked = {
  digit: {
    type: 'picture',
    width: SIZE,
    height: SIZE,
    default: SEVEN,
    description: 'a digit in white on black',
  },
};

/** Asks a network, given as what makes scores (1, 10) of pictures (1, 1, 28, 28), which digit a drawing is. */
export const digitTry: Try<Asked, (x: Tensor) => Tensor> = {
  title: { en: 'Which digit is it?', ja: 'どの数字？' },
  parameters,
  async *run(forward, { digit }) {
    const answer = scope(() => {
      const x = tensor(digit.map((grey) => grey / 255)).reshape([1, 1, SIZE, SIZE]);
      return noGrad(() => forward(x)).softmax(1);
    }); // (1, 10)
    const values = [...(await answer.data())];
    answer.dispose();
    const [width, height] = [SIZE, SIZE];
    yield { type: 'picture', name: 'drawn', width, height, pixels: Uint8Array.from(digit) };
    yield {
      type: 'tokens',
      name: 'probabilities',
      tokens: values.map((_, i) => String(i)),
      values,
      range: [0, 1],
    };
    yield { type: 'metric', name: 'digit', value: values.indexOf(Math.max(...values)) };
  },
};
