/** The questions of the second part's first section: convolutional networks. */
import { Conv2d } from '@kasane/layers-cnn';
import { zeros } from '@kasane/tensor-core';
import type { Question } from './question.ts';

const [IMAGE, FILTER, STRIDE, PADDING] = [5, 3, 2, 1];

const square = (side: number): readonly number[] => [Math.floor(side), Math.floor(side)];

const outputSize: Question = {
  id: 'output-size',
  row: 105,
  ask: {
    en: 'A 5 × 5 image, a 3 × 3 filter, stride 2, padding 1: how large is the output?',
    ja: '縦横5の画像に縦横3のフィルタを、ストライド2、パディング1で使う。出力の縦横は？',
  },
  options: {
    '(5 − 3) / 2 + 1': () => square((IMAGE - FILTER) / STRIDE + 1), // no padding
    '(5 + 2 · 1 − 3) / 2 + 1': () => square((IMAGE + 2 * PADDING - FILTER) / STRIDE + 1),
    '(5 + 2 · 1 − 3) / 1 + 1': () => square(IMAGE + 2 * PADDING - FILTER + 1), // no stride
    '(5 + 1 − 3) / 2 + 1': () => square((IMAGE + PADDING - FILTER) / STRIDE + 1), // on one side
  },
  truth: () => {
    const layer = new Conv2d(1, 1, FILTER, { stride: STRIDE, padding: PADDING });
    return layer.forward(zeros([1, 1, IMAGE, IMAGE])).shape.slice(2);
  },
  by: 'Conv2d',
  key: ['(5 + 2 · 1 − 3) / 2 + 1'],
};

export const part2Section1: readonly Question[] = [outputSize];
