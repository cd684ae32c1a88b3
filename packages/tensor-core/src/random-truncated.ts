import { logarithm, type Generator } from './random.ts';

/**
 * A source of standard normal numbers in [low, high], by rejection from the proposal that fits: the
 * normal itself, an exponential in a tail, or the uniform in a narrow window.
 *
 * @see Robert, Simulation of truncated normal variables (1995)
 */
export function truncatedNormalSampler(
  low: number,
  high: number,
): (generator: Generator) => number {
  if (low < 0 && high <= 0) {
    const mirrored = truncatedNormalSampler(-high, -low);
    return (generator) => -mirrored(generator);
  }
  // Around the mean and wide: at least a fifth of the normal lies inside.
  if (low <= 0.5 && high - low > Math.sqrt(2 * Math.PI) * 0.5) {
    return (generator) => {
      for (;;) {
        const z = generator.normal();
        if (z >= low && z <= high) return z;
      }
    };
  }
  const nearest = Math.max(low, 0);
  const rate = (nearest + Math.sqrt(nearest * nearest + 4)) / 2;
  if (nearest > 0 && (high - nearest) * rate > 2) {
    return (generator) => {
      for (;;) {
        const z = nearest - lnUniform(generator) / rate;
        if (z <= high && lnUniform(generator) <= (-(z - rate) * (z - rate)) / 2) return z;
      }
    };
  }
  return (generator) => {
    for (;;) {
      const z = low + (high - low) * generator.random();
      if (lnUniform(generator) <= (nearest * nearest - z * z) / 2) return z;
    }
  };
}

/** ln u for a u in (0, 1]. At most x with the probability e^x, for which `Math.exp` has other last bits in other engines. */
const lnUniform = (generator: Generator): number => logarithm(1 - generator.random());
