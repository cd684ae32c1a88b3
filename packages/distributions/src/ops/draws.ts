/** Draws that are made on the host one by one, as ops: compiled functions make them anew at every call. */
import { run, type OpDef, type Shape, type Tensor, type VjpContext } from '@kasane/tensor-core';
import type { SampleOptions } from '../distribution.ts';
import * as math from '../math/draw.ts';
import { startStream, streamUniform } from '../math/stream.ts';
import { seeds } from '../noise.ts';
import { expandTo } from '../broadcast.ts';
import { betaSlope, betaSlopeB, gammaSlope } from './special.ts';

interface DrawAttrs {
  /** How many last dims of the parameters one draw takes. */
  readonly eventDim: 0 | 1;
  /** The shape of one draw; its dims count as the parameters' where they have none. */
  readonly eventShape: Shape;
}

interface DrawRow {
  readonly name: string;
  readonly dtype?: 'int32';
  /** Makes draw i, of the parameters at p, into out at i · size. */
  draw(
    a: ArrayLike<number>,
    b: ArrayLike<number>,
    p: number,
    out: { [i: number]: number },
    i: number,
    size: number,
    least: number,
  ): void;
  readonly vjp: ((context: VjpContext<DrawAttrs>) => readonly (Tensor | null)[]) | null;
}

/** Smallest normal numbers: draws that may not be 0 are at least as large. */
const LEAST = { float32: 2 ** -126, float64: 2 ** -1022 };
/** The largest numbers below 1. */
const MOST = { float32: 1 - 2 ** -24, float64: 1 - 2 ** -53 };

/**
 * Parameters (…batch, …event) and seeds (…sample, …batch, 2) give (…sample, …batch, …event). Parameters are not
 * repeated for every sample.
 */
function drawOp({ name, dtype, draw, vjp }: DrawRow): OpDef<DrawAttrs> {
  return {
    name,
    infer: (inputs, { eventShape }) => ({
      shape: [...inputs.at(-1)!.shape.slice(0, -1), ...eventShape],
      dtype: dtype ?? inputs[0]!.dtype,
    }),
    reference(inputs, { eventDim }, out) {
      const [a, b] = inputs;
      const words = inputs.at(-1)!;
      const { shape } = a!;
      const size = eventDim === 0 ? 1 : shape.at(-1)!;
      const batch = a!.size / Math.max(size, 1);
      const least = LEAST[out.dtype === 'float64' ? 'float64' : 'float32'];
      for (let i = 0; 2 * i < words.size; i++) {
        startStream(words.data[2 * i]!, words.data[2 * i + 1]!);
        draw(a!.data, b!.data, (i % batch) * size, out.data, i, size, least);
      }
    },
    vjp,
  };
}

/** Parameters of an op as if repeated for every sample. */
const wide = ({ inputs, output }: VjpContext<DrawAttrs>, i: number): Tensor =>
  expandTo(inputs[i]!, output.shape);

/** A row of whole numbers from one or two parameters. */
const counts = (name: string, f: (a: number, b: number) => number): OpDef<DrawAttrs> =>
  drawOp({
    name,
    draw(a, b, p, out, i) {
      out[i] = f(a[p]!, b[p]!);
    },
    vjp: null,
  });

export const gammaDraw: OpDef<DrawAttrs> = drawOp({
  name: 'gammaDraw',
  draw(a, _b, p, out, i, _size, least) {
    out[i] = Math.max(Math.exp(math.drawLogGamma(a[p]!)), least);
  },
  vjp: (context) => [context.grad.mul(gammaSlope(wide(context, 0), context.output)), null],
});

export const betaDraw: OpDef<DrawAttrs> = drawOp({
  name: 'betaDraw',
  draw(a, b, p, out, i, _size, least) {
    const x = 1 / (1 + Math.exp(math.drawLogGamma(b[p]!) - math.drawLogGamma(a[p]!)));
    const most = least === LEAST.float64 ? MOST.float64 : MOST.float32;
    out[i] = Math.min(Math.max(x, least), most);
  },
  vjp(context) {
    const [a, b, x] = [wide(context, 0), wide(context, 1), context.output];
    const { grad, needs } = context;
    return [
      needs(0) ? grad.mul(betaSlope(a, b, x)) : null,
      needs(1) ? grad.mul(betaSlopeB(a, b, x)) : null,
      null,
    ];
  },
});

/** Of one draw: the logarithms of gamma numbers, or the weights of categories. */
let scratch = new Float64Array(8);

/** The scratch, with room for so many. */
function scratchFor(size: number): Float64Array {
  if (scratch.length < size) scratch = new Float64Array(size);
  return scratch;
}

export const dirichletDraw: OpDef<DrawAttrs> = drawOp({
  name: 'dirichletDraw',
  draw(a, _b, p, out, i, size, least) {
    // Shares of gamma draws, by their logarithms.
    const start = i * size;
    const logs = scratchFor(size);
    let largest = -Infinity;
    for (let k = 0; k < size; k++) {
      logs[k] = math.drawLogGamma(a[p + k]!);
      largest = Math.max(largest, logs[k]!);
    }
    let total = 0;
    for (let k = 0; k < size; k++) total += Math.exp(logs[k]! - largest);
    for (let k = 0; k < size; k++) {
      out[start + k] = Math.max(Math.exp(logs[k]! - largest) / total, least);
    }
  },
  // Each element is Beta(aᵢ, Σa - aᵢ); where it moves, the others share out what is left as before.
  vjp(context) {
    const [a, x] = [wide(context, 0), context.output];
    const { grad } = context;
    const rest = a.sum(-1, { keepdim: true }).sub(a);
    // With a single element there is no rest, and nothing moves.
    const slope = rest.greater(0).where(betaSlope(a, rest, x), 0);
    const left = x.neg().add(1);
    const mean = grad.mul(x).sum(-1, { keepdim: true });
    return [slope.mul(grad.sub(mean)).div(left.equal(0).where(1, left)), null];
  },
});

export const poissonDraw: OpDef<DrawAttrs> = counts('poissonDraw', math.drawPoisson);
export const binomialDraw: OpDef<DrawAttrs> = counts('binomialDraw', math.drawBinomial);
export const geometricDraw: OpDef<DrawAttrs> = counts('geometricDraw', math.drawGeometric);
export const vonMisesDraw: OpDef<DrawAttrs> = counts('vonMisesDraw', math.drawVonMises);

/** Positions in rows of log weights, with the probabilities that these have. */
export const categoricalDraw: OpDef<DrawAttrs> = drawOp({
  name: 'categoricalDraw',
  dtype: 'int32',
  draw(logits, _b, p, out, i, size) {
    let largest = -Infinity;
    for (let k = p; k < p + size; k++) largest = Math.max(largest, logits[k]!);
    const weights = scratchFor(size);
    let total = 0;
    for (let k = 0; k < size; k++) total += weights[k] = Math.exp(logits[p + k]! - largest);
    let left = streamUniform() * total;
    let chosen = 0;
    for (let k = 0; k < size; k++) {
      const weight = weights[k]!;
      if (weight === 0) continue; // never chosen, not even by rounding
      chosen = k;
      left -= weight;
      if (left < 0) break;
    }
    out[i] = chosen;
  },
  vjp: null,
});

/** What a draw is like beside its parameters. */
export interface DrawShape {
  readonly eventDim?: 0 | 1;
  readonly eventShape?: Shape;
}

/** Draws of shape (…sample, …batch, …event). */
export function drawn(
  op: OpDef<DrawAttrs>,
  parameters: readonly Tensor[],
  sampleShape: Shape,
  options: SampleOptions,
  { eventDim = 0, eventShape = [] }: DrawShape = {},
): Tensor {
  const [first] = parameters;
  const batch = first!.shape.slice(0, first!.ndim - eventDim);
  const words = seeds([...sampleShape, ...batch], first!, options);
  return run(op, [...parameters, words], { eventDim, eventShape });
}
