/**
 * VGG, GoogLeNet and ResNet side by side: what they are made of, what they weigh, and what one picture costs.
 *
 *     VGG        conv, conv, pool, again and again; most weights are in its linear layers
 *     GoogLeNet  Inception modules: several sizes of kernels, 1 × 1 convolutions to reduce channels
 *     ResNet     a shortcut around every two or three convolutions, and so many more of them
 */
import { Conv2d } from '@kasane/layers-cnn';
import { GoogLeNet, resnet152, resnet50, vgg16, VGGBlock } from '@kasane/layers-cnn/models';
import { Linear, skipInit, summary } from '@kasane/nn';
import type { Module } from '@kasane/nn';
import { defaultBackend, scope, wasm, withBackend } from '@kasane/tensor-core';
import { check } from '../check.ts';
import { defineExercise } from '../exercise.ts';
import type { Exercise } from '../exercise.ts';

// #region lesson
const MODELS: Readonly<Record<string, () => Module>> = {
  VGG16: () => vgg16(),
  GoogLeNet: () => new GoogLeNet({ auxLogits: false }),
  'ResNet-50': () => resnet50(),
  'ResNet-152': () => resnet152(),
};

/** What is counted of a network. */
interface Counted {
  readonly name: string;
  readonly parameters: number;
  /** For one picture. */
  readonly multiplyAdds: number;
  /** The share of the parameters that is in linear layers. */
  readonly inLinear: number;
  /** Those with weights, normalisations aside. */
  readonly layers: number;
  /** 1 × 1 convolutions. */
  readonly pointwise: number;
  readonly shortcuts: number;
  /** After each layer with weights: the parameters, and the multiply-adds, so far. */
  readonly parametersSoFar: readonly number[];
  readonly workSoFar: readonly number[];
}

function sumsSoFar(values: readonly number[]): number[] {
  let sum = 0;
  return values.map((value) => (sum += value));
}

/** Runs one picture through a network and counts. */
function count(name: string, make: () => Module, side: number): Counted {
  const backend = defaultBackend();
  // A GPU need not hold the largest weights: they are only counted.
  const host = backend.name.startsWith('gpu') ? wasm() : backend;
  const counting = (): Counted => {
    const model = skipInit(make); // weights that are only counted need not be drawn
    const { parameters, multiplyAdds, rows } = summary(model, [1, 3, side, side]);
    const modules = model.modules();
    const convolutions = modules.filter((module) => module instanceof Conv2d);
    const weighted = rows.filter((row) => row.multiplyAdds > 0);
    const linear = rows.filter(({ type }) => type === Linear.name);
    const counted = {
      name,
      parameters,
      multiplyAdds,
      inLinear: linear.reduce((sum, row) => sum + row.parameters, 0) / parameters,
      layers: weighted.length,
      pointwise: convolutions.filter(({ kernelSize }) => Math.max(...kernelSize) === 1).length,
      shortcuts: modules.filter((module) => 'downsample' in module).length,
      parametersSoFar: sumsSoFar(weighted.map((row) => row.parameters)),
      workSoFar: sumsSoFar(weighted.map((row) => row.multiplyAdds)),
    };
    // Half a gigabyte is given back before the next network is made.
    for (const part of [...model.parameters(), ...model.buffers()]) part.dispose();
    return counted;
  };
  return withBackend(host, () => scope(counting));
}

// #endregion

export const vggGooglenetResnet: Exercise = defineExercise({
  id: 'vgg-googlenet-resnet',
  title: { en: 'VGG, GoogLeNet and ResNet', ja: 'VGG・GoogLeNet・ResNetの違い' },
  summary: 'Counts the parameters and the work of well-known networks, layer by layer.',
  rows: [113, 123],
  parameters: {
    side: { type: 'integer', default: 224, min: 32, max: 512, description: 'height and width of the picture' },
  }, // prettier-ignore
  charts: {
    parameters: { x: 'layer with weights', y: 'parameters up to there, in millions' },
    work: { x: 'layer with weights', y: 'multiply-adds up to there, in billions' },
  },
  *run({ parameters: { side } }) {
    const found: Counted[] = [];
    for (const [name, make] of Object.entries(MODELS)) {
      const counted = count(name, make, side);
      found.push(counted);
      const x = counted.workSoFar.map((_, i) => i + 1);
      yield {
        type: 'series',
        chart: 'parameters',
        name,
        x,
        y: counted.parametersSoFar.map((n) => n / 1e6),
      };
      yield { type: 'series', chart: 'work', name, x, y: counted.workSoFar.map((n) => n / 1e9) };
      yield { type: 'progress', step: found.length, total: Object.keys(MODELS).length };
    }
    yield {
      type: 'table',
      name: `one picture of ${side} × ${side}`,
      columns: [
        'network',
        'parameters',
        'share in linear layers',
        'multiply-adds',
        'layers with weights',
        '1 × 1 convolutions',
        'shortcuts',
      ],
      rows: found.map((it) => {
        const { name, parameters, inLinear, multiplyAdds, layers, pointwise, shortcuts } = it;
        return [name, parameters, inLinear, multiplyAdds, layers, pointwise, shortcuts];
      }),
    };
    const [vgg, googlenet, resnet, deepest] = found as [Counted, Counted, Counted, Counted]; // one of each
    const block = [...new VGGBlock(3, 8, 2)].map((layer) => layer.constructor.name);
    return [
      check(123, 'parameters of VGG16', vgg.parameters).equals(138_357_544),
      check(123, 'parameters of ResNet-50', resnet.parameters).equals(25_557_032),
      check(123, 'parameters of GoogLeNet, without auxiliary heads', googlenet.parameters).equals(6_624_904),
      check([113, 123], 'parameters of ResNet-152', deepest.parameters).equals(60_192_808),
      check(123, 'a VGG block', block.join(', ')).equals('Conv2d, ReLU, Conv2d, ReLU, MaxPool2d'),
      check(123, 'VGG16: share of the parameters in linear layers', vgg.inLinear).above(0.5),
      check(123, 'GoogLeNet: 1 × 1 convolutions', googlenet.pointwise).equals(37),
      check(123, 'VGG16: 1 × 1 convolutions', vgg.pointwise).equals(0),
      check(123, 'multiply-adds: VGG16 over GoogLeNet', vgg.multiplyAdds / googlenet.multiplyAdds).above(5),
      check(123, 'shortcuts in ResNet-50', resnet.shortcuts).equals(16),
      check([113, 123], 'layers with weights: ResNet-152 over VGG16', deepest.layers / vgg.layers).above(9),
      check([113, 123], 'multiply-adds: ResNet-152 over VGG16', deepest.multiplyAdds / vgg.multiplyAdds).below(1),
    ]; // prettier-ignore
  },
});
