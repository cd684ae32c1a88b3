/** Reads what the scripts in fixtures recorded; recording.py says how. */
import type { Module } from '@kasane/nn';
import { sizeOf, type Shape } from '@kasane/tensor-core';
import type { Golden, GoldenTensor } from '@kasane/testing';

/** What the scripts write of a layer: what follows from the case is made here. */
export interface Recorded {
  readonly input: Shape;
  readonly shape: Shape;
  readonly output: readonly number[];
  readonly inputGradient: readonly number[];
  readonly parameterGradients: Readonly<Record<string, readonly number[]>>;
  readonly buffersAfter?: Readonly<Record<string, readonly number[]>>;
  readonly evalOutput?: readonly number[];
}

/** The scripts' wave. */
function wave(shape: Shape, phase: number): GoldenTensor {
  const data = Array.from({ length: sizeOf(shape) }, (_, i) => Math.cos(i * 1.7 + phase) * 0.8);
  return { shape, data };
}

/** The state that the script gives a layer. */
function stateOf(layer: Module): Record<string, GoldenTensor> {
  const state = Object.entries(layer.stateDict()).map(([key, { shape, dtype }], i) => {
    const { data } = wave(shape, 0.4 + i);
    if (dtype === 'int32') return [key, { shape, data: [0], dtype }] as const;
    const isVariance = key.endsWith('running_var');
    return [
      key,
      { shape, data: isVariance ? data.map((v) => Math.abs(Number(v)) + 0.3) : data },
    ] as const;
  });
  return Object.fromEntries(state);
}

/** The fixture of a case, for `testLayer`. */
export function goldenOf(found: Recorded, layer: Module): Golden {
  const state = stateOf(layer);
  const shaped = (values: Recorded['parameterGradients']): Record<string, GoldenTensor> =>
    Object.fromEntries(
      Object.entries(values).map(([key, data]) => [key, { shape: state[key]?.shape ?? [], data }]),
    );
  const { input, shape, output, inputGradient, parameterGradients, buffersAfter, evalOutput } =
    found;
  return {
    inputs: [wave(input, 0)],
    state,
    output: { shape, data: output },
    inputGradients: [{ shape: input, data: inputGradient }],
    parameterGradients: shaped(parameterGradients),
    ...(buffersAfter === undefined ? {} : { buffersAfter: shaped(buffersAfter) }),
    ...(evalOutput === undefined ? {} : { evalOutput: { shape, data: evalOutput } }),
  };
}
