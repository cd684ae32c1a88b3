import { Generator, ones, rand, ShapeError, tensor, zeros, type Tensor } from '@kasane/tensor-core';
import { describe, expect, it } from 'vitest';
import { filterDetections } from './detections.ts';
import { decodeYolo, encodeYolo } from './yolo-boxes.ts';

const classes = (...labels: number[]): Tensor =>
  tensor(labels, [labels.length], { dtype: 'int32' });
const how = { s: 7, c: 3, size: 112 };

describe('encodeYolo', () => {
  it('writes an object into the cell of its centre', () => {
    // Centre (40, 72) is at 2.5 and 4.5 cells of 16; 28 of 112 and 63 of 112 are 1/4 and 9/16.
    const boxes = tensor([[26, 40.5, 54, 103.5]]);
    const target = encodeYolo([zeros([0, 4]), boxes], [classes(), classes(1)], how);
    expect(target.shape).toEqual([2, 7, 7, 8]);
    expect(target.select(0, 1).select(0, 4).select(0, 2).toArray()).toEqual([
      0.5, 0.5, 0.5, 0.75, 1, 0, 1, 0,
    ]);
    expect(target.sum().item()).toBe(4.25 - 0.5 + 0.5);
  });

  it('has room for one of two objects with their centres in one cell: the first', () => {
    const boxes = tensor([[0, 0, 20, 20], [4, 2, 12, 10], [50, 50, 60, 60]]); // prettier-ignore
    const target = encodeYolo([boxes], [classes(2, 0, 1)], how);
    expect(target.select(3, 4).sum().item()).toBe(2);
    const [all] = decodeYolo(target, how);
    const { boxes: kept, labels } = filterDetections(all!);
    expect([...labels.dataSync()].toSorted()).toEqual([1, 2]);
    expect(kept.toArray()).not.toContainEqual([4, 2, 12, 10]);
  });

  it('takes images that are not square', () => {
    const target = encodeYolo([tensor([[10, 10, 30, 20]])], [classes(0)], {
      s: 2,
      c: 1,
      size: [40, 80],
    });
    const expected = [0.5, 0.75, 0.5, 0.5, 1, 1];
    expect(target.select(1, 0).select(1, 0).toArray()).toEqual([expected]);
  });

  it.each([
    ['outside', [[108, 0, 124, 8]], [0], 'encodeYolo: box 0 of image 0 must have its centre in the image of 112 × 112, got 108, 0, 124, 8.'], // prettier-ignore
    ['upside down', [[4, 8, 8, 4]], [0], 'encodeYolo: box 0 of image 0 must have its centre in the image of 112 × 112, got 4, 8, 8, 4.'], // prettier-ignore
    ['a class too many', [[4, 4, 8, 8]], [3], 'encodeYolo: labels must be whole numbers from 0 to 2, got 3 for box 0 of image 0.'], // prettier-ignore
  ])('refuses a box %s', (_, boxes, labels, message) => {
    const refused = (): Tensor => encodeYolo([tensor(boxes)], [classes(...labels)], how);
    expect(refused).toThrow(new RangeError(message));
  });

  it('refuses a label between two classes', () => {
    expect(() => encodeYolo([tensor([[4, 4, 8, 8]])], [tensor([0.5])], how)).toThrow(
      'encodeYolo: labels must be whole numbers from 0 to 2, got 0.5 for box 0 of image 0.',
    );
  });

  it('wants a label for each box', () => {
    expect(() => encodeYolo([zeros([2, 4])], [classes(0)], how)).toThrow(
      new ShapeError('encodeYolo: every box needs a label, got 1 labels for 2 boxes in image 0.'),
    );
  });
});

describe('decodeYolo', () => {
  it('undoes encodeYolo', () => {
    const generator = new Generator(3);
    const corner = rand([5, 2], { generator }).mul(20);
    const cells = tensor([[0, 0], [32, 0], [64, 48], [16, 80], [64, 80]]); // prettier-ignore
    const from = corner.add(cells);
    const boxes = tensor([...from.dataSync()].flatMap((_, i, all) => i % 2 === 0 ? [all[i]!, all[i + 1]!, all[i]! + 4 + i, all[i + 1]! + 10] : []), [5, 4]); // prettier-ignore
    const labels = classes(0, 2, 1, 1, 0);
    const [all] = decodeYolo(encodeYolo([boxes], [labels], how), how);
    expect(all!.boxes.shape).toEqual([49, 4]);
    const kept = filterDetections(all!, { iouThreshold: 1 });
    expect(kept.scores.toArray()).toEqual([1, 1, 1, 1, 1]);
    const order = kept.boxes.select(1, 0).argsort(0);
    const wanted = boxes.select(1, 0).argsort(0);
    const apart = kept.boxes.indexSelect(0, order).sub(boxes.indexSelect(0, wanted));
    expect(apart.abs().max().item()).toBeLessThan(1e-4);
    expect(kept.labels.indexSelect(0, order).toArray()).toEqual(
      labels.indexSelect(0, wanted).toArray(),
    );
  });

  it('gives S·S·B boxes, both of a cell with its class', () => {
    const output = rand([2, 7, 7, 2 * 5 + 20], { generator: new Generator(0) });
    const decoded = decodeYolo(output, { c: 20, size: 448 });
    expect(decoded.map(({ boxes }) => boxes.shape)).toEqual([
      [98, 4],
      [98, 4],
    ]);
    const { scores, labels } = decoded[1]!;
    const cell = output.select(0, 1).select(0, 3).select(0, 5); // the 27th
    const likeliest = Math.max(...cell.slice(0, 10).dataSync());
    const [first, second] = [scores.select(0, 52), scores.select(0, 53)];
    expect(first.item()).toBeCloseTo(cell.select(0, 4).item() * likeliest, 6);
    expect(second.item()).toBeCloseTo(cell.select(0, 9).item() * likeliest, 6);
    const label = cell.slice(0, 10).argmax().item();
    expect([...labels.dataSync().slice(52, 54)]).toEqual([label, label]);
  });

  it('carries no gradients and keeps the dtype', () => {
    const output = ones([1, 1, 1, 6], { dtype: 'float64', requiresGrad: true });
    const [{ boxes, scores }] = decodeYolo(output, { c: 1, size: [2, 4] }) as [never] as [
      { boxes: Tensor; scores: Tensor },
    ]; // one image
    expect([boxes.requiresGrad, boxes.dtype, scores.dtype]).toEqual([false, 'float64', 'float64']);
    expect(boxes.toArray()).toEqual([[2, 1, 6, 3]]);
  });

  it('refuses what is no output', () => {
    for (const shape of [
      [1, 7, 7, 8],
      [1, 7, 6, 13],
      [1, 637],
    ]) {
      expect(() => decodeYolo(zeros(shape), { c: 4, size: 8 })).toThrow(
        new ShapeError(
          `decodeYolo: with 4 classes the output must have shape (N, S, S, B·5 + 4), got [${shape.join(',')}].`,
        ),
      );
    }
  });
});
