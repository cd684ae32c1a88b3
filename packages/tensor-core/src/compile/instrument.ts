/**
 * Puts other methods in the place of a few for the time of a call, which tell a watcher what happens:
 * ops are seen where they reach the backend. Outside of such calls nothing is slower for it.
 */
import type { Storage } from '../backends/backend.ts';
import { reference } from '../backends/reference.ts';
import { WasmBackend } from '../backends/wasm/index.ts';
import type { DType, TypedArray } from '../dtype.ts';
import type { OpDef } from '../op.ts';
import { Generator } from '../random.ts';
import type { SparseGradient } from '../sparse-gradient.ts';
import type { Shape } from '../shape.ts';
import { TensorBase } from '../tensor-base.ts';
import type { Tensor } from '../tensor.ts';

/** What is told. Those that take a function call it. */
export interface Watcher {
  executed(
    backend: WasmBackend,
    op: OpDef<unknown>,
    inputs: readonly Tensor[],
    attrs: unknown,
    shape: Shape,
    storage: Storage,
  ): void;
  uploaded(backend: WasmBackend, values: TypedArray, storage: Storage): void;
  /** The library looked at values, as checks of indices do. */
  looked(): void;
  /** An op ran on another backend. */
  elsewhere(backend: string): void;
  read<T>(tensor: Tensor, method: string, read: () => T): T;
  assign(tensor: Tensor, source: Tensor, assign: () => void): void;
  touchGrad(tensor: Tensor): void;
  putGrad(tensor: Tensor, grad: Tensor | SparseGradient | null): void;
  /** A generator gave numbers. */
  drew(method: string): void;
}

/** Begins to tell; returns what ends it. */
export function instrument(watcher: Watcher): () => void {
  const undo: (() => void)[] = [];
  const replace = <T extends object, K extends keyof T>(
    target: T,
    name: K,
    make: (original: T[K]) => T[K],
  ): void => {
    const before = Object.getOwnPropertyDescriptor(target, name)!;
    // The names below are those of methods.
    Object.defineProperty(target, name, { ...before, value: make(before.value as T[K]) });
    undo.push(() => Object.defineProperty(target, name, before));
  };

  const wasm = WasmBackend.prototype;
  replace(wasm, 'execute', (execute) => {
    return function traced<A>(
      this: WasmBackend,
      op: OpDef<A>,
      inputs: readonly Tensor[],
      attrs: A,
      shape: Shape,
      dtype: DType,
    ): Storage {
      const erased = op as OpDef<unknown>; // it goes on with its own attributes
      const storage = execute.call(this, erased, inputs, attrs, shape, dtype);
      watcher.executed(this, erased, inputs, attrs, shape, storage);
      return storage;
    };
  });
  replace(wasm, 'upload', (upload) => {
    return function traced(this: WasmBackend, values, dtype): Storage {
      const storage = upload.call(this, values, dtype);
      watcher.uploaded(this, values, storage);
      return storage;
    };
  });
  replace(wasm, 'readSync', (readSync) => {
    return function traced(this: WasmBackend, storage): TypedArray {
      watcher.looked();
      return readSync.call(this, storage);
    };
  });
  for (const name of ['execute', 'upload'] as const) {
    // The prototype of a backend has the methods of its class.
    const loops = Object.getPrototypeOf(reference()) as Record<typeof name, () => Storage>;
    replace(loops, name, (method) => {
      return function traced(this: unknown, ...args: []): Storage {
        watcher.elsewhere('reference');
        return method.apply(this, args);
      };
    });
  }

  // `read` is protected: what stands for it keeps its meaning.
  const base = TensorBase.prototype as unknown as {
    read(method: string): TypedArray;
    data(): Promise<TypedArray>;
    assign(value: Tensor): void;
    putGrad(grad: Tensor | SparseGradient | null): void;
    peekGrad(): Tensor | null;
    heldGrad(): Tensor | SparseGradient | null;
  };
  replace(base, 'read', (read) => {
    return function traced(this: Tensor, method): TypedArray {
      return watcher.read(this, method, () => read.call(this, method));
    };
  });
  replace(base, 'data', (data) => {
    return function traced(this: Tensor): Promise<TypedArray> {
      return watcher.read(this, 'data', () => data.call(this));
    };
  });
  replace(base, 'assign', (assign) => {
    return function traced(this: Tensor, value): void {
      watcher.assign(this, value, () => assign.call(this, value));
    };
  });
  replace(base, 'putGrad', (putGrad) => {
    return function traced(this: Tensor, grad): void {
      watcher.putGrad(this, grad);
      putGrad.call(this, grad);
    };
  });
  replace(base, 'peekGrad', (peekGrad) => {
    return function traced(this: Tensor): Tensor | null {
      watcher.touchGrad(this);
      return peekGrad.call(this);
    };
  });
  replace(base, 'heldGrad', (heldGrad) => {
    return function traced(this: Tensor): Tensor | SparseGradient | null {
      watcher.touchGrad(this);
      return heldGrad.call(this);
    };
  });
  const grad = Object.getOwnPropertyDescriptor(TensorBase.prototype, 'grad')!;
  Object.defineProperty(TensorBase.prototype, 'grad', {
    ...grad,
    get(this: Tensor) {
      watcher.touchGrad(this);
      return grad.get!.call(this) as Tensor | null; // the getter of `grad`
    },
  });
  undo.push(() => Object.defineProperty(TensorBase.prototype, 'grad', grad));

  for (const name of ['random', 'normal', 'below', 'words'] as const) {
    const methods = Generator.prototype as Record<typeof name, (x: never) => unknown>;
    replace(methods, name, (draw) => {
      return function traced(this: Generator, x: never): unknown {
        watcher.drew(name);
        return draw.call(this, x);
      };
    });
  }
  return () => {
    for (const one of undo) one();
  };
}
