import { TypeScript as ts } from 'typedoc';
import { describe, expect, test } from 'vitest';
import { unpackProgram } from '../../apps/demo/src/page/code/program-link.ts';
import { counterparts, falseFriends, namesElsewhere, recorded, renamed } from './counterparts.ts';
import { hasEquation } from './coverage.ts';
import { playable, playgroundLink } from './playground.ts';
import { PAGE, tidy, type TidyOptions } from './tidy.ts';
import { ThrowFinder } from './throws.ts';

const options: TidyOptions = {
  page: '../',
  run: 'Run',
  foreign: false,
  exercises: new Set(['iris']),
};

describe('a link to the playground', () => {
  const source =
    "import { tensor } from '@kasane/tensor-core';\ntensor([1, 2]).sum(); // => 3, ½ and 重ね";

  test('holds the program as the page unpacks it', async () => {
    const [, code = ''] = playgroundLink(source).split('code=');
    expect(await unpackProgram(code)).toBe(source);
  });

  test('is only for what the page can run', () => {
    expect(playable(source)).toBe(true);
    const not = [
      '1 + 1',
      "import { a } from 'node:fs'",
      "import { a } from '@kasane/trainer/node'",
    ];
    expect(not.filter(playable)).toEqual([]);
  });

  test('leads to the page where that is known, and is left out otherwise', () => {
    const html = `<a class="run" href="${PAGE}#/playground?code=A"></a>`;
    expect(tidy(html, options)).toBe('<a class="run" href="../#/playground?code=A">Run</a>');
    expect(tidy(html, { ...options, page: undefined })).toBe('');
  });
});

describe('a page', () => {
  test('has headings without a gap, and as many as before', () => {
    const html = '<h1>a</h1><h5>b</h5><h4>c</h4><h5>d</h5><h2>e</h2>';
    expect(tidy(html, options)).toBe('<h1>a</h1><h2>b</h2><h2>c</h2><h3>d</h3><h2>e</h2>');
  });

  test('has no link in a summary', () => {
    const html =
      '<summary><h1>a<a href="#a" class="tsd-anchor-icon"><svg></svg></a></h1></summary>';
    expect(tidy(html, options)).toBe('<summary><h1>a</h1></summary>');
  });

  test('links names of exercises, and no other code', () => {
    expect(tidy('<code>iris</code> <code>add</code>', options)).toBe(
      '<a href="../#/exercise/iris"><code>iris</code></a> <code>add</code>',
    );
  });
});

describe('the counterpart of a name', () => {
  const named = (id: string, parent: string | undefined, name: string): string[] => [...namesElsewhere(id, parent, name).values()];

  test.each([
    ['nn', undefined, 'crossEntropy', ['torch.nn.functional.cross_entropy']],
    ['nn', 'init', 'xavierUniform', ['torch.nn.init.xavier_uniform_']],
    ['tensor-core', 'Tensor', 'logSoftmax', ['torch.Tensor.log_softmax']],
    ['optim', undefined, 'StepLR', ['torch.optim.lr_scheduler.StepLR']],
    ['rl', undefined, 'TimeLimit', ['gymnasium.wrappers.TimeLimit']],
    ['rl', undefined, 'CartPole', ['gymnasium.envs.classic_control.CartPoleEnv']],
    ['rl', undefined, 'SAC', ['stable_baselines3.SAC']],
    ['nlp-embeddings', 'preTokenizers', 'ByteLevel', ['tokenizers.pre_tokenizers.ByteLevel']],
    ['datasets', undefined, 'randomCrop', ['torchvision.transforms.RandomCrop']],
    ['trainer', undefined, 'F1', ['keras.metrics.F1Score', 'sklearn.metrics.f1_score']],
    ['layers-rnn', undefined, 'LSTM', ['torch.nn.LSTM', 'keras.layers.LSTM']],
    ['trainer', undefined, 'TimeLimit', []],
  ])('is found where a library has it: %s %s %s', (id, parent, name, found) => {
    expect(named(id, parent, name)).toEqual(found);
  });

  test('is not what only has the same name', () => {
    expect(named('autograd', undefined, 'grad')).toEqual(['torch.func.grad']);
    expect(named('layers-rnn', undefined, 'RNN')).toContain('keras.layers.SimpleRNN');
  });

  test('is recorded, in the tables as well', () => {
    const paths = [...Object.values(renamed).flat(), ...Object.keys(falseFriends)];
    const [dot, has] = [(path: string) => path.lastIndexOf('.'), (path: string) => recorded.names[path] ?? []];
    expect(paths.filter((path) => !has(path.slice(0, dot(path))).includes(path.slice(dot(path) + 1)))).toEqual([]);
  });

  test('is a row of a guide where there is one, of the package that the guide imports', () => {
    const rows = counterparts();
    const concat = rows.get('tensor-core concat')?.find(({ library }) => library === 'PyTorch');
    expect(concat).toEqual({ library: 'PyTorch', theirs: 'torch.cat([a, b], dim=1)', ours: 'concat([a, b], 1)' });
    expect(rows.get('rl TimeLimit')?.map(({ library }) => library)).toEqual(['Gymnasium']);
    expect(rows.has('trainer TimeLimit')).toBe(false);
    expect(rows.has('.log')).toBe(false);
  });
}); // prettier-ignore

describe('an export throws', () => {
  /** What of the exports of one file throws. */
  function throwing(source: string): string[] {
    const path = '/packages/one/src/ops/one.ts';
    const file = ts.createSourceFile(path, `${source}\nfunction refuse(): void { throw new RangeError('no'); }`, ts.ScriptTarget.ESNext, true);
    const host = { ...ts.createCompilerHost({}), getSourceFile: (name: string) => (name === path ? file : undefined) };
    const program = ts.createProgram([path], { noLib: true, noResolve: true, types: [] }, host);
    const exported = file.statements.filter((one) => ts.canHaveModifiers(one) && one.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword));
    const declared = exported.flatMap((one): ts.Declaration[] => (ts.isVariableStatement(one) ? [...one.declarationList.declarations] : [one as ts.FunctionDeclaration]));
    const finder = new ThrowFinder(program, new Set<ts.Node>(declared));
    return declared.filter((one) => finder.throws([one])).map((one) => ts.getNameOfDeclaration(one)?.getText() ?? '');
  }

  test.each([
    ['in its body', "export function a(n: number) { if (n < 0) throw new RangeError('a'); }", ['a']],
    ['as a constant that is a function', "export const a = () => { throw new Error('a'); };", ['a']],
    ['in a helper of a helper', 'export function a() { b(); } function b() { refuse(); }', ['a']],
    ['in helpers that call each other', 'export function a() { b(); } function b() { c(); } function c() { b(); refuse(); }', ['a']],
    ['in its constructor', 'export class A { constructor() { refuse(); } }', ['A']],
    ['in the constructor of its base', 'class B { constructor() { refuse(); } } class C extends B {} export class A extends C { constructor() { super(); } }', ['A']],
    ['in the shape rule of its op', 'const op = { name: "op", infer() { refuse(); }, reference() {} }; export function a() { run(op); }', ['a']],
    ['in the shape rule of its op that is a function', 'const op = { name: "op", infer: refuse }; export function a() { run(op); }', ['a']],
    ['by what it throws on', 'export function a() { try { refuse(); } catch (error) { throw error; } }', ['a']],
    ['by what it makes of what it caught', "export function a() { try { b(); } catch { throw new RangeError('a'); } } function b() {}", ['a']],
    ['by a check that is exported', 'export function requireA() { refuse(); } export function a() { requireA(); }', ['requireA', 'a']],
  ])('%s', (_, source, found) => {
    expect(throwing(source)).toEqual(found);
  });

  test.each([
    ['in its methods', 'export class A { m() { refuse(); } }'],
    ['in a function that it only makes', 'export class A { f = () => { refuse(); }; }'],
    ['by what the types forbid', "export function a(n: number) { if (typeof n !== 'number') throw new TypeError('a'); }"],
    ['by what has to hold here', "export function a() { throw new Error('internal: a'); }"],
    ['by what it catches', 'export function a() { try { refuse(); } catch {} }'],
    ['by checks of types', "export function a(o: object) { optionsOf(o); } function optionsOf(o: object) { throw new RangeError('o'); }"],
    ['in the loop of its op', 'const op = { name: "op", infer() {}, reference() { refuse(); } }; export function a() { run(op); }'],
  ])('not %s', (_, source) => {
    expect(throwing(source)).toEqual([]);
  });

  test('not by another export that it calls, whose page says it', () => {
    expect(throwing('export function a() { b(); } export function b() { refuse(); }')).toEqual(['b']);
  });
}); // prettier-ignore

test.each([
  ['The mean of $x_i$.', true],
  ['$$y = x$$', true],
  ['weight of c = samples / count', true],
  ['`y = x W + b`, of `x`', true],
  ['Ends after `patience = 3` rounds.', false],
  ['Zero if a <= b or a == b.', false],
  ['```ts\nconst y = f(x);\n```', false],
  ['It costs $5.', false],
])('%s has an equation: %s', (docstring, has) => {
  expect(hasEquation(docstring)).toBe(has);
});
