import { describe, expect, it } from 'vitest';
import { numbers } from '../../test/kernels-fixture.ts';
import { WasmBackend } from '../backends/wasm/index.ts';
import { argumentsOf, records } from './index.ts';
import { signatures } from './signatures.gen.ts';

describe('the records of kernels', () => {
  it('are there for every kernel, or say that it has none; parts stand with their whole', () => {
    const { scratch: _, ...kernels } = new WasmBackend(true).kernels;
    const isPart = (name: string): boolean =>
      name.endsWith('Part') && records.get(name.slice(0, -4)) != null;
    const names = Object.keys(kernels).filter((name) => !isPart(name));
    expect([...records.keys()].toSorted()).toEqual(names.toSorted());
  });

  it('split calls by arguments that the kernel has, or that of parts', () => {
    const sizes = [0, 1, 2, 40, 5000];
    for (const [name, record] of records) {
      if (record === null) continue;
      const own = argumentsOf[name]!;
      for (let i = 0; i < 500; i++) {
        const drawn = numbers(own.length, 0, sizes.length, i);
        const args = own.map((argument, k) => [argument, sizes[Math.floor(drawn[k]!)]!] as const);
        const split = record.split(Object.fromEntries(args));
        if (split === null) continue;
        const { count, strides, more } = split;
        const known = more === undefined ? own : argumentsOf[record.parts ?? `${name}Part`];
        expect(known, `arguments of ${name}`).toEqual(
          expect.arrayContaining([count, ...Object.keys(strides)]),
        );
        const given = new Set([...own, ...Object.keys(more ?? {})]);
        expect(given).toEqual(new Set([...own, ...known!]));
      }
    }
  });

  for (const [name, record] of records) {
    if (record?.elementwise === undefined) continue;
    it(`${name} takes its arguments as elementwise kernels do`, () => {
      const names = argumentsOf[name]!.join();
      if (record.elementwise === 'flat') {
        expect(names).toMatch(/^(\w+,)+out,n(,\w+)*$/);
        expect(signatures[name]).toMatch(/^i+f*$/);
      } else {
        expect(names).toBe('a,b,out,outer,inner,aOuter,aInner,bOuter,bInner');
      }
    });
  }
});
