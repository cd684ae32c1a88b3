import {
  goldenCase,
  loadGoldens,
  testLayer,
  type GoldenOptions,
  type TestedLayer,
} from '@kasane/testing';
import { Conv2d } from '@kasane/layers-cnn';
import {
  BasicBlock,
  BasicConv2d,
  BatchNormInception,
  Bottleneck,
  Inception,
  NaiveInception,
  PreActivationBlock,
  Residual,
  VGGBlock,
} from '@kasane/layers-cnn/models';
import { goldenOf, type Recorded } from './recorded.ts';

const recorded = loadGoldens<Recorded>(new URL('./fixtures/blocks.json', import.meta.url));

// Normalisations one after the other enlarge the rounding of float32; float64 is held to 1e-9.
const tolerance = { rtol: 1e-4, atol: 1e-4 };

function check(name: string, make: (options: Partial<GoldenOptions>) => TestedLayer): void {
  testLayer(name, { make, golden: goldenOf(goldenCase(recorded, name), make({})), tolerance });
}

const channels = { ch1x1: 2, ch3x3red: 2, ch3x3: 3, ch5x5red: 1, ch5x5: 2, poolProj: 2 };
check('BasicConv2d', (o) => new BasicConv2d(3, 4, 3, { padding: 1, ...o }));
check('Inception', (o) => new Inception(3, channels, o));
check('BatchNormInception', (o) => new BatchNormInception(3, channels, o));
check('NaiveInception', (o) => new NaiveInception(3, { ch1x1: 2, ch3x3: 3, ch5x5: 1 }, o));
check('BasicBlock', (o) => new BasicBlock(4, 4, o));
check('BasicBlock, downsample', (o) => new BasicBlock(4, 3, { stride: 2, ...o }));
check('Bottleneck', (o) => new Bottleneck(4, 1, o));
check('Bottleneck, downsample', (o) => new Bottleneck(4, 2, { stride: 2, ...o }));
check('PreActivationBlock', (o) => new PreActivationBlock(4, 4, o));
check('PreActivationBlock, downsample', (o) => new PreActivationBlock(4, 3, { stride: 2, ...o }));
check('Residual', (o) => new Residual(new Conv2d(4, 4, 3, { padding: 1, ...o })));
check('VGGBlock', (o) => new VGGBlock(2, 3, 2, o));
