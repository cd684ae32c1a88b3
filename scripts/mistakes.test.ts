/** Whatever plain JavaScript gives to what is public is answered by a sentence of ours, not by the engine's. */
import { relative } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { given } from './arguments.ts';
import { call } from './call.ts';
import { everything } from './callables.ts';
import { root } from './workspace.ts';

const mistakes: Readonly<Record<string, () => unknown>> = {
  undefined: () => undefined,
  null: () => null,
  'a number': () => 0.5,
  NaN: () => NaN,
  'a string': () => 'a',
  'an empty array': () => [],
  'an array': () => [1, 2],
  'an array of arrays': () => [[0.5], [1.5]],
  'an array of nothing': () => [null],
  'an object': () => ({}),
  'a promise': () => Promise.resolve(1),
  'a function': () => () => 1,
};

/** Not called, and why: by the name, or that of the class. */
const reasons: Readonly<Record<string, readonly string[]>> = {
  'is called by fit, with what it has': [
    'onTrainBegin', 'onStep', 'onEpochEnd', 'onTrainEnd',
  ],
  'is called by what runs ops, with what that has checked': [
    'WasmBackend', 'GpuBackend', 'TensorBase', 'HiddenCell.zeroState', 'HiddenCell.run', 'FourGateCell.run',
    'MemoryCell.zeroState', 'MemoryCell.outputOf', 'RecurrentCell.run', 'multiplyAdds', 'advance', 'words', 'putGrad',
  ],
  'is for those who write ops and layers, and a part of how they check': [
    'attend', 'checkIndex', 'dynamicAttrs', 'formatShape', 'guard', 'initOptions', 'layerOptions', 'nearest', 'optionsOf',
    'replay', 'requireFunction', 'requireShape', 'sameShape', 'showAs', 'sizeOf', 'valuesToCheck',
  ],
  'is called by generate, with what it has': ['process', 'isDone', 'select'],
  'is called by a tokenizer, with what it has': [
    'normalize', 'split', 'addedTokens', 'decodeChain', 'tokenize', 'identify', 'AlignedText', 'Rewriter',
  ],
  'is called by the metric, or by what compares two systems, with what it has': ['scoreOf', 'statistics'],
  'is made by a function or method that has checked': [
    'new Encoding', 'new PCA', 'new TSNE', 'new UMAP', 'new FastText', 'new GloVe', 'new Word2Vec', 'new PackedTrees', 'new BLEUScore', 'new CHRFScore', 'new TERScore',
    'fromFields', 'new BatchDataset',
  ],
  'talks to workers': ['DecodePool'],
  'changes how all that follow run': ['setDefaultBackend', 'setMemoryBudget', 'replaceKernels'],
  'is called by helpers of setNumThreads, with what useNative sent them': ['kernelsOf', 'composed'],
  'makes a model that is larger than a test wants': [
    'vgg11', 'vgg16', 'vgg19', 'VGG', 'resnet18', 'resnet34', 'resnet50', 'resnet101', 'resnet152',
  ],
}; // prettier-ignore
const exempt = new Set(Object.values(reasons).flat());

/** The errors of our kinds, or of the engine's that say by whom. */
const ours =
  /^(Shape|DType|Scope|Data|Checkpoint|Compile|Gradcheck|Anomaly)Error: |^(Range|Type)Error: [\w. ]+: .*\.$/s;
const engine =
  /Cannot |is not a function|not iterable|not a constructor|Invalid |undefined \(reading|is not defined/;

/** What is wrong with what a call said, or null. */
async function complaint(attempt: () => Promise<unknown>): Promise<string | null> {
  try {
    await attempt();
    return null;
  } catch (error) {
    const said = String(error);
    if (ours.test(said) && !engine.test(said)) return null;
    const at = error instanceof Error ? (error.stack?.split('\n')[1]?.trim() ?? '') : '';
    return `${said} ${at}`;
  }
}

/** Once, where several classes have it from one; `forward` of each. */
const unique = new Map(
  everything.map((one) => [
    `${one.method === null || one.method === '' || one.method === 'forward' ? `${one.from.path} ${one.of}` : `${one.module.path} ${one.exported}`}.${one.method} ${one.parameters.map(({ type }) => type).join()}`,
    one,
  ]),
);
const all = [...unique.values()].filter(({ parameters }) => parameters.length > 0);
const called = all.filter(
  ({ of, exported: owner, name, method }) =>
    // Methods of tensors have a test of their own, which makes more mistakes.
    owner !== 'Tensor' &&
    ![of, owner, name, method ?? '', method === '' ? `new ${of}` : ''].some((one) =>
      exempt.has(one),
    ),
);

describe('a mistake in plain JavaScript is answered with a sentence by', () => {
  beforeAll(() => void vi.spyOn(console, 'warn').mockImplementation(() => {}));
  afterAll(() => void vi.restoreAllMocks());

  it.each(
    called.map((one) => {
      const title = `${one.method === '' ? 'new ' : ''}${one.of}${one.method ? `.${one.method}` : ''}`;
      return [`${title} (${relative(root, one.module.path)})`, one] as const;
    }),
  )('%s', async (_, callable) => {
    const right = await complaint(async () => call(callable, await given(callable)));
    expect(right, 'with what it takes').toBeNull();
    const found: string[] = [];
    for (const [position, { text, isOptional }] of callable.parameters.entries()) {
      for (const [mistake, make] of Object.entries(mistakes)) {
        if (isOptional && mistake === 'undefined') continue;
        const args = (await given(callable)).with(position, make());
        const fault = await complaint(() => call(callable, args));
        if (fault !== null) found.push(`${mistake} as ${text.split(':')[0]}: ${fault}`);
      }
    }
    expect(found).toEqual([]);
  });

  it('nothing is exempt that is not public', () => {
    const names = new Set(
      all.flatMap((one) => [one.of, one.exported, one.name, one.method, `new ${one.of}`]),
    );
    expect([...exempt].filter((name) => !names.has(name))).toEqual([]);
    expect(called.length).toBeGreaterThan(400);
  });
});
