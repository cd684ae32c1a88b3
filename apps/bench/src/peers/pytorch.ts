import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Prepared, Side } from '../workload.ts';

const harness = fileURLToPath(new URL('pytorch.py', import.meta.url));

/** Debian's torch belongs to Debian's own Python, which need not be the first one on the path. */
const INTERPRETERS = ['python3', '/usr/bin/python3'];

/** The names of both its sides: the faster one is what there is to beat. */
export const pytorchThreads: readonly string[] = ['PyTorch 1 thread', 'PyTorch 2 threads'];

/** PyTorch, where a Python has it. `file` stands beside the workload; `args` are those of its `prepare`. */
export function pytorch(file: string, threads: 1 | 2, ...args: readonly string[]): Side {
  const path = fileURLToPath(new URL(`../workloads/${file}`, import.meta.url));
  return {
    name: `PyTorch ${threads} thread${threads === 1 ? '' : 's'}`,
    prepare: async () => start(threads, [path, ...args]),
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

/** The first Python that has torch, which is found without loading it, for that takes seconds; throws. */
export function findPython(): string {
  const code = 'import importlib.util as u; print(u.find_spec("torch") is not None)';
  const python = INTERPRETERS.find((one) => evaluate(one, code) === 'True');
  if (python !== undefined) return python;
  throw new Error(
    `not installed: neither ${INTERPRETERS.join(' nor ')} has torch (Debian: python3-torch, libopenblas0-pthread)`,
  );
}

/** What a line of Python prints; null if it fails. */
function evaluate(python: string, code: string): string | null {
  try {
    const output = execFileSync(python, ['-c', code], {
      stdio: ['ignore', 'pipe', 'ignore'],
      timeout: 60_000,
    });
    return output.toString().trim();
  } catch {
    return null;
  }
}

function start(threads: number, args: readonly string[]): Prepared {
  const child = spawn(findPython(), ['-u', harness, `${threads}`, ...args], {
    stdio: ['pipe', 'pipe', 'inherit'],
    // OpenBLAS has threads of its own, which torch.set_num_threads does not reach.
    env: { ...process.env, OMP_NUM_THREADS: `${threads}`, OPENBLAS_NUM_THREADS: `${threads}` },
  });
  // Its standard input ends with this process, but it only looks at that between two rounds.
  process.on('exit', () => child.kill('SIGKILL'));
  const ended = once(child, 'exit');
  const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const ask = async (request: string): Promise<readonly number[]> => {
    child.stdin.write(`${request}\n`);
    const { value, done } = await answers.next();
    if (done === true) {
      const [code, signal] = await ended;
      throw new Error(`its Python process ended with ${signal ?? `exit code ${code}`}`);
    }
    return JSON.parse(value) as number[]; // pytorch.py answers every request with a list of numbers
  };
  return {
    probe: () => ask('probe'),
    run: async (steps) => void (await ask(`run ${steps}`)),
  };
}
