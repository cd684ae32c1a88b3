/** Parts of kernels in gpu.js' language. */

/** Statements that define the coordinates `names` of the thread's element in `shape`. */
export function coordinates(names: readonly string[], shape: readonly number[]): string {
  const lines: string[] = [];
  let rest = 'this.thread.x';
  for (let d = shape.length - 1; d > 0; d--) {
    const name = names[d]!;
    lines.push(`const ${name}Rest = floorDiv(${rest}, ${shape[d]});`);
    lines.push(`const ${name} = ${rest} - ${name}Rest * ${shape[d]};`);
    rest = `${name}Rest`;
  }
  lines.push(`const ${names[0]} = ${rest};`);
  return lines.join('\n');
}

/** A place in an array of `shape`, from the names of its coordinates. */
export function place(names: readonly string[], shape: readonly number[]): string {
  return names.reduce((at, name, d) => (d === 0 ? name : `(${at}) * ${shape[d]} + ${name}`), '');
}

/** A loop from 0 to a constant, around a body. */
export function loop(name: string, count: string, body: string): string {
  return `for (let ${name} = 0; ${name} < this.constants.${count}; ${name}++) {
    ${body}
  }`;
}

/** How a window moves along one dimension. */
export interface Motion {
  readonly stride: number;
  readonly pad: number;
  readonly dilation: number;
}

/** `body` where element `k` of the window at position `o` lies within `size`, as `i`. */
export function reading(
  [i, k, o]: readonly [string, string, string],
  { stride, pad, dilation }: Motion,
  size: number,
  body: string,
): string {
  return `const ${i} = ${o} * ${stride} + ${k} * ${dilation} - ${pad};
  if (${i} >= 0 && ${i} < ${size}) {
    ${body}
  }`;
}

/** `body` where element `i` is element `k` of a window, at one of `size` positions, as `o`. */
export function meeting(
  [i, k, o]: readonly [string, string, string],
  { stride, pad, dilation }: Motion,
  size: number,
  body: string,
): string {
  return `const ${o}Far = ${i} + ${pad} - ${k} * ${dilation};
  const ${o} = floorDiv(${o}Far, ${stride});
  if (${o} * ${stride} === ${o}Far && ${o} >= 0 && ${o} < ${size}) {
    ${body}
  }`;
}
