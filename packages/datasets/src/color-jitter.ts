import { optionsOf, defaultGenerator, type Generator } from '@kasane/tensor-core';
import { blankImage, type Image } from './image.ts';
import type { Transform } from './transforms.ts';

/** How far `colorJitter` goes; 0, the default, leaves as it is. */
export interface ColorJitterOptions {
  /** The factor is drawn from [1 - brightness, 1 + brightness]. */
  readonly brightness?: number;
  /** As brightness, away from the mean grey of the picture. */
  readonly contrast?: number;
  /** As brightness, away from the grey of each pixel. */
  readonly saturation?: number;
}

/**
 * Changes brightness, contrast and saturation at random, in this order.
 *
 * $$ y = f \cdot x + (1 - f) \cdot r $$
 *
 * with r = 0 for brightness, the mean grey for contrast and each pixel's grey for saturation. As `torchvision.transforms.ColorJitter`, but in a fixed
 * order, without hue, and rounded once at the end.
 *
 * @throws RangeError for a negative option.
 *
 * @example
 * import { colorJitter } from '@kasane/datasets';
 * import { Generator } from '@kasane/tensor-core';
 * const image = { data: Uint8Array.of(200, 100, 0), channels: 3, height: 1, width: 1 };
 * colorJitter({})(image).data.join(); // => 200,100,0
 * colorJitter({ brightness: 0.5 })(image, new Generator(1)).data[2]; // => 0
 */
export function colorJitter(options: ColorJitterOptions): Transform<Image> {
  const names = ['brightness', 'contrast', 'saturation'] as const;
  const { brightness = 0, contrast = 0, saturation = 0 } = optionsOf('colorJitter', options, names);
  for (const [name, value] of Object.entries({ brightness, contrast, saturation })) {
    if (!(value >= 0)) throw new RangeError(`colorJitter: ${name} must be ≥ 0, got ${value}.`);
  }
  return (image, generator = defaultGenerator()) => {
    const values = Float32Array.from(image.data);
    // All three draw, so that one option does not change what another does.
    const factors = [brightness, contrast, saturation].map((range) => factor(range, generator));
    const [light, strength, colour] = factors as [number, number, number]; // three of three
    const pixels = image.height * image.width;
    for (let i = 0; i < values.length; i++) values[i]! *= light;
    let mean = 0;
    for (let i = 0; i < pixels; i++) mean += grey(values, i, image) / pixels;
    for (let i = 0; i < values.length; i++) values[i] = mix(values[i]!, mean, strength);
    for (let i = 0; i < pixels; i++) {
      const own = grey(values, i, image);
      for (let c = 0; c < image.channels; c++) {
        values[c * pixels + i] = mix(values[c * pixels + i]!, own, colour);
      }
    }
    const out = blankImage(image.channels, image.height, image.width);
    for (let i = 0; i < values.length; i++) {
      out.data[i] = Math.round(Math.min(255, Math.max(0, values[i]!)));
    }
    return out;
  };
}

const mix = (value: number, rest: number, f: number): number => f * value + (1 - f) * rest;

function factor(range: number, generator: Generator): number {
  return Math.max(0, 1 + (2 * generator.random() - 1) * range);
}

/** The brightness of a pixel: ITU-R BT.601's weights of red, green and blue. @internal */
export function grey(
  values: ArrayLike<number>,
  pixel: number,
  { channels, height, width }: Pick<Image, 'channels' | 'height' | 'width'>,
): number {
  if (channels < 3) return values[pixel]!;
  const plane = height * width;
  return (
    0.299 * values[pixel]! + 0.587 * values[plane + pixel]! + 0.114 * values[2 * plane + pixel]!
  );
}
