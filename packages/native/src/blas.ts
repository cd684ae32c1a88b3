/** Finds a BLAS, and loads it with the kernels that the processor deserves. */
import type { Koffi, Library } from './host.ts';
import { AVX512, betterCore, lacks } from './processor.ts';
import { vectorFunctions, type VectorFunctions } from './vectors.ts';

/** A BLAS that was loaded. */
export interface Blas {
  readonly library: string;
  readonly name: 'OpenBLAS' | 'MKL' | 'BLIS' | 'Accelerate' | 'BLAS';
  readonly version: string | null;
  /** Which of its kernels it took. */
  readonly core: string | null;
  /** What there is to be said of that. */
  readonly note: string | null;
  /** C = alpha op(A) op(B) + beta C in row-major order, addresses as numbers. */
  readonly sgemm: Sgemm;
  /** Null where it cannot be told. */
  readonly setThreads: ((threads: number) => void) | null;
  /** Functions of single elements, by kernel; none where the library has none. */
  readonly vectors: VectorFunctions;
  /** Whether it copies the numbers of small products, too, before it multiplies: OpenBLAS for AVX-512 does not. */
  readonly packsSmall: boolean;
  /** Whether several threads may call it, each for a product on one. */
  readonly forMany: boolean;
}

type Sgemm = (
  order: number,
  transA: number,
  transB: number,
  m: number,
  n: number,
  k: number,
  alpha: number,
  a: number,
  lda: number,
  b: number,
  ldb: number,
  beta: number,
  c: number,
  ldc: number,
) => void;

const SGEMM =
  'void cblas_sgemm(int, int, int, int, int, int, float, uint64_t, int, uint64_t, int, float, uint64_t, int)';

const homebrew = ['/opt/homebrew', '/usr/local'];
const mkl = '/opt/intel/oneapi/mkl/latest/lib';

/** Where each system keeps them, the quickest first. Linux's names are looked up as the linker does it. */
const places: Readonly<Record<string, readonly string[]>> = {
  linux: [
    'libopenblas.so.0',
    'libopenblasp.so.0', // Fedora's with threads
    'libopenblas.so',
    'libmkl_rt.so.3',
    'libmkl_rt.so.2',
    'libmkl_rt.so',
    `${mkl}/libmkl_rt.so.2`,
    `${mkl}/intel64/libmkl_rt.so.2`,
    'libblis.so.4',
    'libblis.so',
  ],
  darwin: [
    '/System/Library/Frameworks/Accelerate.framework/Accelerate',
    ...homebrew.map((prefix) => `${prefix}/opt/openblas/lib/libopenblas.dylib`),
  ],
  win32: ['libopenblas.dll', 'openblas.dll', 'mkl_rt.3.dll', 'mkl_rt.2.dll'],
};

const install =
  'On Debian and Ubuntu, apt-get install libopenblas0-pthread; on Fedora, dnf install openblas-threads; on macOS, Accelerate is there already; on Windows, put libopenblas.dll into a folder of PATH. KASANE_BLAS names any other.';

/** What is known of the machine. */
export interface Machine {
  readonly platform: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The text of /proc/cpuinfo, if there is one. */
  readonly cpuinfo: string;
}

/** The BLAS of that name, or the first that there is; a sentence if there is none. */
export function loadBlas(
  koffi: Koffi,
  library: string | undefined,
  machine: Machine,
): Blas | string {
  const { platform, cpuinfo } = machine;
  const { OPENBLAS_CORETYPE: forced = '', KASANE_BLAS: named = '' } = machine.env;
  if (lacks(forced, cpuinfo)) {
    return `OPENBLAS_CORETYPE is ${forced}, whose instructions this processor lacks: unset it.`;
  }
  const chosen = library ?? (named || undefined);
  const broken: string[] = [];
  for (const place of chosen === undefined ? (places[platform] ?? []) : [chosen]) {
    const found = open(koffi, place, machine);
    if (typeof found !== 'string') return found;
    if (chosen !== undefined || !isMissing(found)) broken.push(found);
  }
  if (chosen !== undefined) return `${broken.join(' ')} Name another, or none to look for one.`;
  return ['There is no BLAS.', ...broken, install].join(' ');
}

const isMissing = (reason: string): boolean =>
  /No such file|cannot find|could not be found|not found|0x7E\b/i.test(reason);

/**
 * OpenBLAS' threads wait for more work by spinning for 2¹⁸ cycles, a tenth of a millisecond, instead of 2²⁶: meanwhile they keep
 * the helpers of `setNumThreads` from theirs. Fewer are too few for products that follow each other.
 */
const rest = { OPENBLAS_THREAD_TIMEOUT: '18' };

/** One library, or a sentence on what is wrong with it. */
function open(koffi: Koffi, place: string, machine: Machine): Blas | string {
  let library: Library;
  try {
    library = load(koffi, place, machine, rest);
  } catch (error) {
    return `${place} cannot be loaded (${(error as Error).message.trim()}).`;
  }
  const config = text(library, 'const char *openblas_get_config()');
  if (config?.includes('USE64BITINT') === true) {
    return `${place} counts in 64 bits: take the build with 32-bit integers.`;
  }
  if (!has(library, SGEMM)) return `${place} has no cblas_sgemm.`;
  return config === null
    ? others(library, place)
    : openBlas(koffi, library, place, config, machine);
}

/** OpenBLAS, loaded a second time where it took kernels that are too slow for the processor. */
function openBlas(
  koffi: Koffi,
  first: Library,
  place: string,
  config: string,
  machine: Machine,
): Blas {
  const { env, cpuinfo } = machine;
  const coreOf = (library: Library): string =>
    text(library, 'const char *openblas_get_corename()') ?? '';
  let library = first;
  let core = coreOf(library);
  let note: string | null = null;
  const better = betterCore(core, cpuinfo);
  const forced = env['OPENBLAS_CORETYPE'];
  if (better !== null && forced !== undefined && forced !== '') {
    note = `OPENBLAS_CORETYPE is ${forced}; ${better} is quicker on this processor.`;
  } else if (better !== null) {
    const took = core;
    library.unload();
    library = load(koffi, place, machine, { ...rest, OPENBLAS_CORETYPE: better });
    core = coreOf(library);
    note =
      core.toUpperCase() === better
        ? `OpenBLAS took this processor for ${took}; it was loaded again with OPENBLAS_CORETYPE=${better}.`
        : `OpenBLAS takes this processor for ${core}, which is slow: start with OPENBLAS_CORETYPE=${better} in the environment.`;
  }
  const set = library.func('void openblas_set_num_threads(int)');
  return {
    library: place,
    name: 'OpenBLAS',
    version: /OpenBLAS (\S+)/.exec(config)?.[1] ?? null,
    core: core || null,
    note,
    sgemm: sgemmOf(library),
    setThreads: (threads) => void set(threads),
    vectors: new Map(),
    packsSmall: !AVX512.has(core.toUpperCase()),
    // A build without threads has no locks.
    forMany: Number(text(library, 'int openblas_get_parallel()')) > 0,
  };
}

/**
 * Loads a library with variables that are not set otherwise in the environment of the process, which is where libraries look:
 * in a worker, `process.env` is a copy.
 */
function load(
  koffi: Koffi,
  place: string,
  { platform, env }: Machine,
  variables: Readonly<Record<string, string>>,
): Library {
  const names = Object.keys(variables).filter((name) => (env[name] ?? '') === '');
  if (names.length === 0 || platform === 'win32') return koffi.load(place);
  const process = koffi.load(null);
  const set = process.func('int setenv(const char *, const char *, int)');
  const unset = process.func('int unsetenv(const char *)');
  for (const name of names) set(name, variables[name], 1);
  try {
    return koffi.load(place);
  } finally {
    for (const name of names) unset(name);
  }
}

/** MKL, BLIS, Accelerate, or what else has the functions. */
function others(library: Library, place: string): Blas {
  const common = {
    library: place,
    core: null,
    note: null,
    sgemm: sgemmOf(library),
    vectors: new Map(),
    packsSmall: true,
  };
  const mklThreads = 'void MKL_Set_Num_Threads(int)';
  const blisThreads = 'void bli_thread_set_num_threads(int64_t)';
  const setter = (prototype: string): ((threads: number) => void) => {
    const set = library.func(prototype);
    return (threads) => void set(threads);
  };
  if (has(library, mklThreads)) {
    const bytes = new Uint8Array(200);
    library.func('void MKL_Get_Version_String(void *, int)')(bytes, bytes.length);
    const version = /\d+(\.\d+)+/.exec(new TextDecoder().decode(bytes))?.[0] ?? null;
    return {
      ...common,
      name: 'MKL',
      version,
      setThreads: setter(mklThreads),
      forMany: true,
      vectors: vectorFunctions(library),
    };
  }
  if (has(library, blisThreads)) {
    const version = text(library, 'const char *bli_info_get_version_str()');
    const core = has(library, 'int bli_arch_query_id()')
      ? String(
          library.func('const char *bli_arch_string(int)')(
            library.func('int bli_arch_query_id()')(),
          ),
        )
      : null;
    return {
      ...common,
      name: 'BLIS',
      version,
      core,
      setThreads: setter(blisThreads),
      forMany: true,
    };
  }
  const name = place.endsWith('/Accelerate') ? 'Accelerate' : 'BLAS';
  return { ...common, name, version: null, setThreads: null, forMany: false };
}

function has(library: Library, prototype: string): boolean {
  try {
    library.func(prototype);
    return true;
  } catch {
    return false;
  }
}

/** What a function without arguments says; null if there is none. */
function text(library: Library, prototype: string): string | null {
  return has(library, prototype) ? String(library.func(prototype)()) : null;
}

/** The product of a library that was loaded before. */
export function sgemmOf(library: Library): Sgemm {
  return library.func(SGEMM) as Sgemm; // the prototype says so
}
