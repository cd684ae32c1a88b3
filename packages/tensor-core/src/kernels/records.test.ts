import { describe, expect, it } from 'vitest';
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
