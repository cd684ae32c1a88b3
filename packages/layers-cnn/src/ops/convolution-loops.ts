import type { ConvGeometry, TypedArray } from '@kasane/tensor-core';

/**
 * Visits every product of a convolution: `visit(x, w, y)` with the indices of an element of the input,
 * of a kernel, and of the output they meet in.
 */
export function forEachProduct(
  geometry: ConvGeometry,
  visit: (x: number, w: number, y: number) => void,
): void {
  const [N, G, C, O, D, H, W, KD, KH, KW, OD, OH, OW, SD, SH, SW, PD, PH, PW, DD, DH, DW] =
    geometry;
  for (let n = 0; n < N; n++) {
    for (let go = 0; go < G * O; go++) {
      const g = Math.floor(go / O);
      for (let z = 0; z < OD; z++) {
        for (let v = 0; v < OH; v++) {
          for (let u = 0; u < OW; u++) {
            const y = (((n * G * O + go) * OD + z) * OH + v) * OW + u;
            for (let c = 0; c < C; c++) {
              for (let i = 0; i < KD; i++) {
                const d = z * SD - PD + i * DD;
                if (d < 0 || d >= D) continue;
                for (let j = 0; j < KH; j++) {
                  const h = v * SH - PH + j * DH;
                  if (h < 0 || h >= H) continue;
                  const row = ((((n * G + g) * C + c) * D + d) * H + h) * W;
                  const kernel = (((go * C + c) * KD + i) * KH + j) * KW;
                  for (let k = 0; k < KW; k++) {
                    const x = u * SW - PW + k * DW;
                    if (x >= 0 && x < W) visit(row + x, kernel + k, y);
                  }
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
