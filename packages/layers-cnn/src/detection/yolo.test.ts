import { backward } from '@kasane/autograd';
import { Adam } from '@kasane/optim';
import { Generator, scope, ShapeError, tensor, zeros } from '@kasane/tensor-core';
import { describe, expect, it } from 'vitest';
import { filterDetections } from './detections.ts';
import { meanAveragePrecision } from './mean-average-precision.ts';
import { decodeYolo, encodeYolo } from './yolo-boxes.ts';
import { yoloLoss } from './yolo-loss.ts';
import { YOLO } from './yolo.ts';

describe('YOLO', () => {
  it("makes the paper's 1,470 numbers of an image", () => {
    const model = new YOLO(7, 2, 20, { channels: [4, 4, 4], inChannels: 1 });
    expect(model.forward(zeros([2, 1, 28, 28])).shape).toEqual([2, 7, 7, 30]);
    expect(7 * 7 * (2 * 5 + 20)).toBe(1470);
    expect(Object.keys(model.stateDict()).slice(-3)).toEqual([
      'features.9.num_batches_tracked',
      'head.weight',
      'head.bias',
    ]);
    expect(String(model)).toMatch(/^YOLO\(/);
  });

  it('says which images it takes', () => {
    expect(() => new YOLO(7, 2, 20).forward(zeros([1, 3, 224, 224]))).toThrow(
      new ShapeError(
        'YOLO: with 7 × 7 cells the images must have shape (N, C, 112, 112), got [1,3,224,224]. Resize them, or change the number of blocks.',
      ),
    );
  });

  it('learns to find bright and dark squares', () => {
    const generator = new Generator(0);
    const size = 16;
    const draw = (): readonly [image: number[], box: number[], label: number] => {
      const [x, y, side] = [0, 1, 2].map((k) => (k === 2 ? 5 : 1) + generator.below(k === 2 ? 4 : 6)) as [number, number, number]; // prettier-ignore
      const label = generator.below(2);
      const inside = (at: number, from: number): boolean => at >= from && at < from + side;
      const image = Array.from({ length: size * size }, (_, i) =>
        inside(i % size, x) && inside(Math.floor(i / size), y) ? 2 * label - 1 : 0,
      );
      return [image, [x, y, x + side, y + side], label];
    };
    const batch = (n: number) => {
      const all = Array.from({ length: n }, draw);
      return {
        images: tensor(all.flatMap(([image]) => image), [n, 1, size, size]), // prettier-ignore
        boxes: all.map(([, box]) => tensor([box])),
        labels: all.map(([, , label]) => tensor([label], { dtype: 'int32' })),
      };
    };
    const model = new YOLO(4, 2, 2, { channels: [8, 16, 16], inChannels: 1, generator });
    const optimizer = new Adam(model.parameters(), { lr: 0.01 });
    for (let step = 0; step < 150; step++) {
      scope(() => {
        const { images, boxes, labels } = batch(8);
        const loss = yoloLoss(
          model.forward(images),
          encodeYolo(boxes, labels, { s: 4, c: 2, size }),
        );
        optimizer.zeroGrad();
        backward(loss);
        optimizer.step();
      });
    }
    model.eval();
    const { images, boxes, labels } = batch(50);
    const found = decodeYolo(model.forward(images), { c: 2, size }).map((all) => filterDetections(all)); // prettier-ignore
    const truths = boxes.map((own, i) => ({ boxes: own, labels: labels[i]! }));
    expect(meanAveragePrecision(found, truths).map).toBeGreaterThan(0.8);
  });
});
