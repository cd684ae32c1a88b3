import { globSync, readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { join } from 'node:path';
import { tokenizer } from 'acorn';
import { describe, expect, test } from 'vitest';
import { eraseTypes } from './erase-types.ts';
import { ProgramError } from './program-error.ts';

/** The tokens of a program but for semicolons, which may be left out. */
function tokens(code: string): string[] {
  return [...tokenizer(code, { ecmaVersion: 'latest', sourceType: 'module' })]
    .map(({ start, end }) => code.slice(start, end))
    .filter((text) => text !== ';');
}

const erased = (source: string): string => eraseTypes(source).code;

describe('eraseTypes', () => {
  // Node's own, a megabyte of WebAssembly, is what runs these files.
  test('leaves of all files of the exercises what Node leaves', { timeout: 60_000 }, () => {
    const files = globSync('exercises/**/*.ts', { cwd: join(import.meta.dirname, '../..') });
    expect(files.length).toBeGreaterThan(100);
    for (const file of files) {
      const source = readFileSync(join(import.meta.dirname, '../..', file), 'utf8');
      const { code } = eraseTypes(source);
      expect(code.split('\n').map(({ length }) => length)).toEqual(
        source.split('\n').map(({ length }) => length),
      );
      expect([file, tokens(code)]).toEqual([file, tokens(stripTypeScriptTypes(source))]);
    }
  });

  test.each([
    ['a line that a type ends', 'let a = b as any\n(c)', 'let a = b ;     \n(c)'],
    ['and one that goes on', 'f(a as any\n  + 1)', 'f(a       \n  + 1)'],
    ['and one before a comment', 'a = b as T // so\n[c] = d', 'a = b ;    // so\n[c] = d'],
    ['a type between statements', 'a\ntype T = 1\n(b)', 'a\n;         \n(b)'],
    ['a result over lines', 'f = (a): {\n  b: 1\n} => a', 'f = (a    \n      \n) => a'],
    ['parameters over lines', 'f = async <\n  T\n>(a: T) => a', 'f = async (\n   \n  a   ) => a'],
    [
      'a field whose modifier ends another',
      'class A { a = 1\n private ["b"] = 2 }',
      'class A { a = 1\n ;       ["b"] = 2 }',
    ],
    ['a static field', 'class A { static readonly a?: 1 }', 'class A { static          a     }'],
    [
      'a field named as a modifier',
      'class A { declare = 1; readonly() {} }',
      'class A { declare = 1; readonly() {} }',
    ],
    [
      'an optional destructured parameter',
      'function f({ a }: T, b?: U, c?) {}',
      'function f({ a }   , b    , c ) {}',
    ],
    ['this', 'function f(this: T, a) {}', 'function f(         a) {}'],
    [
      'names of types alone',
      'import { type A, b, type C } from "d"',
      'import {         b,        } from "d"',
    ],
    ['a chain of assertions', 'a!.b![0]!()', 'a .b [0] ()'],
    ['a parenthesis before as', '(a) as T as unknown as U', '(a)                     '],
    ['as within as', '(a as T).b satisfies C<as>', '(a     ).b                '],
    ['generic calls', 'f<A>(b); new M<K, V<W>>(); g<T>`x`', 'f   (b); new M         (); g   `x`'],
    ['less and greater', 'a < b && c > (d)', 'a < b && c > (d)'],
    ['characters outside of the plane', "'😀' as string", "'😀'          "],
  ])('%s', (_, source, code) => {
    expect(erased(source)).toBe(code);
  });

  test('says what is wrong, and where', () => {
    const wrong = (source: string): [string, number, number] => {
      try {
        eraseTypes(source);
      } catch (error) {
        if (error instanceof ProgramError)
          return [error.message, error.place.line, error.place.column];
      }
      throw new Error('nothing was wrong');
    };
    expect(wrong('let a = 1;\nlet b = ;')).toEqual(['Unexpected token', 2, 9]);
    expect(wrong('const a = 1;\nlet a: number;')).toEqual([
      "Identifier 'a' has already been declared",
      2,
      5,
    ]);
    expect(wrong("'no end")).toEqual(['Unterminated string constant', 1, 1]);
    expect(wrong('\n  enum A { B }')[0]).toContain('An enum is more than a type');
    expect(wrong('\n  enum A { B }').slice(1)).toEqual([2, 3]);
    expect(wrong('class A { constructor(private a: 1) {} }')).toEqual([
      'A parameter that declares a field is more than a type; declare the field.',
      1,
      23,
    ]);
  });
});
