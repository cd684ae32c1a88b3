import type { TensorEvent } from '../../events/event.ts';
import { rangeOf, shadeOf } from '../../events/shade.ts';
import { formatNumber } from '../../number-format.ts';
import { gridSvg } from './grid.ts';

/** The numbers in rows, darker where they are greater. */
export function tensorSvg(title: string, { shape, values }: TensorEvent): string {
  const wide = shape.at(-1) ?? 1;
  const numbers = Array.from(values);
  const range = rangeOf(numbers);
  const cells = Array.from({ length: wide === 0 ? 0 : numbers.length / wide }, (_, r) =>
    numbers
      .slice(r * wide, (r + 1) * wide)
      .map((value) => ({ text: formatNumber(value, 4), shade: shadeOf(value, range) * 0.5 })),
  );
  return gridSvg(`${title} [${shape.join(',')}]`, { type: 'grid', name: title, cells });
}
