import { describe, expect, test } from 'vitest';
import { unpackProgram } from '../../apps/demo/src/page/code/program-link.ts';
import { playable, playgroundLink } from './playground.ts';
import { counterparts, pytorchName } from './pytorch.ts';
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

test('the counterpart of a name is found in the module of PyTorch that has it, or in a table of the guides', () => {
  const found = [pytorchName('nn', undefined, 'crossEntropy'), pytorchName('nn', 'init', 'xavierUniform'), pytorchName('tensor-core', 'Tensor', 'logSoftmax'), pytorchName('optim', undefined, 'StepLR'), pytorchName('rl', undefined, 'DQN')];
  expect(found).toEqual(['torch.nn.functional.cross_entropy', 'torch.nn.init.xavier_uniform_', 'torch.Tensor.log_softmax', 'torch.optim.lr_scheduler.StepLR', undefined]);
  expect(counterparts().get('concat')).toEqual([{ theirs: 'torch.cat([a, b], dim=1)', ours: 'concat([a, b], 1)' }]);
}); // prettier-ignore
