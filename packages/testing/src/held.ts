/** What a layer holds: the memory of its parameters and buffers, and nothing that they were drawn with. */
import type { Module } from '@kasane/nn';
import { bytesPerElement, reference, scope, wasm, type Backend } from '@kasane/tensor-core';
import { describe, expect, it } from 'vitest';
import type { GoldenOptions } from './golden.ts';
import { GUARD, guarded } from './guard.ts';

/** Throws unless a new layer holds its parts alone. */
export function checkHeld(make: (options: GoldenOptions) => Module): void {
  for (const backend of backends()) built(make, backend);
}

/** Throws unless a layer holds its parts alone, also when all of its values have been replaced: nobody else has the first ones. */
export function checkOwned(make: (options: GoldenOptions) => Module): void {
  for (const backend of backends()) {
    const { layer, wanted } = built(make, backend);
    scope(() => {
      const state = Object.entries(layer.stateDict());
      layer.loadStateDict(Object.fromEntries(state.map(([key, value]) => [key, value.add(0)])));
    });
    expect(backend.memory(), `after other values on ${backend.name}`).toEqual(wanted);
  }
}

function backends(): Backend[] {
  return [reference(), guarded(wasm())];
}

/** A layer, and what the backend must hold as long as it lives. */
function built(
  make: (options: GoldenOptions) => Module,
  backend: Backend,
): { readonly layer: Module; readonly wanted: ReturnType<Backend['memory']> } {
  const around = backend.name === 'reference' ? 0 : 2 * GUARD;
  const before = backend.memory();
  const layer = make({ backend, dtype: 'float32' });
  const parts = [...layer.parameters(), ...layer.buffers()];
  const bytes = parts.map((part) => part.size * bytesPerElement[part.dtype] + around);
  const wanted = {
    tensors: before.tensors + parts.length,
    bytes: bytes.reduce((a, b) => a + b, before.bytes),
  };
  expect(backend.memory(), `after the constructor on ${backend.name}`).toEqual(wanted);
  return { layer, wanted };
}

type ModuleClass = new () => Module;

/**
 * Runs `checkOwned` for the exported classes of modules: for those that are made without arguments, and those that
 * have a row. Others are tried with their fixture, by `testLayer`. A row of null is for what is too large.
 */
export function testHeld(
  exported: Readonly<Record<string, unknown>>,
  rows: Readonly<Record<string, ((options: GoldenOptions) => Module) | null>>,
): void {
  const classes = Object.entries(exported).filter(
    (entry): entry is [string, ModuleClass] =>
      typeof entry[1] === 'function' && 'namedParameters' in Object(entry[1].prototype),
  );
  describe('holds the memory of its parameters and buffers, and no more', () => {
    it('has rows for classes only', () => {
      const names = classes.map(([name]) => name);
      expect(names).toEqual(expect.arrayContaining(Object.keys(rows)));
    });
    for (const [name, Class] of classes) {
      const { [name]: row = Class.length === 0 ? (): Module => new Class() : null } = rows;
      if (row !== null) it(name, () => checkOwned(row));
    }
  });
}
