/** Where a thread finds its operands: index arithmetic as source text. */
import { broadcastStrides, foldLoops, type Shape } from '../../shape.ts';

/**
 * Statements that define `name` = offset + Σ cₖ·strideₖ, where cₖ are the coordinates of flat index
 * `from` in `shape`. Strides may be zero or negative.
 */
export function indexSource(
  name: string,
  shape: Shape,
  strides: readonly number[],
  offset: number = 0,
  from: string = 'this.thread.x',
): string {
  const { sizes, stridesA } = foldLoops(shape, strides, strides);
  const lines: string[] = [];
  const terms: string[] = offset === 0 ? [] : [String(offset)];
  let rest = from;
  for (let k = sizes.length - 1; k >= 0; k--) {
    const [size, stride] = [sizes[k]!, stridesA[k]!];
    let coordinate = rest;
    if (k > 0) {
      lines.push(`const ${name}q${k} = floorDiv(${rest}, ${size});`);
      lines.push(`const ${name}r${k} = ${rest} - ${name}q${k} * ${size};`);
      coordinate = `${name}r${k}`;
      rest = `${name}q${k}`;
    }
    if (stride === 1) terms.push(coordinate);
    else if (stride !== 0) terms.push(`${coordinate} * ${stride < 0 ? `(${stride})` : stride}`);
  }
  lines.push(`const ${name} = ${terms.length === 0 ? '0' : terms.join(' + ')};`);
  return lines.join('\n');
}

/** The same for an operand of shape `operand` that broadcasts to `shape`. */
export function broadcastSource(name: string, operand: Shape, shape: Shape): string {
  return indexSource(name, shape, broadcastStrides(operand, shape));
}

/** Statements that define `name0`, `name1`, …: the coordinates of the thread's element in `shape`. */
export function coordinateSource(name: string, shape: Shape): string {
  const lines: string[] = [];
  let rest = 'this.thread.x';
  for (let d = shape.length - 1; d > 0; d--) {
    lines.push(`const ${name}q${d} = floorDiv(${rest}, ${shape[d]});`);
    lines.push(`const ${name}${d} = ${rest} - ${name}q${d} * ${shape[d]};`);
    rest = `${name}q${d}`;
  }
  if (shape.length > 0) lines.push(`const ${name}0 = ${rest};`);
  return lines.join('\n');
}

/**
 * Statements that define `outer`, `k` and `inner`: where the thread's element stands before, along and
 * after `dim` of `shape`.
 */
export function lineSource(shape: Shape, dim: number): string {
  const inner = shape.slice(dim + 1).reduce((a, b) => a * b, 1);
  return `
    const row = floorDiv(this.thread.x, ${inner});
    const inner = this.thread.x - row * ${inner};
    const outer = floorDiv(row, ${shape[dim]});
    const k = row - outer * ${shape[dim]};`;
}
