import { useEffect, useRef, useState } from 'preact/hooks';
import type { PictureParameter, Value } from '../../parameter.ts';
import { told, words } from '../language/language.ts';
import { openPicture } from '../own-data/open-picture.ts';
import { Open } from '../own-data/open.tsx';
import { ownWords } from '../own-data/words.ts';

interface Given {
  readonly parameter: PictureParameter;
  readonly value: readonly number[];
  readonly change: (value: Value) => void;
}

/** The grey values after a round brush has passed over a place; white stays white. */
export function brushed(
  pixels: readonly number[],
  { width, height }: Pick<PictureParameter, 'width' | 'height'>,
  x: number,
  y: number,
): number[] {
  const radius = Math.max(0.8, width / 22);
  return pixels.map((grey, i) => {
    const [column, row] = [i % width, Math.floor(i / width)];
    if (row >= height) return grey;
    const distance = Math.hypot(column + 0.5 - x, row + 0.5 - y);
    return Math.max(grey, Math.round(255 * Math.min(1, Math.max(0, radius + 0.5 - distance))));
  });
}

/** A picture to draw with mouse, finger or pen, white on black as the digits are. */
export function DrawingPad({ parameter, value, change }: Given) {
  const { width, height } = parameter;
  const canvas = useRef<HTMLCanvasElement>(null);
  const pixels = useRef(value);
  pixels.current = value;
  const show = (): void => {
    const context = canvas.current?.getContext('2d');
    if (context == null) return;
    const image = context.createImageData(width, height);
    for (const [i, grey] of pixels.current.entries())
      image.data.set([grey, grey, grey, 255], 4 * i);
    context.putImageData(image, 0, 0);
  };
  useEffect(show, [value]);
  const draw = (event: PointerEvent & { readonly currentTarget: HTMLCanvasElement }): void => {
    if (event.buttons === 0 && event.type !== 'pointerdown') return;
    if (event.type === 'pointerdown') event.currentTarget.setPointerCapture(event.pointerId);
    const { left, top, width: wide, height: high } = event.currentTarget.getBoundingClientRect();
    const x = ((event.clientX - left) / wide) * width;
    const y = ((event.clientY - top) / high) * height;
    pixels.current = brushed(pixels.current, parameter, x, y);
    show();
  };
  const t = words.value;
  const own = ownWords.value;
  const [problem, setProblem] = useState('');
  const open = async ([file]: readonly File[]): Promise<void> => {
    if (file === undefined) return;
    try {
      change(await openPicture(file, width, height));
      setProblem('');
    } catch {
      setProblem(`${file.name}: ${own.noPicture}`);
    }
  };
  return (
    <div class="pad">
      <canvas
        ref={canvas}
        role="img"
        aria-label={`${told(parameter.description)}: ${t.draw}`}
        width={width}
        height={height}
        onPointerDown={draw}
        onPointerMove={draw}
        onPointerUp={() => change(pixels.current)}
      />
      <span class="bar">
        <button type="button" onClick={() => change(Array<number>(width * height).fill(0))}>
          {t.clear}
        </button>
        <button type="button" onClick={() => change(parameter.default)}>
          {t.usual}
        </button>
        <Open label={own.picture} accept="image/*" take={(files) => void open(files)} />
        <button type="button" onClick={() => change(value.map((grey) => 255 - grey))}>
          {own.swap}
        </button>
      </span>
      {problem !== '' && (
        <p class="problem" role="alert">
          {problem}
        </p>
      )}
    </div>
  );
}
