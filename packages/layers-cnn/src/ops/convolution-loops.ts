import type { ConvGeometry, TypedArray } from '@kasane/tensor-core';

/** Where along one dimension a tap of the kernel meets the input: from one position of each on, so many times. */
interface Meeting {
  readonly x: number;
  readonly y: number;
  readonly count: number;
}

/** Of every tap along the dimension `axis`: 0 is the depth, 2 the width. */
function meetings(geometry: ConvGeometry, axis: 0 | 1 | 2): Meeting[] {
  const [size, kernel, positions, stride, padding, dilation] = [4, 7, 10, 13, 16, 19].map(
    (first) => geometry[first + axis]!,
  ) as [number, number, number, number, number, number]; // as many
  return Array.from({ length: kernel }, (_, k) => {
    const start = k * dilation - padding; // of the first position
    const y = Math.max(0, Math.ceil(-start / stride));
    const end = Math.min(positions, Math.ceil((size - start) / stride));
    return { x: start + y * stride, y, count: Math.max(0, end - y) };
  });
}

/**
 * Visits every product of a convolution, a row of outputs at a time: `visit(x, w, y, count)` says that so many
 * outputs from y on meet the weight w, at inputs from x on that are a stride apart.
 */
export function forEachRow(
  geometry: ConvGeometry,
  visit: (x: number, w: number, y: number, count: number) => void,
): void {
  const [N, G, C, O, D, H, W, KD, KH, KW, OD, OH, OW, SD, SH] = geometry;
  const [planes, rows, columns] = [
    meetings(geometry, 0),
    meetings(geometry, 1),
    meetings(geometry, 2),
  ];
  for (let n = 0; n < N; n++) {
    for (let go = 0; go < G * O; go++) {
      const image = n * G * O + go;
      for (let c = 0; c < C; c++) {
        const channel = (n * G + Math.floor(go / O)) * C + c;
        for (let i = 0; i < KD; i++) {
          const plane = planes[i]!;
          for (let j = 0; j < KH; j++) {
            const row = rows[j]!;
            for (let k = 0; k < KW; k++) {
              const column = columns[k]!;
              if (column.count === 0) continue;
              const w = (((go * C + c) * KD + i) * KH + j) * KW + k;
              for (let z = 0; z < plane.count; z++) {
                const d = plane.x + z * SD;
                const od = plane.y + z;
                for (let v = 0; v < row.count; v++) {
                  const x = ((channel * D + d) * H + row.x + v * SH) * W + column.x;
                  const y = ((image * OD + od) * OH + row.y + v) * OW + column.y;
                  visit(x, w, y, column.count);
                }
              }
            }
          }
        }
      }
    }
  }
}

/** Fills (N, C, size) with one number per channel, or with zeros. */
export function fillChannels(
  out: TypedArray,
  bias: TypedArray | undefined,
  images: number,
  size: number,
): void {
  if (bias === undefined) {
    out.fill(0);
    return;
  }
  for (let i = 0; i < images * bias.length; i++) {
    out.fill(bias[i % bias.length]!, i * size, (i + 1) * size);
  }
}
