import { describe, expect, test } from 'vitest';
import { ProgramError } from './program-error.ts';
import { HEAD_LINES, programModule } from './program.ts';

const modules = {
  urls: new Map([
    ['@kasane/nn', 'http://here/nn.js'],
    ['@kasane/optim', 'http://here/optim.js'],
  ]),
  harness: 'http://here/harness.js',
};
const lines = (source: string): string[] => programModule(source, modules).split('\n');

describe('programModule', () => {
  test('takes imports from where the page has them, and leaves every line where it is', () => {
    const [head, ...rest] = lines(
      "import { Linear as L,\n  ReLU } from '@kasane/nn';\nimport * as optim from '@kasane/optim';\n\n" +
        'const model: L = new L(2, 3);\noptim.SGD;\nnew ReLU();',
    );
    expect(head).toBe(
      'import * as $kasane from "http://here/harness.js"; import * as $kasane1 from "http://here/nn.js"; ' +
        'const L = $kasane1["Linear"]; const ReLU = $kasane1["ReLU"]; ' +
        '$kasane.need($kasane1, "@kasane/nn", [["Linear",2,10],["ReLU",3,3]]); ' +
        'import * as $kasane3 from "http://here/optim.js"; const optim = $kasane3;',
    );
    expect(HEAD_LINES).toBe(1);
    expect(rest.map((line) => line.trimEnd())).toEqual([
      '', '', '', '',
      'const model    = new L(2, 3);',
      'optim.SGD;',
      'new ReLU();',
      '$kasane.done();',
      '',
    ]); // prettier-ignore
  });

  test('leaves out what is imported for its type alone', () => {
    const [head] = lines(
      "import { Module, Linear } from '@kasane/nn';\nconst f = (a: Module) => new Linear(1, 1);",
    );
    expect(head).not.toContain('Module');
    expect(lines("import { Module } from '@kasane/nn';\nlet a: Module;")[0]).not.toContain('nn.js');
    expect(lines("import '@kasane/nn';")[0]).toContain('nn.js');
  });

  test('shows what stands before an arrow', () => {
    expect(
      lines('1 + 1; // => 2\nconst a = 3; // => 3\nf(\n  a,\n);\n// => 4\n5; // five').slice(1, 8),
    ).toEqual([
      '$kasane.show(1, (1 + 1)); // => 2',
      'const a = 3;;$kasane.show(2, a); // => 3',
      '$kasane.show(5, (f(',
      '  a,',
      ')));',
      '// => 4',
      '5; // five',
    ]);
    expect(lines('f(); // => throws Error: no\nconsole.log(1); // => 1').slice(1, 3)).toEqual([
      'await $kasane.throws(1, async () => {f();}); // => throws Error: no',
      'console.log(1); // => 1',
    ]);
  });

  test('follows imports in the middle of a program', () => {
    expect(lines("const { SGD } = await import('@kasane/optim');")[1]).toBe(
      'const { SGD } = await import("http://here/optim.js");',
    );
  });

  test.each([
    [
      "let a;\nimport { x } from 'lodash';\nx();",
      "There is no module 'lodash' here; the nearest is '@kasane/nn'.",
      2,
      19,
    ],
    [
      "await import('@kasane/n')",
      "There is no module '@kasane/n' here; the nearest is '@kasane/nn'.",
      1,
      14,
    ],
    [
      "export { x } from '@kasane/nn'",
      'Nothing can import this program; import the names and use them.',
      1,
      1,
    ],
    ['let a = (;', 'Unexpected token', 1, 10],
  ])('refuses %j', (source, message, line, column) => {
    let wrong: unknown;
    try {
      programModule(source, modules);
    } catch (error) {
      wrong = error;
    }
    expect(wrong).toBeInstanceOf(ProgramError);
    expect(wrong).toMatchObject({ message, place: { line, column } });
  });
});
