/** The part of the WebAssembly API in use, typed here so that the library needs no DOM types. */
export interface LinearMemory {
  readonly buffer: ArrayBufferLike;
  grow(pages: number): number;
}

interface WebAssemblyApi {
  Memory: new (limits: { initial: number; maximum: number; shared?: boolean }) => LinearMemory;
  Module: new (bytes: Uint8Array) => object;
  Instance: new (module: object, imports: object) => { readonly exports: object };
  validate(bytes: Uint8Array): boolean;
}

/** The engine's WebAssembly, or undefined where there is none. */
export const webAssembly: WebAssemblyApi | undefined = (
  globalThis as { readonly WebAssembly?: WebAssemblyApi }
).WebAssembly; // declared by DOM types only
