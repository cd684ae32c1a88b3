/** Scenes as a network takes them, and what it says about them as boxes. */
import { collateScenes, type Scene } from '@kasane/datasets';
import { decodeYolo, encodeYolo, filterDetections } from '@kasane/layers-cnn/detection';
import type { Detections, YOLO } from '@kasane/layers-cnn/detection';
import { defaultBackend, noGrad, reference, scope, tensor, withBackend } from '@kasane/tensor-core';
import type { Backend, Tensor } from '@kasane/tensor-core';

/** S, C and the height and width of the images. */
export interface Layout {
  readonly s: number;
  readonly c: number;
  readonly size: number;
}

/** Boxes are read and compared one by one: by the processor, whatever device the network is on. */
const processor = (): Backend =>
  defaultBackend().name.startsWith('gpu') ? reference() : defaultBackend();

/** Runs what handles boxes where they can be read. */
export const withBoxes = <R>(work: () => R): R => withBackend(processor(), work);

/** Images (N, 3, size, size) of scenes. */
export const imagesOf = (scenes: readonly Scene[]): Tensor =>
  scope(() => collateScenes(scenes).images);

/** What the network should say about scenes: (N, S, S, 5 + C). */
export const targetOf = (scenes: readonly Scene[], layout: Layout): Tensor =>
  scope(() => {
    const target = withBoxes(() => {
      const { boxes, labels } = collateScenes(scenes);
      return encodeYolo(boxes, labels, layout);
    });
    return target.backend === defaultBackend() ? target : target.to(defaultBackend());
  });

/** All S · S · B boxes of each scene, after one pass of the network. */
export async function everyBox(
  model: YOLO,
  scenes: readonly Scene[],
  layout: Layout,
): Promise<Detections[]> {
  const output = scope(() => noGrad(() => model.forward(imagesOf(scenes))));
  const values = await output.data();
  const decoded = withBoxes(() => scope(() => decodeYolo(tensor(values, output.shape), layout)));
  output.dispose();
  return decoded;
}

/** Those of the boxes that stay, best first: no two of one class on top of each other. */
export const filtered = (all: Detections, scoreThreshold: number): Detections =>
  withBoxes(() => scope(() => filterDetections(all, { scoreThreshold })));
