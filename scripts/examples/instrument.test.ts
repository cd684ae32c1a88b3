import { describe, expect, it } from 'vitest';
import { docLines } from './extract.ts';
import { instrument } from './instrument.ts';

function instrumented(code: string): ReturnType<typeof instrument> {
  const lines = code.split('\n');
  return { ...instrument({ file: 'x.ts', lines, origin: lines.map((_, index) => index) }) };
}

describe('instrument', () => {
  it('hands the value of an expression to the harness, on the same line', () => {
    const { code, expectations } = instrumented('const a = 1;\na + 1; // => 2');
    expect(code).toBe('const a = 1;\n__value(0, (a + 1)); // => 2');
    expect(expectations).toEqual([{ line: 1, text: ['2'] }]);
  });

  it('reads an expectation on the next line, and the comments below it', () => {
    const { expectations } = instrumented('f(1)\n// => [[1 2]\n//     [3 4]]\n\n// apart');
    expect(expectations).toEqual([{ line: 0, text: ['[[1 2]', '     [3 4]]'] }]);
    expect(instrumented('f(1);\n// => 1\n// => 2').expectations).toEqual([
      { line: 0, text: ['1', ' 2'] },
    ]);
  });

  it('leaves arrows inside strings and other comments alone', () => {
    expect(instrumented("f('// => 1');\n// a => b\nf(2); // see above").expectations).toEqual([]);
  });

  it('holds a declaration to the declared value', () => {
    expect(instrumented('const a = f(); // => 3').code).toBe(
      'const a = f();;__value(0, a); // => 3',
    );
  });

  it('holds loops and console.log to what they print', () => {
    const { code } = instrumented('for (const i of [1]) console.log(i);\n// => 1');
    expect(code).toBe('__silence();for (const i of [1]) console.log(i);;__printed(0);\n// => 1');
  });

  it('catches errors that are promised', () => {
    expect(instrumented('f(); // => throws ShapeError').code).toBe(
      'await __throws(0, async () => {f();}); // => throws ShapeError',
    );
  });

  it('counts characters as JavaScript does beside Japanese text', () => {
    expect(instrumented("const 重ね = '層';\n重ね; // => 層").code).toContain(
      '__value(0, (重ね)); // => 層',
    );
  });

  it('says why an example does not parse', () => {
    expect(() => instrumented('const = 1')).toThrow(/[Uu]nexpected/);
  });
});

describe('docLines', () => {
  it('strips the stars and one space, and keeps indentation', () => {
    expect(docLines('*\n * One.\n *   two\n ')).toEqual(['', 'One.', '  two', ' ']);
  });
});
