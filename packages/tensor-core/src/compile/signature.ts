/** What the arguments of a call have in common with those of another that does the same. */
import { isGradEnabled } from '../dispatch.ts';
import { defaultBackend } from '../backends/default.ts';
import { sameShape, type Shape } from '../shape.ts';
import { Tensor } from '../tensor.ts';
import { CompileError } from './error.ts';

export interface Signature {
  readonly tensors: readonly {
    readonly shape: Shape;
    readonly dtype: string;
    readonly requiresGrad: boolean;
    readonly backend: unknown;
    /** The place of the first argument that is the same tensor. */
    readonly first: number;
  }[];
  readonly statics: readonly unknown[];
  readonly gradEnabled: boolean;
  readonly backend: unknown;
}

export function signatureOf(tensors: readonly Tensor[], statics: readonly unknown[]): Signature {
  return {
    tensors: tensors.map((tensor) => {
      const { shape, dtype, requiresGrad, backend } = tensor;
      return { shape, dtype, requiresGrad, backend, first: tensors.indexOf(tensor) };
    }),
    statics,
    gradEnabled: isGradEnabled(),
    backend: defaultBackend(),
  };
}

export function fits(
  { tensors: wanted, statics: fixed, gradEnabled, backend }: Signature,
  tensors: readonly Tensor[],
  statics: readonly unknown[],
): boolean {
  if (gradEnabled !== isGradEnabled() || backend !== defaultBackend()) return false;
  if (wanted.length !== tensors.length || fixed.length !== statics.length) return false;
  for (let i = 0; i < wanted.length; i++) {
    const { shape, dtype, requiresGrad, backend: home, first } = wanted[i]!;
    const tensor = tensors[i]!;
    if (tensor.dtype !== dtype || tensor.requiresGrad !== requiresGrad) return false;
    if (!sameShape(tensor.shape, shape) || tensor.backend !== home) return false;
    if (first < i ? tensors[first] !== tensor : i > 0 && tensors.indexOf(tensor) < i) return false;
  }
  for (let i = 0; i < fixed.length; i++) if (!Object.is(fixed[i], statics[i])) return false;
  return true;
}

/** Takes an argument apart: its tensors, and what has to be equal for a call to be the same. */
export function flatten(
  value: unknown,
  tensors: Tensor[],
  statics: unknown[],
  index: number,
): void {
  if (value instanceof Tensor) {
    tensors.push(value);
    return;
  }
  if (ArrayBuffer.isView(value)) {
    throw new CompileError(
      `compile: argument ${index + 1} is a ${value.constructor.name}, whose numbers a compiled function does not see. Make it a tensor.`,
    );
  }
  if (Array.isArray(value)) {
    statics.push(value.length);
    for (const item of value) flatten(item, tensors, statics, index);
  } else if (isPlain(value)) {
    for (const [key, item] of Object.entries(value)) {
      statics.push(key);
      flatten(item, tensors, statics, index);
    }
    statics.push(END);
  } else statics.push(value);
}

const END = Symbol('end of an object');

function isPlain(value: unknown): value is Record<string, unknown> {
  return (
    typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype
  );
}
