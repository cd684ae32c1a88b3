import { fileURLToPath } from 'node:url';
import type { Side } from '../workload.ts';
import { findPython, startPython } from './python.ts';

const harness = fileURLToPath(new URL('gymnasium_cart_pole.py', import.meta.url));

/** CartPole of Gymnasium, where a Python has it: one of them, or so many side by side in its own vector environment. */
export function gymnasium(kind: 'single' | 'batched', steps: number, carts: number = 1): Side {
  return {
    name: 'Gymnasium',
    async prepare() {
      const python = findPython('gymnasium', 'none; pip install gymnasium');
      return startPython(python, [harness, kind, `${steps}`, `${carts}`], 1);
    },
  };
}
