import { describe, expect, it } from 'vitest';
import { loadBlas } from './blas.ts';
import type { Koffi, Library } from './host.ts';

/** Libraries by name, as functions by name; what is done with them is written down. */
function pretend(
  libraries: Readonly<Record<string, () => Readonly<Record<string, unknown>>>>,
): Koffi & { readonly log: string[] } {
  const log: string[] = [];
  return {
    log,
    load(path): Library {
      if (path === null) {
        return {
          func: (prototype) => (name, value) => {
            log.push([/(\w+)\(/.exec(prototype)![1], name, value].filter(Boolean).join(' '));
            return 0;
          },
          unload: () => {},
        };
      }
      const functions = libraries[path]?.();
      if (functions === undefined) throw new Error(`${path}: No such file or directory`);
      log.push(`load ${path}`);
      return {
        func(prototype) {
          const name = /(\w+)\(/.exec(prototype)![1]!;
          if (!(name in functions)) throw new Error(`no ${name}`);
          return () => functions[name];
        },
        unload: () => void log.push(`unload ${path}`),
      };
    },
    address: () => 0,
  };
}

const openBlas =
  (core: string, config = 'OpenBLAS 0.3.21 DYNAMIC_ARCH', parallel = 1) =>
  () => ({
    cblas_sgemm: null,
    openblas_get_config: config,
    openblas_get_corename: core,
    openblas_set_num_threads: null,
    openblas_get_parallel: parallel,
  });
const cpuinfo =
  'vendor_id\t: GenuineIntel\nflags\t: avx2 fma avx512f avx512cd avx512dq avx512bw avx512vl\n';
const host = { platform: 'linux', env: {}, cpuinfo };

describe('loadBlas', () => {
  it('lets several threads call OpenBLAS only if it was built for them', () => {
    for (const [parallel, forMany] of [
      [0, false], // without locks
      [1, true],
      [2, true],
    ] as const) {
      const koffi = pretend({ mine: openBlas('SkylakeX', 'OpenBLAS 0.3.21', parallel) });
      expect(loadBlas(koffi, 'mine', host)).toMatchObject({ forMany });
    }
  });

  it('loads OpenBLAS again, with the core type in the environment, where it took slow kernels', () => {
    const cores = ['Prescott', 'SkylakeX'];
    const koffi = pretend({ 'libopenblas.so.0': () => openBlas(cores.shift()!)() });
    expect(loadBlas(koffi, undefined, host)).toMatchObject({
      name: 'OpenBLAS',
      version: '0.3.21',
      core: 'SkylakeX',
      note: 'OpenBLAS took this processor for Prescott; it was loaded again with OPENBLAS_CORETYPE=SKYLAKEX.',
    });
    expect(koffi.log).toEqual([
      'setenv OPENBLAS_THREAD_TIMEOUT 18',
      'load libopenblas.so.0',
      'unsetenv OPENBLAS_THREAD_TIMEOUT',
      'unload libopenblas.so.0',
      'setenv OPENBLAS_THREAD_TIMEOUT 18',
      'setenv OPENBLAS_CORETYPE SKYLAKEX',
      'load libopenblas.so.0',
      'unsetenv OPENBLAS_THREAD_TIMEOUT',
      'unsetenv OPENBLAS_CORETYPE',
    ]);
  });

  it('says so where that does not help, and where the environment asks for slow kernels', () => {
    const koffi = pretend({ 'libopenblas.so.0': openBlas('Prescott') });
    expect(loadBlas(koffi, undefined, host)).toMatchObject({
      core: 'Prescott',
      note: 'OpenBLAS takes this processor for Prescott, which is slow: start with OPENBLAS_CORETYPE=SKYLAKEX in the environment.',
    });
    const env = { OPENBLAS_CORETYPE: 'Prescott' };
    expect(loadBlas(koffi, undefined, { ...host, env })).toMatchObject({
      note: 'OPENBLAS_CORETYPE is Prescott; SKYLAKEX is quicker on this processor.',
    });
  });

  it('loads nothing where the environment asks for instructions that the processor lacks', () => {
    const koffi = pretend({ 'libopenblas.so.0': openBlas('SkylakeX') });
    const env = { OPENBLAS_CORETYPE: 'SKYLAKEX' };
    const old = 'vendor_id\t: GenuineIntel\nflags\t: avx2 fma\n';
    expect(loadBlas(koffi, undefined, { ...host, env, cpuinfo: old })).toBe(
      'OPENBLAS_CORETYPE is SKYLAKEX, whose instructions this processor lacks: unset it.',
    );
    expect(koffi.log).toEqual([]);
  });

  it('takes the library of the call, else that of KASANE_BLAS, else the first that there is', () => {
    const koffi = pretend({
      mine: openBlas('SkylakeX'),
      'libblis.so.4': () => ({
        cblas_sgemm: null,
        bli_info_get_version_str: '1.0',
        bli_thread_set_num_threads: null,
        bli_arch_query_id: 3,
        bli_arch_string: 'zen3',
      }),
      theirs: openBlas('SkylakeX'),
    });
    const env = { KASANE_BLAS: 'mine' };
    expect(loadBlas(koffi, 'theirs', { ...host, env })).toMatchObject({ library: 'theirs' });
    expect(loadBlas(koffi, undefined, { ...host, env })).toMatchObject({ library: 'mine' });
    const found = { library: 'libblis.so.4', name: 'BLIS', version: '1.0', core: 'zen3' };
    expect(loadBlas(koffi, undefined, host)).toMatchObject(found);
  });

  it('goes past a library that is broken, and says so where there is no other', () => {
    const broken = { 'libopenblas.so.0': () => ({}) };
    const blis = { 'libblis.so.4': () => ({ cblas_sgemm: null }) };
    const found = loadBlas(pretend({ ...broken, ...blis }), undefined, host);
    expect(found).toMatchObject({ library: 'libblis.so.4', name: 'BLAS', setThreads: null });
    expect(loadBlas(pretend(broken), undefined, host)).toBe(
      'There is no BLAS. libopenblas.so.0 has no cblas_sgemm. On Debian and Ubuntu, apt-get install libopenblas0-pthread; on Fedora, dnf install openblas-threads; on macOS, Accelerate is there already; on Windows, put libopenblas.dll into a folder of PATH. KASANE_BLAS names any other.',
    );
  });

  it('refuses a library that counts in 64 bits', () => {
    const koffi = pretend({ wide: openBlas('SkylakeX', 'OpenBLAS 0.3.30 USE64BITINT') });
    expect(loadBlas(koffi, 'wide', host)).toBe(
      'wide counts in 64 bits: take the build with 32-bit integers. Name another, or none to look for one.',
    );
  });
});
