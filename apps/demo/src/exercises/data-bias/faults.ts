/** The two faults of data that are planted. */
import { LabeledImages } from '@kasane/datasets';
import type { Generator } from '@kasane/tensor-core';
import { shuffled } from '../../images/batches.ts';

export const CLASSES = 10;

/** The pictures with some labels replaced by others; which ones. */
export function plantWrongLabels(
  images: LabeledImages,
  share: number,
  generator: Generator,
): { spoilt: LabeledImages; planted: ReadonlySet<number> } {
  const count = Math.round(share * images.length);
  const planted = new Set(shuffled(images.length, generator).slice(0, count));
  const labels = images.labels.map((label, i) =>
    planted.has(i) ? (label + 1 + generator.below(CLASSES - 1)) % CLASSES : label,
  );
  return { spoilt: new LabeledImages({ ...images, labels }), planted };
}

/** A colour of full brightness at an angle of the colour circle, from 0 to 1. */
function colourAt(hue: number): number[] {
  return [0, 1, 2].map((c) => {
    const distance = Math.abs(((hue - c / 3 + 1.5) % 1) - 0.5); // from red, green, blue
    return 255 * Math.min(1, Math.max(0, 2 - 6 * distance));
  });
}

/** A digit in white on the colour of a class: (3, 28, 28). */
export function onColour(ink: ArrayLike<number>, owner: number): Uint8Array {
  const ground = colourAt(owner / CLASSES);
  const data = new Uint8Array(3 * ink.length);
  for (let c = 0; c < 3; c++) {
    for (let at = 0; at < ink.length; at++) {
      const white = ink[at]! / 255;
      data[c * ink.length + at] = 255 * white + 0.6 * ground[c]! * (1 - white);
    }
  }
  return data;
}

/** White digits on colours: the class's own with the given probability, else any class's; whose they are. */
export function colour(
  images: LabeledImages,
  bias: number,
  generator: Generator,
): { coloured: LabeledImages; owners: Int32Array } {
  const plane = images.height * images.width;
  const data = new Uint8Array(images.length * 3 * plane);
  const owners = images.labels.map((label) =>
    generator.random() < bias ? label : generator.below(CLASSES),
  );
  owners.forEach((owner, i) => data.set(onColour(images.image(i).data, owner), 3 * i * plane));
  const origin = `${images.origin}, coloured`;
  return { coloured: new LabeledImages({ ...images, data, channels: 3, origin }), owners };
}
