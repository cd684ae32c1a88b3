/** What holds of the paper's sizes and of the loss, whatever is learned. */
import { boxIou, decodeYolo, YOLO, yoloLoss } from '@kasane/layers-cnn/detection';
import { noGrad, tensor, zeros } from '@kasane/tensor-core';
import type { Generator, Tensor } from '@kasane/tensor-core';
import { check } from '../../check.ts';
import type { Check } from '../../check.ts';
import type { AsyncPart } from '../../exercise.ts';
import { read } from '../../losses.ts';

/** The output for S = 7, B = 2 and C = 20, and an IoU. */
export async function sizes(generator: Generator): Promise<Check[]> {
  const paper = new YOLO(7, 2, 20, { channels: [4, 4, 4], generator });
  const output = noGrad(() => paper.forward(zeros([1, 3, 28, 28])));
  const [decoded] = decodeYolo(output, { c: 20, size: 28 });
  const iou = boxIou(tensor([[0, 0, 2, 2]]), tensor([[1, 1, 3, 3]]));
  return [
    check(120, 'boxes for S = 7, B = 2', decoded!.scores.size).equals(98),
    check(122, 'numbers of the output for S = 7, B = 2, C = 20', output.size).equals(1470),
    check(122, 'IoU of [0, 0, 2, 2] and [1, 1, 3, 3]', await read(iou)).near(1 / 7, 1e-7),
  ];
}

/** The parts of the loss, and that it grows evenly with each of its two weights. */
export async function* lossParts(predicted: Tensor, target: Tensor): AsyncPart<never, Check[]> {
  const loss = (lambdaCoord: number, lambdaNoobj: number): Promise<number> =>
    read(yoloLoss(predicted, target, { lambdaCoord, lambdaNoobj }));
  const [none, both] = [await loss(0, 0), await loss(5, 0.5)];
  const [places, others] = [both - (await loss(0, 0.5)), both - (await loss(5, 0))];
  yield {
    type: 'table',
    name: 'parts of the loss in held-out scenes',
    columns: ['part', 'loss'],
    rows: [
      ['objects and classes', none],
      ['places and sizes, λcoord = 5', places],
      ['other confidences, λnoobj = 0.5', others],
    ],
  };
  const coord = ((await loss(10, 0.5)) - both) / places;
  const noobj = ((await loss(5, 1)) - both) / others;
  return [
    check(121, 'λcoord from 5 to 10 adds what 0 to 5 adds, ratio', coord).near(1, 1e-3),
    check(121, 'λnoobj from 0.5 to 1 adds what 0 to 0.5 adds, ratio', noobj).near(1, 1e-3),
  ];
}
