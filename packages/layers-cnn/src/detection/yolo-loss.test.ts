import { grad, gradcheck } from '@kasane/autograd';
import {
  concat,
  Generator,
  rand,
  ShapeError,
  tensor,
  zeros,
  type Tensor,
} from '@kasane/tensor-core';
import { compile } from '@kasane/tensor-core/compile';
import { describe, expect, it } from 'vitest';
import { iouOf } from './nms.ts';
import { encodeYolo } from './yolo-boxes.ts';
import { yoloLoss } from './yolo-loss.ts';

const [N, S, B, C] = [2, 3, 2, 4];
const made = { dtype: 'float64' } as const;
const scenes = [
  [tensor([[0, 0, 10, 8], [16, 18, 28, 27]]), tensor([1, 3], { dtype: 'int32' })], // prettier-ignore
  [tensor([[4, 10, 26, 22]]), tensor([0], { dtype: 'int32' })],
] as const;
const target = encodeYolo(
  scenes.map(([boxes]) => boxes),
  scenes.map(([, labels]) => labels),
  { s: S, c: C, size: 30 },
).cast('float64');
const random = (seed: number): Tensor =>
  rand([N, S, S, B * 5 + C], { generator: new Generator(seed), ...made });

/** The equation of the paper, term by term. */
function byHand(output: Tensor, coord: number, noobj: number): number {
  const [out, want] = [output.dataSync(), target.dataSync()];
  const corners = ([x, y, w, h]: readonly number[]): number[] => [
    x! / S - w! ** 2 / 2,
    y! / S - h! ** 2 / 2,
    x! / S + w! ** 2 / 2,
    y! / S + h! ** 2 / 2,
  ];
  let loss = 0;
  for (let cell = 0; cell < N * S * S; cell++) {
    const p = [...out.slice(cell * (B * 5 + C), (cell + 1) * (B * 5 + C))];
    const t = [...want.slice(cell * (5 + C), (cell + 1) * (5 + C))];
    const ious = [0, 1].map((j) => iouOf(corners(p.slice(5 * j, 5 * j + 4)), 0, corners(t), 0));
    const responsible = t[4] === 1 ? (ious[1]! > ious[0]! ? 1 : 0) : -1;
    for (let j = 0; j < B; j++) {
      const confidence = p[5 * j + 4]!;
      if (j !== responsible) {
        loss += noobj * confidence ** 2;
        continue;
      }
      for (let k = 0; k < 4; k++) loss += coord * (p[5 * j + k]! - t[k]!) ** 2;
      loss += (confidence - ious[j]!) ** 2;
    }
    if (t[4] === 1) for (let k = 0; k < C; k++) loss += (p[5 * B + k]! - t[5 + k]!) ** 2;
  }
  return loss / N;
}

describe('yoloLoss', () => {
  it('is the sum of the paper, averaged over images', () => {
    for (const seed of [0, 1, 2]) {
      expect(yoloLoss(random(seed), target).item()).toBeCloseTo(byHand(random(seed), 5, 0.5), 10);
      const options = { lambdaCoord: 2, lambdaNoobj: 3 };
      const loss = yoloLoss(random(seed), target, options).item();
      expect(loss).toBeCloseTo(byHand(random(seed), 2, 3), 10);
    }
  });

  it('is what a sheet of paper says for one cell', () => {
    // The object fills the left half of the only cell: x 1/4, y 1/2, √w √½, √h 1.
    const one = encodeYolo([tensor([[0, 0, 2, 4]])], [tensor([1], { dtype: 'int32' })], {
      s: 1,
      c: 2,
      size: 4,
    });
    const [right, wrong] = [
      [0.25, 0.5, Math.SQRT1_2, 0.5, 0.5],
      [0.5, 0.5, 1, 1, 0.75],
    ];
    // The first box, 1/2 by 1/4 within the object, has IoU 1/4; the second, the whole cell, 1/2.
    const output = tensor([...right, ...wrong, 0.25, 0.5], [1, 1, 1, 12]);
    const second = 5 * (0.25 ** 2 + (1 - Math.SQRT1_2) ** 2) + (0.75 - 0.5) ** 2;
    const first = 0.5 * 0.5 ** 2;
    const classes = 0.25 ** 2 + 0.5 ** 2;
    expect(yoloLoss(output, one).item()).toBeCloseTo(second + first + classes, 6);
  });

  it('is linear in each weight', () => {
    const at = (lambdaCoord: number, lambdaNoobj: number): number =>
      yoloLoss(random(0), target, { lambdaCoord, lambdaNoobj }).item();
    expect(at(10, 0.5) - at(5, 0.5)).toBeCloseTo(at(5, 0.5) - at(0, 0.5), 10);
    expect(at(5, 1) - at(5, 0.5)).toBeCloseTo(at(5, 0.5) - at(5, 0), 10);
    expect(at(5, 0.5) - at(0, 0.5)).toBeGreaterThan(0.1);
    expect(at(5, 0.5) - at(5, 0)).toBeGreaterThan(0.1);
  });

  it('has gradients: of confidences and classes', () => {
    // Places stand still, for through the IoU no gradient flows.
    const fixed = random(4);
    const f = (x: Tensor): Tensor => {
      const cell = (j: number): Tensor => concat([fixed.slice(3, 5 * j, 5 * j + 4), x.slice(3, j, j + 1)], 3); // prettier-ignore
      return yoloLoss(concat([cell(0), cell(1), x.slice(3, 2)], 3), target);
    };
    const x = rand([N, S, S, B + C], { generator: new Generator(5), ...made });
    expect(gradcheck(f, [x])).toBe(true);
  });

  it('has gradients: of places and sizes', () => {
    // Boxes beside the objects, whose IoU stays 0 when they move a little.
    const fixed = random(6);
    const f = (x: Tensor): Tensor => {
      const boxes = [0, 1].flatMap((j) => [
        x.slice(3, 4 * j, 4 * j + 2).sub(8),
        x.slice(3, 4 * j + 2, 4 * j + 4),
        fixed.slice(3, 5 * j + 4, 5 * j + 5),
      ]);
      return yoloLoss(concat([...boxes, fixed.slice(3, 10)], 3), target);
    };
    const x = rand([N, S, S, B * 4], { generator: new Generator(7), ...made });
    expect(gradcheck(f, [x])).toBe(true);
  });

  it('moves the responsible box only, and takes the IoU for a constant', () => {
    const one = target.slice(0, 1); // an object in the middle cell
    const cell = one
      .select(1, 1)
      .select(1, 1)
      .reshape([5 + C]);
    const box = cell.slice(0, 0, 4);
    const near = concat([box.add(0.1), tensor([0.3], made)]);
    const far = concat([box.sub(0.5), tensor([0.3], made)]);
    const output = concat([far, near, cell.slice(0, 5)]).reshape([1, 1, 1, B * 5 + C]).broadcastTo([1, S, S, B * 5 + C]); // prettier-ignore
    const slope = grad((x: Tensor): Tensor => yoloLoss(x, one))(output);
    const [first, second] = [0, 5].map((from) => [
      ...slope
        .select(1, 1)
        .select(1, 1)
        .reshape([B * 5 + C])
        .slice(0, from, from + 5)
        .dataSync(),
    ]);
    const expected = [0, 0, 0, 0, 2 * 0.5 * 0.3]; // λ_noobj
    first!.forEach((value, k) => expect(value).toBeCloseTo(expected[k]!, 10));
    second!.slice(0, 4).forEach((value) => expect(value).toBeCloseTo(2 * 5 * 0.1, 10));
    expect(second![4]).toBeLessThan(0); // 0.3 is less than the IoU
  });

  it('has no NaN for boxes without size', () => {
    const x = zeros([N, S, S, B * 5 + C], made);
    const slope = grad((x: Tensor): Tensor => yoloLoss(x, target))(x);
    expect(slope.isFinite().all().item()).toBe(1);
  });

  it('gives the same bits when compiled', () => {
    const [x, y] = [random(0).cast('float32'), target.cast('float32')];
    const loss = compile((a: Tensor, b: Tensor): Tensor => yoloLoss(a, b));
    expect([loss(x, y).item(), loss(x, y).item()]).toEqual([
      yoloLoss(x, y).item(),
      yoloLoss(x, y).item(),
    ]);
  });

  it('refuses what does not fit', () => {
    expect(() => yoloLoss(zeros([2, 3, 3, 13]), target)).toThrow(
      new ShapeError(
        'yoloLoss: with 4 classes the output must have shape (N, S, S, B·5 + 4), got [2,3,3,13].',
      ),
    );
    expect(() => yoloLoss(zeros([1, 3, 3, 14]), target)).toThrow(
      new ShapeError(
        'yoloLoss: for an output [1,3,3,14] the target must have shape [1,3,3,5+C], got [2,3,3,9].',
      ),
    );
  });
});
