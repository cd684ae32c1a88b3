/** Functions of single elements by MKL's vector functions. */
import type { Kernels } from '@kasane/tensor-core';
import type { Library } from './host.ts';
import type { Products } from './product.ts';

/** out = f(x) of n elements, addresses as numbers. */
type VectorFunction = (n: number, x: number, out: number, mode: number) => void;

/** What MKL calls the kernels that both have. */
const names = {
  exp: 'Exp',
  expm1: 'Expm1',
  log: 'Ln',
  log1p: 'Log1p',
  sin: 'Sin',
  cos: 'Cos',
  tan: 'Tan',
  sinh: 'Sinh',
  cosh: 'Cosh',
  tanh: 'Tanh',
  asin: 'Asin',
  acos: 'Acos',
  atan: 'Atan',
  erf: 'Erf',
} as const;

type Name = keyof typeof names;

/** A library's functions, by kernel. */
export type VectorFunctions = ReadonlyMap<Name, VectorFunction>;

/** Errors below 1 ulp, subnormal numbers as they are, and no word about infinite results. */
const MODE = 0x2 | 0x140000 | 0x100;

/** From how many elements on a call is worth it: of 32, MKL 2026's tanh took as long as the kernel's; of 4,096, a seventh. */
const LEAST = 32;

/** MKL's functions. */
export function vectorFunctions(mkl: Library): VectorFunctions {
  const found = new Map<Name, VectorFunction>();
  for (const [name, theirs] of Object.entries(names)) {
    const prototype = `void vms${theirs}(int, uint64_t, uint64_t, int64_t)`;
    found.set(name as Name, mkl.func(prototype) as VectorFunction); // as the prototype says
  }
  return found;
}

/** The kernels of the table that the library has functions for. */
export function vectors(
  products: Products,
  functions: VectorFunctions,
  below: Kernels,
): Partial<Pick<Kernels, Name>> {
  const least = products.isEager ? 1 : LEAST;
  return Object.fromEntries(
    [...functions].map(([name, call]) => {
      const kernel = below[name];
      const entry = (x: number, out: number, n: number): void => {
        const [from, to] = [products.addressOf(x >>> 0, n), products.addressOf(out >>> 0, n)];
        if (n < least || from === null || to === null) kernel(x, out, n);
        else call(n, from, to, MODE);
      };
      return [name, entry];
    }),
  );
}
