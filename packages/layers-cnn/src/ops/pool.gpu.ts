/** gpu.js kernels of max-pool.ts and avg-pool.ts. */
import type { GpuLaunch } from '@kasane/tensor-core';
import type { AvgAttrs } from './avg-pool.ts';
import { coordinates, loop, meeting } from './gpu-source.ts';
import type { Axis, Windows } from './window.ts';

type Planes = readonly [planes: number, height: number, width: number];

/** Statements that define where window `i` of an axis begins and ends: `iFirst` and `iEnd`. */
function extent(i: string, { kernel, stride, pad, dilation, count }: Axis, size: number): string {
  if (stride === 0) {
    return `const ${i}First = floorDiv(${i} * ${size}, ${count});
    const ${i}End = floorDiv((${i} + 1) * ${size} + ${count - 1}, ${count});`;
  }
  return `const ${i}First = ${i} * ${stride} - ${pad};
  const ${i}End = ${i}First + ${(kernel - 1) * dilation + 1};`;
}

/** Loops over the elements (r, c) of window (i, j), with `body` for those within the plane, and `row` around those of a row. */
function window(
  [rows, columns]: Windows['axes'],
  [, height, width]: Planes,
  body: string,
  row: (elements: string) => string = (elements) => elements,
): string {
  const axis = (
    k: string,
    at: string,
    i: string,
    { dilation }: Axis,
    size: number,
    inner: string,
  ): string =>
    loop(
      k,
      k,
      `const ${at} = ${i}First + ${k} * ${dilation};
      if (${at} >= 0 && ${at} < ${size} && ${at} < ${i}End) {
        ${inner}
      }`,
    );
  const elements = axis('kw', 'c', 'j', columns, width, body);
  return axis('kh', 'r', 'i', rows, height, row(elements));
}

function reach([rows, columns]: Windows['axes']): Readonly<Record<string, number>> {
  return { kh: rows.kernel, kw: columns.kernel };
}

export function gpuIndices(planes: Planes, { axes }: Windows): GpuLaunch {
  const [rows, columns] = axes;
  const [count, height, width] = planes;
  return {
    source: `function (x) {
      ${coordinates(['p', 'i', 'j'], [count, rows.count, columns.count])}
      ${extent('i', rows, height)}
      ${extent('j', columns, width)}
      let best = 0;
      let found = -1;
      ${window(
        axes,
        planes,
        `const v = x[(p * ${height} + r) * ${width} + c];
        if (found < 0 || v > best || isNaNValue(v) > 0) {
          best = v;
          found = r * ${width} + c;
        }`,
      )}
      return found;
    }`,
    constants: reach(axes),
  };
}

export function gpuTake(size: number, count: number, none: number): GpuLaunch {
  return {
    source: `function (x, index, none) {
      const at = index[this.thread.x];
      let taken = none;
      if (at >= 0) {
        taken = x[floorDiv(this.thread.x, ${count}) * ${size} + at];
      }
      return taken;
    }`,
    scalars: [none],
  };
}

/** Looks for the results that belong to an element among the windows that reach it, or among all. */
export function gpuPut(
  [count, height, width]: Planes,
  windows: Windows | null,
  results: number,
): GpuLaunch {
  const adapts = windows === null || windows.axes.some(({ stride }) => stride === 0);
  const add = (at: string): string => `if (index[${at}] === r * ${width} + c) {
    total = total + y[${at}];
  }`;
  const body = (): string => {
    if (adapts) return loop('k', 'results', add(`p * ${results} + k`));
    const [rows, columns] = windows.axes;
    const inner = meeting(
      ['c', 'kw', 'j'],
      columns,
      columns.count,
      add(`p * ${results} + i * ${columns.count} + j`),
    );
    return loop('kh', 'kh', meeting(['r', 'kh', 'i'], rows, rows.count, loop('kw', 'kw', inner)));
  };
  return {
    source: `function (y, index) {
      ${coordinates(['p', 'r', 'c'], [count, height, width])}
      let total = 0;
      ${body()}
      return total;
    }`,
    constants: adapts ? { results } : reach(windows.axes),
  };
}

/** Adds up the elements of windows, given element by element, where they come from. */
export function gpuFold([count, height, width]: Planes, { axes }: Windows): GpuLaunch {
  const [rows, columns] = axes;
  const add = `total = total + y[(((p * ${rows.kernel} + kh) * ${columns.kernel} + kw) * ${rows.count} + i) * ${columns.count} + j];`;
  const across = loop('kw', 'kw', meeting(['c', 'kw', 'j'], columns, columns.count, add));
  return {
    source: `function (y, index) {
      ${coordinates(['p', 'r', 'c'], [count, height, width])}
      let total = 0;
      ${loop('kh', 'kh', meeting(['r', 'kh', 'i'], rows, rows.count, across))}
      return total;
    }`,
    constants: reach(axes),
  };
}

/** Statements that define the number of elements of window `i` along an axis, `iCount`. */
function length(i: string, { pad }: Axis, size: number, countPad: boolean): string {
  return countPad
    ? `const ${i}Count = Math.min(${i}End, ${size + pad}) - ${i}First;`
    : `const ${i}Count = Math.min(${i}End, ${size}) - Math.max(${i}First, 0);`;
}

export function gpuAvg(planes: Planes, { axes, countIncludePad }: AvgAttrs): GpuLaunch {
  const [rows, columns] = axes;
  const [count, height, width] = planes;
  return {
    source: `function (x) {
      ${coordinates(['p', 'i', 'j'], [count, rows.count, columns.count])}
      ${extent('i', rows, height)}
      ${extent('j', columns, width)}
      ${length('i', rows, height, countIncludePad)}
      ${length('j', columns, width, countIncludePad)}
      let total = 0;
      ${window(axes, planes, `sum = sum + x[(p * ${height} + r) * ${width} + c];`, (elements) => {
        return `let sum = 0; // of a row: fewer numbers in a row lose less
          ${elements}
          total = total + sum;`;
      })}
      const all = iCount * jCount;
      if (all === 0) {
        return 0;
      }
      return total / all;
    }`,
    constants: reach(axes),
  };
}

/** The windows that reach an element: for those that adapt, all are asked. */
export function gpuAvgInput(
  [count, height, width]: Planes,
  { axes, countIncludePad }: AvgAttrs,
): GpuLaunch {
  const walk = (i: string, at: string, axis: Axis, size: number, body: string): string => {
    const inside = `${extent(i, axis, size)}
      ${length(i, axis, size, countIncludePad)}
      if (${at} >= ${i}First && ${at} < ${i}End) {
        ${body}
      }`;
    if (axis.stride === 0) return loop(i, i, inside);
    return loop(`${i}k`, `${i}k`, meeting([at, `${i}k`, i], axis, axis.count, inside));
  };
  const [rows, columns] = axes;
  const add = `total = total + y[(p * ${rows.count} + i) * ${columns.count} + j] / (iCount * jCount);`;
  return {
    source: `function (y) {
      ${coordinates(['p', 'r', 'c'], [count, height, width])}
      let total = 0;
      ${walk('i', 'r', rows, height, walk('j', 'c', columns, width, add))}
      return total;
    }`,
    constants: { i: rows.count, j: columns.count, ik: rows.kernel, jk: columns.kernel },
  };
}
