import { shown } from '@kasane/tensor-core';
import { Box } from './box.ts';
import { Dict } from './dict.ts';
import { Discrete } from './discrete.ts';
import { MultiBinary } from './multi-binary.ts';
import { MultiDiscrete } from './multi-discrete.ts';
import type { Space } from './space.ts';
import { Text } from './text.ts';
import { Tuple } from './tuple.ts';

/** The numbers that stand for a value: between which bounds, and how they are written. */
interface Flat {
  readonly low: number[];
  readonly high: number[];
  write(value: unknown, out: Float32Array, at: number): void;
}

/**
 * The box that `flatten` puts the values of a space into: numbers as they are, a choice of n as n zeros and a one, letters as their places in
 * the charset (its length where a text has ended), and the parts of tuples and dicts one after another.
 *
 * Same as `gymnasium.spaces.flatten_space`, except that the parts of a dict stand in the order in which they were given, and all is float32.
 *
 * @throws TypeError if it is a space of another kind.
 *
 * @example
 * import { Box, Dict, Discrete, flattenSpace } from '@kasane/rl';
 * flattenSpace(new Dict({ gear: new Discrete(3), speed: new Box(0, 9) })).toString(); // => Box(0, [1, 1, 1, 9], [4])
 * @category Spaces
 */
export function flattenSpace(space: Space<unknown>): Box {
  const { low, high } = flat('flattenSpace', space);
  return new Box(low, high);
}

/**
 * A value of a space as numbers of the box that `flattenSpace` gives. Same as `gymnasium.spaces.flatten`.
 *
 * @throws RangeError if the value is not in the space.
 * @throws TypeError if it is a space of another kind.
 *
 * @example
 * import { Discrete, flatten } from '@kasane/rl';
 * flatten(new Discrete(4), 2).join(); // => 0,0,1,0
 * @category Spaces
 */
export function flatten<T>(space: Space<T>, value: T): Float32Array {
  const { low, write } = flat('flatten', space);
  if (!space.contains(value)) {
    throw new RangeError(`flatten: the value must be in ${space}, got ${shown(value)}.`);
  }
  const out = new Float32Array(low.length);
  write(value, out, 0);
  return out;
}

/** Makes a space's `flatten` once and for all. @internal */
export function flattener(
  owner: string,
  space: Space<unknown>,
): { space: Box; flatten: (value: unknown) => Float32Array } {
  const { low, high, write } = flat(owner, space);
  return {
    space: new Box(low, high),
    flatten: (value) => {
      const out = new Float32Array(low.length);
      write(value, out, 0);
      return out;
    },
  };
}

function flat(owner: string, space: Space<unknown>): Flat {
  if (space instanceof Box) {
    return {
      low: [...space.low],
      high: [...space.high],
      write: (value, out, at) => out.set(value as Float32Array, at), // of the space, as are all below
    };
  }
  if (space instanceof Discrete)
    return oneHots([space.n], [space.start], (value) => [value as number]);
  if (space instanceof MultiDiscrete) {
    return oneHots(space.nvec, space.start, (value) => value as Int32Array);
  }
  if (space instanceof MultiBinary) {
    return {
      low: new Array<number>(space.n).fill(0),
      high: new Array<number>(space.n).fill(1),
      write: (value, out, at) => out.set(value as Uint8Array, at),
    };
  }
  if (space instanceof Text) return places(space);
  if (space instanceof Tuple) {
    const all: readonly Space<unknown>[] = space.spaces;
    return joined(
      all.map((one, i) => [flat(owner, one), (value) => (value as readonly unknown[])[i]]),
    );
  }
  if (space instanceof Dict) {
    const all = Object.entries<Space<unknown>>(space.spaces);
    return joined(
      all.map(([name, one]) => [
        flat(owner, one),
        (value) => (value as Record<string, unknown>)[name],
      ]),
    );
  }
  throw new TypeError(
    `${owner}: a space must be one of Box, Discrete, MultiDiscrete, MultiBinary, Text, Tuple and Dict, got ${shown(space)}.`,
  );
}

function oneHots(
  sizes: readonly number[],
  starts: readonly number[],
  valuesOf: (value: unknown) => ArrayLike<number>,
): Flat {
  const length = sizes.reduce((a, b) => a + b, 0);
  return {
    low: new Array<number>(length).fill(0),
    high: new Array<number>(length).fill(1),
    write: (value, out, at) => {
      const values = valuesOf(value);
      let place = at;
      for (let i = 0; i < sizes.length; i++) {
        out[place + values[i]! - starts[i]!] = 1;
        place += sizes[i]!;
      }
    },
  };
}

function places({ maxLength, charset }: Text): Flat {
  const letters = [...charset];
  return {
    low: new Array<number>(maxLength).fill(0),
    high: new Array<number>(maxLength).fill(letters.length),
    write: (value, out, at) => {
      out.fill(letters.length, at, at + maxLength);
      [...(value as string)].forEach((letter, i) => {
        out[at + i] = letters.indexOf(letter);
      });
    },
  };
}

function joined(parts: readonly (readonly [Flat, (value: unknown) => unknown])[]): Flat {
  return {
    low: parts.flatMap(([{ low }]) => low),
    high: parts.flatMap(([{ high }]) => high),
    write: (value, out, at) => {
      let place = at;
      for (const [part, pick] of parts) {
        part.write(pick(value), out, place);
        place += part.low.length;
      }
    },
  };
}
