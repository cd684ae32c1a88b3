import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { useNative } from '@kasane/native';
import type { Prepared } from '../workload.ts';

/** Debian's libraries belong to Debian's own Python, which need not be the first one on the path. */
const INTERPRETERS = ['python3', '/usr/bin/python3'];

/** The first Python that has a module, which is found without loading it, for that takes seconds; throws. */
export function findPython(module: string, packages: string): string {
  const code = `import importlib.util as u; print(u.find_spec("${module}") is not None)`;
  const python = INTERPRETERS.find((one) => evaluate(one, code) === 'True');
  if (python !== undefined) return python;
  throw new Error(
    `not installed: neither ${INTERPRETERS.join(' nor ')} has ${module} (Debian: ${packages})`,
  );
}

/** What a line of Python prints; null if it fails. */
export function evaluate(python: string, code: string): string | null {
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

/** The kernels that OpenBLAS should take, where ours has found some. */
function coreType(): Readonly<Record<string, string>> {
  const { name, core } = useNative();
  useNative({ library: null });
  return name === 'OpenBLAS' && core !== null ? { OPENBLAS_CORETYPE: core } : {};
}

/** Starts a harness, which answers every request with a list of numbers. */
export function startPython(python: string, args: readonly string[], threads: number): Prepared {
  const child = spawn(python, ['-u', ...args], {
    stdio: ['pipe', 'pipe', 'inherit'],
    // OpenBLAS has threads of its own, which no library's setting reaches, and may be older than the processor.
    env: {
      ...coreType(),
      ...process.env,
      OMP_NUM_THREADS: `${threads}`,
      OPENBLAS_NUM_THREADS: `${threads}`,
    },
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
    return JSON.parse(value) as number[]; // what the harnesses answer
  };
  return {
    probe: () => ask('probe'),
    run: async (steps) => void (await ask(`run ${steps}`)),
  };
}
