import { BatchNorm2d, ConvLayer } from '@kasane/layers-cnn';
import { init, Module, type InitOptions } from '@kasane/nn';
import { optionsOf, shown } from '@kasane/tensor-core';

/** DCGAN's standard deviation of first values. */
const STD = 0.02;

/**
 * Draws the first values of a network anew as DCGAN has them: those of convolutions and batch normalisations. Returns the network. Same as
 * `weights_init` of PyTorch's DCGAN tutorial, which leaves the biases of convolutions.
 *
 * $$ W_\text{conv} \sim N(0, 0.02^2), \quad \gamma_\text{norm} \sim N(1, 0.02^2), \quad b = 0 $$
 *
 * @throws TypeError if it is given what is no module.
 *
 * @example
 * import { dcganInit } from '@kasane/generative';
 * import { Conv2d } from '@kasane/layers-cnn';
 * import { Generator } from '@kasane/tensor-core';
 * const layer = dcganInit(new Conv2d(8, 8, 4), { generator: new Generator(1) });
 * layer.weight.std().item().toFixed(2); // => 0.02
 *
 * @category Adversarial
 */
export function dcganInit<M extends Module>(network: M, options: InitOptions = {}): M {
  const how = optionsOf('dcganInit', options, ['generator']);
  if (!(network instanceof Module)) {
    throw new TypeError(`dcganInit: needs a network, which is a module, got ${shown(network)}.`);
  }
  for (const module of network.modules()) {
    if (module instanceof ConvLayer) {
      init.normal(module.weight, 0, STD, how);
      if (module.bias !== null) init.constant(module.bias, 0);
    } else if (module instanceof BatchNorm2d && module.weight !== null && module.bias !== null) {
      init.normal(module.weight, 1, STD, how);
      init.constant(module.bias, 0);
    }
  }
  return network;
}
