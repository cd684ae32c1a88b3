import { reference, setDefaultBackend, wasm } from '@kasane/tensor-core';

/** The names `--backend` knows, and what each switches to; the first is the default. */
export const backends: Readonly<Record<string, () => void>> = {
  wasm: () => setDefaultBackend(wasm()),
  reference: () => setDefaultBackend(reference()),
};
