import type { OpDef } from '@kasane/tensor-core';

/** How the columns of a matrix become panels. */
export interface PanelAttrs {
  /** Take the rows for columns. */
  readonly transposed: boolean;
  /** Blocks of columns that each begin with a panel of their own. */
  readonly groups: number;
}

const WIDTH = 8;

/**
 * The columns of a matrix (k, n) in panels of 8, (groups ⌈n / groups / 8⌉, k, 8), the last of a group
 * filled up with what nobody reads: the order in which a matrix product reads them, made once for all steps.
 */
export const panels: OpDef<PanelAttrs> = {
  name: 'panels',
  infer([x], attrs) {
    const { k, width, groups } = sizes(x!.shape, attrs);
    return { shape: [groups * Math.ceil(width / WIDTH), k, WIDTH], dtype: x!.dtype };
  },
  reference([x], attrs, out) {
    const { k, width, groups } = sizes(x!.shape, attrs);
    const columns = Math.ceil(width / WIDTH) * WIDTH;
    const [row, column] = attrs.transposed ? [1, k] : [width * groups, 1];
    for (let j = 0; j < groups * columns; j++) {
      const from = Math.floor(j / columns) * width + (j % columns);
      for (let i = 0; i < k; i++) {
        const to = (Math.floor(j / WIDTH) * k + i) * WIDTH + (j % WIDTH);
        out.data[to] = j % columns < width ? x!.data[i * row + from * column]! : 0;
      }
    }
  },
  vjp: null,
  wasm(kernels, [x], attrs, out) {
    if (x!.dtype !== 'float32') return false;
    const { k, width, groups } = sizes(x!.shape, attrs);
    const { transposed } = attrs;
    const group = out.size / groups;
    for (let g = 0; g < groups; g++) {
      const from = x!.pointer + 4 * g * width * (transposed ? k : 1);
      const ldb = transposed ? k : width * groups;
      kernels.packPanels(from, ldb, k, width, Number(transposed), out.pointer + 4 * g * group);
    }
    return true;
  },
};

function sizes(
  shape: readonly number[],
  { transposed, groups }: PanelAttrs,
): { k: number; width: number; groups: number } {
  const [k, n] = transposed ? [shape[1]!, shape[0]!] : [shape[0]!, shape[1]!];
  return { k, width: n / groups, groups };
}
