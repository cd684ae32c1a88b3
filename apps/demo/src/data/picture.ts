/** A picture in grey, row by row. */
export interface Grey {
  readonly data: ArrayLike<number>;
  readonly width: number;
  readonly height: number;
}

/** A picture in another size, by means over the pixels that fall into each place. */
export function fitted(image: Grey, width: number, height: number): number[] {
  const span = (at: number, count: number, size: number): [number, number] => {
    const from = Math.floor((at * size) / count);
    return [from, Math.max(from + 1, Math.floor(((at + 1) * size) / count))];
  };
  return Array.from({ length: width * height }, (_, i) => {
    const [left, right] = span(i % width, width, image.width);
    const [top, bottom] = span(Math.floor(i / width), height, image.height);
    let sum = 0;
    for (let y = top; y < bottom; y++)
      for (let x = left; x < right; x++) sum += image.data[y * image.width + x]!;
    return sum / ((right - left) * (bottom - top));
  });
}
