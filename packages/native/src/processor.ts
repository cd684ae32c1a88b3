/** Which of OpenBLAS's kernels a processor can run, and which serve it best. */

/** The kernels that OpenBLAS has for x86-64, by the vectors that they take; others take shorter ones. */
export const AVX512: ReadonlySet<string> = new Set(['SKYLAKEX', 'COOPERLAKE', 'SAPPHIRERAPIDS']);
const AVX2: ReadonlySet<string> = new Set(['HASWELL', 'ZEN', 'EXCAVATOR']);

/** The instructions that SKYLAKEX needs, as Linux names them. */
const AVX512_FLAGS = ['avx512f', 'avx512cd', 'avx512dq', 'avx512bw', 'avx512vl'];
const AVX2_FLAGS = ['avx2', 'fma'];

/** What /proc/cpuinfo says of a processor of x86-64; null of others, and where there is no such file. */
interface Processor {
  readonly isAmd: boolean;
  has(flags: readonly string[]): boolean;
}

function processorOf(cpuinfo: string): Processor | null {
  const flags = /^flags\s*: (.*)$/m.exec(cpuinfo)?.[1];
  if (flags === undefined) return null;
  const all = new Set(flags.split(' '));
  return {
    isAmd: /^vendor_id\s*: (AuthenticAMD|HygonGenuine)$/m.test(cpuinfo),
    has: (wanted) => wanted.every((flag) => all.has(flag)),
  };
}

/**
 * The core type that OpenBLAS should have taken instead of `chosen`; null if that is a right one. Versions
 * older than a processor take it for one of the first of their list, whose vectors have 128 bits.
 */
export function betterCore(chosen: string, cpuinfo: string): string | null {
  const processor = processorOf(cpuinfo);
  const core = chosen.toUpperCase();
  if (processor === null || AVX512.has(core)) return null;
  if (processor.has(AVX512_FLAGS)) return 'SKYLAKEX';
  if (AVX2.has(core) || !processor.has(AVX2_FLAGS)) return null;
  return processor.isAmd ? 'ZEN' : 'HASWELL';
}

/** Whether the processor lacks instructions of a core type, whose first product would end the program. */
export function lacks(core: string, cpuinfo: string): boolean {
  const processor = processorOf(cpuinfo);
  if (processor === null) return false;
  const name = core.toUpperCase();
  return (
    (AVX512.has(name) && !processor.has(AVX512_FLAGS)) ||
    (AVX2.has(name) && !processor.has(AVX2_FLAGS))
  );
}
