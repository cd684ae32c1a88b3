import { expect, it } from 'vitest';
import { Draw } from './draw.ts';
import { snippet } from './print.ts';
import { nodesOf } from './program.ts';
import { drawn, gaps, rows } from './rows.ts';

it('has a row, or a reason for none, for every public method and function', () => {
  expect(gaps()).toEqual([]);
});

it('draws programs that can be drawn again from their tapes, and printed', () => {
  for (const name of rows.keys()) {
    const d = new Draw(3);
    const program = drawn(name, d);
    expect(drawn(name, new Draw(d.tape))).toEqual(program);
    const text = snippet(program, 'wasm');
    expect(text).toContain('import { Tensor');
    expect(text).toContain('const value = ');
    for (const { shape } of nodesOf(program.root, 'tensor'))
      expect(text).toContain(`[${shape.join(', ')}]`);
  }
});
