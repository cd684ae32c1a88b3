import {
  CELU,
  ELU,
  GELU,
  Hardsigmoid,
  Hardtanh,
  LeakyReLU,
  LogSoftmax,
  Mish,
  ReLU,
  SELU,
  Sigmoid,
  SiLU,
  Softmax,
  Softplus,
  Tanh,
} from '@kasane/nn';
import { goldenCase, loadGoldens, testLayer, type TestedLayer } from '@kasane/testing';

const goldens = loadGoldens(new URL('./fixtures/activations.json', import.meta.url));

const modules: Readonly<Record<string, () => TestedLayer>> = {
  ReLU: () => new ReLU(),
  LeakyReLU: () => new LeakyReLU(),
  'LeakyReLU 0.2': () => new LeakyReLU(0.2),
  ELU: () => new ELU(),
  'ELU 1.5': () => new ELU(1.5),
  SELU: () => new SELU(),
  CELU: () => new CELU(),
  'CELU 1.5': () => new CELU(1.5),
  GELU: () => new GELU(),
  'GELU tanh': () => new GELU({ approximate: 'tanh' }),
  SiLU: () => new SiLU(),
  Mish: () => new Mish(),
  Hardtanh: () => new Hardtanh(),
  'Hardtanh -2 0.5': () => new Hardtanh(-2, 0.5),
  Hardsigmoid: () => new Hardsigmoid(),
  Sigmoid: () => new Sigmoid(),
  Tanh: () => new Tanh(),
  Softplus: () => new Softplus(),
  'Softplus 2': () => new Softplus(2),
  Softmax: () => new Softmax(),
  'Softmax 0': () => new Softmax(0),
  LogSoftmax: () => new LogSoftmax(),
  'LogSoftmax 1': () => new LogSoftmax(1),
};

// PyTorch's gradient of hardsigmoid has 1/6 in float32.
const rounded = { rtol: 1e-7, atol: 0 };

for (const [name, make] of Object.entries(modules)) {
  const golden = goldenCase(goldens, name);
  testLayer(name, {
    make,
    golden,
    ...(name === 'Hardsigmoid' ? { tolerance64: rounded } : {}),
  });
}
