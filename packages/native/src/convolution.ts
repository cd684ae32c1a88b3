/** The convolutions of the kernel table: which way each takes. */
import type { Kernels } from '@kasane/tensor-core';
import { Patches } from './patches.ts';
import type { Products } from './product.ts';
import type { Memory } from './room.ts';
import { Shifts } from './shifts.ts';
import { spaceOf, volume, type Space } from './space.ts';

/** Channels on either side from which on a product for each element of the kernel is worth a call. */
const LEAST_CHANNELS = 8;
/** And multiplications of such a product: 16 channels of 8 × 8 places took twice as long as the kernel, of 32 × 32 a third. */
const LEAST_WORK: number = 2 ** 16;
/** With so many for the gradient of kernels, and for a result, one element of the kernel at a time is worth it. */
const MANY_CHANNELS = { weight: 128, forward: 16, input: 0 };
/** With fewer results for each patch it is quicker not to lay patches out: 16 took 1.5 times as long, 32 three quarters. */
const LEAST_RESULTS = 24;

/** Products by the library where they are worth a call, else by the kernels below. */
export function convolutions(
  products: Products,
  memory: Memory,
  below: Kernels,
): Pick<Kernels, 'convForward' | 'convInput' | 'convWeight'> {
  const shifts =
    (of: keyof typeof MANY_CHANNELS) =>
    (p: Space): Shifts =>
      new Shifts(products, memory, below, p, p.axes[2].kernel > 1 && p.ins < MANY_CHANNELS[of]);
  const patches = (p: Space): Patches => new Patches(products, memory, below, p);

  /** Whether there are channels enough for shifted images. */
  const many = ({ batch, groups, ins, outs, axes }: Space): boolean => {
    const least = products.isEager ? 2 : LEAST_CHANNELS; // tests want both ways
    return (
      batch * groups > 0 &&
      Math.min(ins, outs) >= least &&
      products.pays(outs, volume(axes, 'out'), ins, LEAST_WORK)
    );
  };
  /** And places enough for another layout of the kernels, which patches do without. */
  const shifted = (p: Space): boolean => {
    const places = p.batch * volume(p.axes, 'out');
    return many(p) && (places > p.outs || volume(p.axes, 'kernel') === 1);
  };
  const patched = (p: Space): boolean => {
    const depth = p.ins * volume(p.axes, 'kernel');
    return (
      p.batch * p.groups > 0 &&
      (p.outs >= LEAST_RESULTS || products.isEager) &&
      products.pays(p.outs, volume(p.axes, 'out'), depth)
    );
  };

  return {
    convForward(...args) {
      const [x, w, bias, y, , from, batch, ...geometry] = args;
      const p = { ...spaceOf(geometry), batch };
      const way = shifted(p) ? shifts('forward') : patched(p) ? patches : null;
      const own = (x >>> 0) + 4 * from * p.groups * p.ins * volume(p.axes, 'size');
      const to = (y >>> 0) + 4 * from * p.all * volume(p.axes, 'out');
      if (!way?.(p).forward(own, w >>> 0, bias >>> 0, to)) below.convForward(...args);
    },
    convInput(...args) {
      const [y, w, bias, x, , from, batch, ...geometry] = args;
      const p = { ...spaceOf(geometry), batch };
      // With single steps to add patches up took longer than the kernel, with two of them a quarter of its time.
      const hasSteps = volume(p.axes, 'stride') > 1 || products.isEager;
      const way = many(p) ? shifts('input')(p) : hasSteps && patched(p) ? patches(p) : null;
      const own = (y >>> 0) + 4 * from * p.all * volume(p.axes, 'out');
      const to = (x >>> 0) + 4 * from * p.groups * p.ins * volume(p.axes, 'size');
      if (!way?.input(own, w >>> 0, bias >>> 0, to)) below.convInput(...args);
    },
    convWeight(...args) {
      const [x, y, out, , from, channels, ...geometry] = args;
      const whole = spaceOf(geometry);
      const isWhole = from === 0 && channels === whole.all;
      // A part has channels of one group, of which there is but one, or it stays with the kernel.
      const p = isWhole ? whole : { ...whole, outs: channels };
      const way = shifted(p) ? shifts('weight') : patched(p) ? patches : null;
      const own = (y >>> 0) + 4 * from * volume(p.axes, 'out');
      const to = (out >>> 0) + 4 * from * p.ins * volume(p.axes, 'kernel');
      const isOne = isWhole || whole.groups === 1;
      if (!isOne || !way?.(p).weight(x >>> 0, own, to)) below.convWeight(...args);
    },
  };
}
