import { LabeledImages } from '@kasane/datasets';

/** Pictures of one grey pixel, whose classes are their numbers. */
export const pixels = (...values: number[]): LabeledImages =>
  new LabeledImages({
    data: Uint8Array.from(values),
    labels: values.map((_, i) => i % 10),
    channels: 1,
    height: 1,
    width: 1,
    classes: Array.from({ length: 10 }, (_, i) => String(i)),
    origin: 'made by hand',
  });
