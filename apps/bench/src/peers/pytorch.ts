import { fileURLToPath } from 'node:url';
import type { Side } from '../workload.ts';
import { evaluate, findPython as findModule, startPython } from './python.ts';

const harness = fileURLToPath(new URL('pytorch.py', import.meta.url));

/** The names of both its sides: the faster one is what there is to beat. */
export const pytorchThreads: readonly string[] = ['PyTorch 1 thread', 'PyTorch 2 threads'];

/** PyTorch, where a Python has it. `file` stands beside the workload; `args` are those of its `prepare`. */
export function pytorch(file: string, threads: 1 | 2, ...args: readonly string[]): Side {
  const path = fileURLToPath(new URL(`../workloads/${file}`, import.meta.url));
  return {
    name: `PyTorch ${threads} thread${threads === 1 ? '' : 's'}`,
    prepare: async () => startPython(findPython(), [harness, `${threads}`, path, ...args], threads),
  };
}

/** The version of PyTorch and the Python that has it, or null. */
export function pytorchVersion(): string | null {
  try {
    const python = findPython();
    return `${evaluate(python, 'import torch; print(torch.__version__)')} of ${python}`;
  } catch {
    return null;
  }
}

/** The first Python that has torch; throws. */
export function findPython(): string {
  return findModule('torch', 'python3-torch, libopenblas0-pthread');
}
