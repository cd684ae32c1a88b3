import { layerOptions, Linear, Sequential, SiLU, type Layer, type LayerOptions } from '@kasane/nn';

/**
 * Linear layers with SiLU between them. The last starts from zero where the network should start as no change.
 * @internal
 */
export function mlp(
  sizes: readonly number[],
  options: LayerOptions,
  { zeroLast = false }: { readonly zeroLast?: boolean } = {},
): Sequential {
  const layers: Layer[] = [];
  const given = layerOptions(options);
  let last: Linear | undefined;
  for (let i = 1; i < sizes.length; i++) {
    if (last) layers.push(new SiLU());
    last = new Linear(sizes[i - 1]!, sizes[i]!, given);
    layers.push(last);
  }
  if (zeroLast && last) {
    for (const parameter of last.parameters())
      parameter.assign(parameter.newFull(parameter.shape, 0));
  }
  return new Sequential(...layers);
}
