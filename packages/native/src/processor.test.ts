import { expect, it } from 'vitest';
import { betterCore, lacks } from './processor.ts';

const avx512 = 'avx512f avx512dq avx512cd avx512bw avx512vl';
const machine = (vendor: string, flags: string): string =>
  `processor\t: 0\nvendor_id\t: ${vendor}\nflags\t\t: fpu sse2 ${flags}\n\nprocessor\t: 1\n`;
const intel = (flags: string): string => machine('GenuineIntel', flags);
const amd = (flags: string): string => machine('AuthenticAMD', flags);

it.each([
  ['Prescott', intel(`avx2 fma ${avx512}`), 'SKYLAKEX'],
  ['Haswell', intel(`avx2 fma ${avx512}`), 'SKYLAKEX'],
  ['Zen', amd(`avx2 fma ${avx512}`), 'SKYLAKEX'],
  ['Prescott', intel('avx2 fma'), 'HASWELL'],
  ['Barcelona', amd('avx2 fma'), 'ZEN'],
  // What it took is as good, or all that there is.
  ['Cooperlake', amd(`avx2 fma ${avx512} avx512_bf16`), null],
  ['SkylakeX', intel(`avx2 fma ${avx512}`), null],
  ['Zen', amd('avx2 fma'), null],
  ['Haswell', amd('avx2 fma'), null],
  ['Haswell', intel('avx2 fma avx512f'), null], // the first of them alone is not enough
  ['Sandybridge', intel('avx'), null],
  ['neoversen1', 'processor\t: 0\nFeatures\t: fp asimd\n', null],
  ['Prescott', '', null],
])('OpenBLAS that took %s on %j should have taken %s', (chosen, cpuinfo, better) => {
  expect(betterCore(chosen, cpuinfo)).toBe(better);
});

it('a core type whose instructions the processor lacks is known before its first product', () => {
  expect(lacks('SKYLAKEX', intel('avx2 fma'))).toBe(true);
  expect(lacks('haswell', intel('avx'))).toBe(true);
  expect(lacks('Zen', amd('avx2 fma'))).toBe(false);
  expect(lacks('', intel('avx'))).toBe(false);
  expect(lacks('SKYLAKEX', '')).toBe(false); // nobody says
});
