/** Every distribution, transform and divergence against PyTorch and SciPy, with gradients. */
import { gradients } from '@kasane/autograd';
import { loadGoldens } from '@kasane/testing';
import { tensor, wasm, type DType, type NestedArray, type Tensor } from '@kasane/tensor-core';
import { describe, expect, it } from 'vitest';
import { klDivergence } from '../src/index.ts';
import { makers, transforms } from './makers.ts';

type Values = number | string | readonly Values[];

interface Result {
  readonly result: Values;
  readonly gradients: Readonly<Record<string, Values>>;
}

interface Case {
  readonly type: string;
  readonly parameters: Readonly<Record<string, Values>>;
  readonly value: Values;
  readonly logProb: Result;
  readonly mean?: Values;
  readonly variance?: Values;
  readonly mode?: Values;
  readonly entropy?: Result;
  readonly cdf?: Result;
  readonly icdf?: Result & { readonly p: Values };
}

interface Divergences {
  readonly parameters: Readonly<Record<string, readonly Readonly<Record<string, Values>>[]>>;
  readonly pairs: readonly {
    readonly p: string;
    readonly q: string;
    readonly result: Values;
    readonly gradients: readonly Readonly<Record<string, Values>>[];
  }[];
}

interface TransformCase {
  readonly type: string;
  readonly args: readonly number[];
  readonly x: Values;
  readonly y: Values;
  readonly log: Result;
}

const read = <T>(name: string): T =>
  loadGoldens<T>(new URL(`./fixtures/${name}.json`, import.meta.url))['cases']!;

const numbers = (x: Values): NestedArray => (Array.isArray(x) ? x.map(numbers) : Number(x));
const camel = (name: string): string =>
  name.replaceAll(/_(\w)/g, (_, c: string) => c.toUpperCase());

/** float64 is held to the digits that both have; float32 to those that are left after terms cancel. */
const precisions: readonly (readonly [DType, { rtol: number; atol: number }])[] = [
  ['float64', { rtol: 1e-11, atol: 1e-13 }],
  ['float32', { rtol: 5e-5, atol: 2e-6 }],
];

/** cos(i + 1), where the fixtures' gradients start. */
function seed(y: Tensor): Tensor {
  const values = Float64Array.from({ length: y.size }, (_, i) => Math.cos(i + 1));
  return tensor(values, y.shape, { dtype: y.dtype });
}

function expectResult(
  y: Tensor,
  { result, gradients: wanted }: Result,
  leaves: Readonly<Record<string, Tensor>>,
  tolerance: { rtol: number; atol: number },
): void {
  expect(y).toBeAllclose(numbers(result), tolerance);
  const names = Object.keys(wanted);
  if (names.length === 0) return;
  const inputs = names.map((name) => leaves[name]!);
  const found = gradients([y], inputs, { gradOutputs: [seed(y)], retainGraph: true });
  names.forEach((name, i) => {
    const got = found[i] ?? tensor([0]);
    const { rtol, atol } = tolerance;
    const want = numbers(wanted[name]!);
    if (found[i] === null) expect(want).toBeAllclose(inputs[i]!.mul(0));
    else expect(got).toBeAllclose(want, { rtol: 4 * rtol, atol: 4 * atol });
  });
}

describe.each(precisions)('in %s', (dtype, tolerance) => {
  const options = { dtype, requiresGrad: true, backend: wasm() };

  it.each(
    read<Case[]>('distributions').map(
      (one) => [one.type, Object.keys(one.parameters).join(', '), one] as const,
    ),
  )('%s of %s gives what PyTorch and SciPy give', (type, _, golden) => {
    const leaves: Record<string, Tensor> = {};
    for (const [name, x] of Object.entries(golden.parameters)) {
      leaves[name] = tensor(numbers(x), options);
    }
    leaves['value'] = tensor(numbers(golden.value), options);
    const given = Object.fromEntries(Object.entries(leaves).map(([k, x]) => [camel(k), x]));
    const p = makers[type]!(given);
    expectResult(p.logProb(leaves['value']), golden.logProb, leaves, tolerance);
    for (const what of ['mean', 'variance', 'mode'] as const) {
      if (golden[what] !== undefined) {
        expect(p[what]).toBeAllclose(numbers(golden[what]), tolerance);
      }
    }
    if (golden.entropy) expectResult(p.entropy(), golden.entropy, leaves, tolerance);
    if (golden.cdf) expectResult(p.cdf(leaves['value']), golden.cdf, leaves, tolerance);
    if (golden.icdf) {
      const q = tensor(numbers(golden.icdf.p), { dtype });
      expectResult(p.icdf(q), golden.icdf, leaves, tolerance);
    }
  });

  const { parameters, pairs } = read<Divergences>('divergences');
  it.each(pairs.map((pair) => [pair.p, pair.q, pair] as const))(
    'the divergence of %s from %s is what PyTorch gives',
    (_p, _q, pair) => {
      const made = [pair.p, pair.q].map((name, side) => {
        const given = Object.entries(parameters[name]![side]!);
        const leaves = Object.fromEntries(given.map(([k, x]) => [k, tensor(numbers(x), options)]));
        const named = Object.entries(leaves).map(([k, x]) => [camel(k), x] as const);
        return { leaves, distribution: makers[name]!(Object.fromEntries(named)) };
      });
      const y = klDivergence(made[0]!.distribution, made[1]!.distribution);
      made.forEach(({ leaves }, side) => {
        expectResult(
          y,
          { result: pair.result, gradients: pair.gradients[side]! },
          leaves,
          tolerance,
        );
      });
    },
  );

  it.each(read<TransformCase[]>('transforms').map((one) => [one.type, one] as const))(
    '%s is what PyTorch computes',
    (type, { args, x, y, log }) => {
      const transform = transforms[type]!(...args);
      const from = tensor(numbers(x), options);
      const to = transform.forward(from);
      expect(to).toBeAllclose(numbers(y), tolerance);
      const jacobian = transform.logAbsDetJacobian(from, to);
      expectResult(jacobian, log, { x: from }, tolerance);
      const back = transform.inverse(tensor(numbers(y), { dtype }));
      if (dtype === 'float64') expect(back).toBeAllclose(numbers(x), { rtol: 1e-9, atol: 1e-9 });
      expect(transform.inv.inv).toBe(transform);
      const inverse = transform.inv.logAbsDetJacobian(to, from);
      expect(inverse).toBeAllclose(jacobian.neg());
    },
  );
});
