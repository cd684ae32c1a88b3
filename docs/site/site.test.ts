import { describe, expect, test } from 'vitest';
import { unpackProgram } from '../../apps/demo/src/page/code/program-link.ts';
import { counterparts, falseFriends, namesElsewhere, recorded, renamed } from './counterparts.ts';
import { playable, playgroundLink } from './playground.ts';
import { PAGE, tidy, type TidyOptions } from './tidy.ts';

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
