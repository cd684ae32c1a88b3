import { expect, test } from 'vitest';
import { linkExercise, placeInFile, FileError, type LessonSource } from '../code/link-exercise.ts';
import { excerptsOf, exerciseFiles, highlighted } from './lessons.ts';
import { packageEntries } from './modules.ts';

const all = exerciseFiles();
const modules = {
  urls: new Map([...packageEntries().keys()].map((name) => [name, name])),
  harness: 'harness',
};

const sourceOf = (id: string): LessonSource => {
  const { outside, ...one } = all.get(id)!;
  const numbers = Object.fromEntries([...outside.keys()].map((where, i) => [where, i]));
  return { ...one, outside: 'outside', numbers };
};

test('every exercise has a lesson, and its files join to one module', () => {
  expect(all.size).toBeGreaterThan(40);
  for (const [id, one] of all) {
    const lines = excerptsOf(one).flatMap((excerpt) => excerpt.lines);
    expect([id, lines.length > 0]).toEqual([id, true]);
    const { code, starts } = linkExercise(sourceOf(id), modules, 'thread');
    expect(starts.map(({ file }) => file).toSorted()).toEqual(Object.keys(one.files).toSorted());
    const joined = code.split('\n');
    for (const { file, line } of starts) {
      // Every line stands where its file says.
      const own = one.files[file]!.split('\n');
      for (const [i, text] of own.entries()) {
        if (/^(const|let|function)\b/.test(text)) {
          expect(joined[line - 1 + i]!.slice(0, 5)).toBe(text.slice(0, 5));
        }
      }
    }
  }
});

test('a place of the module is one of its files', () => {
  const { code, starts } = linkExercise(
    {
      id: 'a', entry: 'index.ts', name: 'a', outside: 'outside', numbers: { 'index.ts ../b.ts': 3 },
      files: {
        'index.ts': "import { b } from '../b.ts';\nimport { c as d, C } from './c.ts';\nexport const a: C = b(d);\n",
        'c.ts': "import { ones } from '@kasane/tensor-core';\n\nexport type C = number;\nexport function c() { return ones([1]); }\n",
      },
    },
    modules,
    'thread',
  ); // prettier-ignore
  const lines = code.split('\n');
  expect(lines[0]).toBe(
    'import * as $kasane from "harness"; import { loads as $loads } from "thread"; ' +
      'import * as $outside from "outside"; import * as $package0 from "@kasane/tensor-core";',
  );
  const at = (text: string): number => lines.findIndex((line) => line.includes(text)) + 1;
  const linked = { code, starts };
  expect(placeInFile(linked, { line: at('return ones'), column: 5 })).toEqual({
    file: 'c.ts',
    place: { line: 4, column: 5 },
  });
  expect(placeInFile(linked, { line: at('b(d)'), column: 1 })?.place.line).toBe(3);
  expect(placeInFile(linked, { line: 1, column: 1 })).toBe(null);
  expect(code).toContain('const b = $outside.m3["b"];');
  expect(code).toContain('const d = $file0["c"];');
  expect(code).toContain('[["c",11,10]]');
  expect(lines[10]).toMatch(/^ +$/); // the line that these count
  expect(code).toContain(
    'return { get a() { return a; } }; })();\n$loads.set("a", async () => $file1.a);',
  );
});

test('what is wrong says in which file', () => {
  const source = sourceOf('iris');
  const files = { ...source.files, 'training.ts': "import { x } from './nowhere.ts';\nx();" };
  try {
    linkExercise({ ...source, files }, modules, 'thread');
    expect.unreachable();
  } catch (error) {
    expect(error).toBeInstanceOf(FileError);
    expect(error).toMatchObject({ file: 'training.ts', place: { line: 1, column: 19 } });
  }
});

test('code is in colours by what it is', () => {
  expect(highlighted("const a: T = 'b'; // c\nd(1)")).toEqual([
    [['keyword', 'const'], ['', ' a: '], ['type', 'T'], ['', ' = '], ['string', "'b'"], ['', '; '], ['comment', '// c']],
    [['function', 'd'], ['', '('], ['number', '1'], ['', ')']],
  ]); // prettier-ignore
});
