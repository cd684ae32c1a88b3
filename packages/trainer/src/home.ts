/** Where a training computes: on the backend of its parameters, to which batches follow. */
import type { Module } from '@kasane/nn';
import { defaultBackend, noGrad, Tensor, withBackend, type Backend } from '@kasane/tensor-core';
import { canCompile } from '@kasane/tensor-core/compile';

/** A backend, or undefined where there is no parameter that says which. */
export type Home = Backend | undefined;

/** Where a model computes. */
export function homeOf(model: Module): Home {
  return (model.namedParameters()[0] ?? model.namedBuffers()[0])?.[1].backend;
}

/** Whether what runs there is compiled. */
export function compiles(home: Home): boolean {
  return canCompile(home ?? defaultBackend());
}

/** Runs `fn`, whose new tensors are made there. */
export function at<R>(home: Home, fn: () => R): R {
  return home === undefined || home === defaultBackend() ? fn() : withBackend(home, fn);
}

/** A value made of arrays and plain objects whose tensors are in one place. */
export interface Placed<V> {
  readonly value: V;
  /** Frees those that were copied there. */
  dispose(): void;
}

/** Copies to `home` what is elsewhere. Throws DTypeError where that takes waiting. */
export function placed<V>(value: V, home: Home): Placed<V> {
  const away = elsewhere(value, home);
  if (away.length === 0) return { value, dispose: () => {} };
  return replaced(
    value,
    away,
    away.map((one) => noGrad(() => one.to(home!))),
  ); // there is one, or nothing were away
}

/** The same, and waits. */
export async function placedAsync<V>(value: V, home: Home): Promise<Placed<V>> {
  const away = elsewhere(value, home);
  if (away.length === 0) return { value, dispose: () => {} };
  const copies = away.map(async (one) => {
    const held = one.detach();
    const copy = await held.toAsync(home!); // as above
    held.dispose();
    return copy;
  });
  return replaced(value, away, await Promise.all(copies));
}

function replaced<V>(value: V, away: readonly Tensor[], copies: readonly Tensor[]): Placed<V> {
  const places = new Map(away.map((one, i) => [one, copies[i]!]));
  const replace = <T>(part: T): T => {
    // A tensor is replaced by a tensor, and an array or object by one with the same fields.
    if (part instanceof Tensor) return (places.get(part) ?? part) as T;
    if (Array.isArray(part)) return part.map(replace) as T;
    if (!isPlain(part)) return part;
    return Object.fromEntries(Object.entries(part).map(([key, v]) => [key, replace(v)])) as T;
  };
  return {
    value: replace(value),
    dispose(): void {
      for (const copy of copies) copy.dispose();
    },
  };
}

/** The tensors that are not there, each once. */
function elsewhere(value: unknown, home: Home): Tensor[] {
  const found = new Set<Tensor>();
  const look = (part: unknown): void => {
    if (part instanceof Tensor) {
      if (part.backend !== home) found.add(part);
    } else if (Array.isArray(part)) part.forEach(look);
    else if (isPlain(part)) Object.values(part).forEach(look);
  };
  if (home !== undefined) look(value);
  return [...found];
}

function isPlain(value: unknown): value is object {
  return (
    typeof value === 'object' &&
    value !== null &&
    [Object.prototype, null].includes(Object.getPrototypeOf(value))
  );
}
