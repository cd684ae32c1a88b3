/** The launches of a recurrence, in the making. */
import type { GpuLaunch } from '@kasane/tensor-core';
import type { Parts } from './recurrence-inputs.ts';

// What one launch may take.
const MOST = 7;

export type PartName = keyof Parts<unknown>;

/** Arrays are known by position, as `GpuLaunch.inputs` counts them. */
export class Launches {
  readonly list: GpuLaunch[] = [];
  readonly #names: readonly PartName[];
  readonly #inputs: number;

  constructor(names: readonly PartName[], inputs: number) {
    this.#names = names;
    this.#inputs = inputs;
  }

  /** Appends a launch of the body, which knows arrays by the names they are given; gives the position of its result. */
  add(
    body: string,
    size: number,
    arrays: Readonly<Record<string, number>>,
    more: Partial<GpuLaunch> & { readonly scalarNames?: readonly string[] } = {},
  ): number {
    const { scalarNames = [], ...rest } = more;
    this.list.push({
      source: `function (${[...Object.keys(arrays), ...scalarNames].join(', ')}) {\n${body}\n}`,
      inputs: Object.values(arrays),
      size,
      ...rest,
    });
    return this.#inputs + this.list.length - 1;
  }

  /** The parts of these names that are there, by their positions. */
  parts(...wanted: readonly PartName[]): Record<string, number> {
    const there = wanted.filter((name) => this.#names.includes(name));
    return Object.fromEntries(there.map((name) => [name, this.#names.indexOf(name)]));
  }

  /** Arrays of `size` elements each, one after the other. */
  joined(arrays: readonly number[], size: number): number {
    let level = arrays.map((at) => ({ at, size }));
    while (level.length > 1) {
      const next: typeof level = [];
      for (let i = 0; i < level.length; i += MOST) {
        const group = level.slice(i, i + MOST);
        if (group.length === 1) next.push(group[0]!);
        else {
          let start = 0;
          const lines = group.map((one, k) => {
            const line = `if (this.thread.x < ${start + one.size}) { return x${k}[this.thread.x - ${start}]; }`;
            start += one.size;
            return line;
          });
          const inputs = Object.fromEntries(group.map(({ at }, k) => [`x${k}`, at]));
          next.push({ at: this.add(`${lines.join('\n')}\nreturn 0;`, start, inputs), size: start });
        }
      }
      level = next;
    }
    return level[0]!.at;
  }
}

/** Statements that define `slot`, `e`, `row` and `j`: which array of (B, H), which element, and where that is. */
export const place = (state: number, hidden: number, from = 'this.thread.x'): string => `
  const slot = floorDiv(${from}, ${state});
  const e = ${from} - slot * ${state};
  const row = floorDiv(e, ${hidden});
  const j = e - row * ${hidden};`;
