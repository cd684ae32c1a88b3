import type { GridCell, TensorEvent } from '../events/event.ts';
import { rangeOf, shadeOf } from '../events/shade.ts';
import { formatNumber } from '../number-format.ts';
import { group, text, type Drawing } from './drawing.ts';
import { gridDrawing } from './grid.ts';

/** The numbers in rows, in deeper shades where they are farther from 0; those below it in red. */
export function tensorDrawing({ name, shape, values }: TensorEvent): Drawing {
  const wide = shape.at(-1) ?? 1;
  const numbers = Array.from(values);
  const [low, high] = rangeOf(numbers);
  const most = [0, Math.max(Math.abs(low), Math.abs(high))] as const;
  const cells = Array.from({ length: wide === 0 ? 0 : numbers.length / wide }, (_, r) =>
    numbers.slice(r * wide, (r + 1) * wide).map((value): GridCell => ({
      text: formatNumber(value, 3),
      shade: shadeOf(Math.abs(value), most) * 0.5,
      ...(value < 0 ? { tone: 'bad' } : {}),
    })),
  );
  const { width, height, content } = gridDrawing({ type: 'grid', name, cells });
  const size = text(5, height + 12, `[${shape.join(',')}]`, { size: 11 });
  return { width, height: height + 20, content: group('tensor', [content, size]) };
}
