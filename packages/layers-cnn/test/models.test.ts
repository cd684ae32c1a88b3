import { createHash } from 'node:crypto';
import { backward } from '@kasane/autograd';
import { skipInit, summary, type Module } from '@kasane/nn';
import {
  concat,
  noGrad,
  sizeOf,
  tensor,
  zeros,
  type Shape,
  type Tensor,
} from '@kasane/tensor-core';
import { goldenCase, goldenSeed, loadGoldens } from '@kasane/testing';
import { describe, expect, it } from 'vitest';
import {
  BasicBlock,
  Bottleneck,
  GoogLeNet,
  InceptionAux,
  LeNet,
  ResNet,
  resnet101,
  resnet152,
  resnet18,
  resnet34,
  resnet50,
  vgg11,
  vgg16,
  vgg19,
} from '@kasane/layers-cnn/models';

/** What the script writes of a whole model: of each gradient its product with a wave, and its norm. */
interface RecordedModel {
  readonly input: Shape;
  readonly shape: Shape;
  readonly output: readonly number[];
  readonly inputGradient: readonly number[];
  readonly parameterGradients: Readonly<Record<string, readonly number[]>>;
  readonly evalOutput: readonly number[];
}

const models = loadGoldens<RecordedModel>(new URL('./fixtures/models.json', import.meta.url));

/** The script's noise. */
function noise(shape: Shape, phase: number): Float32Array {
  return Float32Array.from({ length: sizeOf(shape) }, (_, i) => {
    return Math.cos(((i * i) % 10007) * 1.7 + phase) * 0.8;
  });
}

/** The state that the script gives a model. */
function stateOf(model: Module): Record<string, Tensor> {
  const state = Object.entries(model.stateDict()).map(([key, { shape, dtype }], i) => {
    if (dtype === 'int32') return [key, zeros(shape, { dtype })] as const;
    const values = noise(shape, 0.4 + i);
    const positive = key.endsWith('running_var');
    return [key, tensor(positive ? values.map((v) => Math.abs(v) + 0.3) : values, shape)] as const;
  });
  return Object.fromEntries(state);
}

function brief(gradient: Tensor | null): number[] {
  const direction = noise(gradient!.shape, 0.9);
  let [product, squares] = [0, 0];
  gradient!.dataSync().forEach((v, i) => {
    product += v * direction[i]!;
    squares += v * v;
  });
  return [product, Math.sqrt(squares)];
}

const noDropout = { dropout: 0, dropoutAux: 0 };

/** A model, and what is compared of what it gives while training. */
const whole: Readonly<Record<string, () => readonly [Module, (x: Tensor) => Tensor]>> = {
  LeNet: () => plain(new LeNet()),
  InceptionAux: () => plain(new InceptionAux(5, 3, { dropout: 0 })),
  'ResNet of basic blocks': () => plain(new ResNet(BasicBlock, [1, 2, 1, 1], { numClasses: 5 })),
  'ResNet of bottlenecks': () => plain(new ResNet(Bottleneck, [2, 1, 1, 1], { numClasses: 5 })),
  GoogLeNet: () => {
    const model = new GoogLeNet({ numClasses: 5, ...noDropout });
    const all = (x: Tensor): Tensor => {
      const { logits, auxLogits2, auxLogits1 } = model.withAux(x);
      return concat([logits, auxLogits2!, auxLogits1!], 1);
    };
    return [model, all];
  },
};

function plain<M extends Module & { forward(x: Tensor): Tensor }>(
  model: M,
): readonly [Module, (x: Tensor) => Tensor] {
  return [model, (x) => model.forward(x)];
}

describe("whole models give PyTorch's numbers in float32", () => {
  for (const [name, make] of Object.entries(whole)) {
    it(`${name}: output, gradients, evaluation`, { timeout: 60_000 }, () => {
      const want = goldenCase(models, name);
      const [model, forward] = skipInit(make);
      // Rounding puts some of GoogLeNet's many units on the other side of their kink.
      const gradients = name === 'GoogLeNet' ? 1e-2 : 1e-4;
      const close = (what: string, got: ArrayLike<number>, wanted: readonly number[]): void => {
        const off = Math.hypot(...wanted.map((v, i) => v - got[i]!)) / Math.hypot(...wanted);
        const gradient = what.startsWith('the gradient');
        expect(off, `${what} differs`).toBeLessThan(gradient ? gradients : 1e-4);
      };
      model.loadStateDict(stateOf(model));
      const x = tensor(noise(want.input, 0), want.input);
      x.requiresGrad = true;
      const output = forward(x);
      expect(output.shape).toEqual(want.shape);
      close('the output', output.dataSync(), want.output);
      backward(output, { gradient: goldenSeed(output) });
      close('the gradient of the input', brief(x.grad), want.inputGradient);
      const parameters = model.namedParameters();
      expect(parameters.map(([key]) => key)).toEqual(Object.keys(want.parameterGradients));
      for (const [key, { grad }] of parameters) {
        close(`the gradient of ${key}`, brief(grad), want.parameterGradients[key]!);
      }
      model.eval();
      const evaluated = noGrad(() => plain(model as LeNet)[1](x));
      close('the output in evaluation', evaluated.dataSync(), want.evalOutput);
    });
  }
});

/** What is in torchvision's state dicts: shapes by name, or what these hash to. */
interface Contents {
  readonly parameters: number;
  readonly entries?: Readonly<Record<string, Shape>>;
  readonly sha256?: string;
}

const contents = loadGoldens<Contents>(new URL('./fixtures/state-dicts.json', import.meta.url));

const known: Readonly<Record<string, readonly [number, () => Module]>> = {
  resnet18: [11_689_512, resnet18],
  resnet34: [21_797_672, resnet34],
  resnet50: [25_557_032, resnet50],
  resnet101: [44_549_160, resnet101],
  resnet152: [60_192_808, resnet152],
  vgg11: [132_863_336, vgg11],
  vgg16: [138_357_544, vgg16],
  vgg19: [143_667_240, vgg19],
  GoogLeNet: [13_004_888, (): Module => new GoogLeNet()],
  'GoogLeNet without heads': [6_624_904, (): Module => new GoogLeNet({ auxLogits: false })],
};

describe('models have the parameters and the state-dict keys of torchvision', () => {
  for (const [name, [count, make]] of Object.entries(known)) {
    it(`${name}: ${count.toLocaleString('en')}`, { timeout: 120_000 }, () => {
      const want = goldenCase(contents, name);
      const model = skipInit(make);
      const state = Object.entries(model.stateDict()).map(([key, { shape }]) => [key, shape]);
      const parameters = model.parameters().reduce((sum, p) => sum + p.size, 0);
      for (const part of [...model.parameters(), ...model.buffers()]) part.dispose();
      expect(parameters).toBe(count);
      expect(parameters).toBe(want.parameters);
      if (want.entries !== undefined) expect(state).toEqual(Object.entries(want.entries));
      else {
        const text = JSON.stringify(Object.fromEntries(state));
        expect(createHash('sha256').update(text).digest('hex')).toBe(want.sha256);
      }
    });
  }
});

describe('GoogLeNet', () => {
  it('says the same without its heads, which summary does not count', () => {
    const model = new GoogLeNet({ numClasses: 3 });
    model.eval();
    const x = tensor(noise([1, 3, 32, 32], 0), [1, 3, 32, 32]);
    const before = model.forward(x).toArray();
    const { multiplyAdds } = summary(model, [1, 3, 32, 32]);
    model.aux1 = model.aux2 = null;
    expect(model.forward(x).toArray()).toEqual(before);
    expect(model.withAux(x)).toMatchObject({ auxLogits1: null, auxLogits2: null });
    expect(summary(model, [1, 3, 32, 32]).multiplyAdds).toBe(multiplyAdds);
    expect(Object.keys(model.stateDict()).some((key) => key.startsWith('aux'))).toBe(false);
  });
});

describe('residual blocks', () => {
  it('pass a non-negative input on unchanged when their last normalisation gives zeros', () => {
    const x = tensor([0, 1, 2, 3, 4, 5, 6, 7], [1, 2, 2, 2]);
    const block = new BasicBlock(2, 2);
    block.bn2.weight!.assign(tensor([0, 0]));
    expect(block.forward(x).toArray()).toEqual(x.toArray());
  });
});
