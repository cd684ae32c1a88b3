/** What of Node and of koffi is in use, typed here so that neither is needed to import the package. */

/** A library that was loaded. */
export interface Library {
  /** A function of the library by its prototype in C; throws if there is none. */
  func(prototype: string): (...args: unknown[]) => unknown;
  unload(): void;
}

/** Calls functions of libraries. */
export interface Koffi {
  /** Null for the program itself. */
  load(path: string | null): Library;
  address(memory: ArrayBufferView): number | bigint;
}

interface Node {
  readonly platform: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  getBuiltinModule?: {
    (name: 'node:module'): { createRequire(from: string): (name: 'koffi') => Koffi };
    (name: 'node:fs'): { readFileSync(path: string, encoding: 'utf8'): string };
    (name: 'node:worker_threads'): { readonly isMainThread: boolean };
    (name: 'node:os'): { availableParallelism(): number };
  };
}

/** Node's `process`; undefined where there is none, or too old a one. */
export const node: Required<Node> | undefined = (() => {
  const { process } = globalThis as { readonly process?: Node }; // declared by Node's types only
  return process?.getBuiltinModule === undefined ? undefined : (process as Required<Node>);
})();

/** Those of the variables that are set; none where the host forbids to look. */
export function environment(
  ...names: readonly string[]
): Readonly<Record<string, string | undefined>> {
  try {
    return Object.fromEntries(names.map((name) => [name, node!.env[name]]));
  } catch {
    return {}; // no process, or Deno without --allow-env
  }
}

/** What Linux says of the processor; empty elsewhere. */
export function cpuinfo(): string {
  try {
    return node!.getBuiltinModule('node:fs').readFileSync('/proc/cpuinfo', 'utf8');
  } catch {
    return '';
  }
}

/** koffi, or a sentence that says why it is not there. */
export function loadKoffi(): Koffi | string {
  if (node === undefined) {
    return 'There is no BLAS outside of Node (20.16 or newer): a browser has none.';
  }
  try {
    return node.getBuiltinModule('node:module').createRequire(import.meta.url)('koffi');
  } catch (error) {
    const { code = '', message } = error as { readonly code?: string; readonly message: string };
    if (code === 'MODULE_NOT_FOUND') return 'koffi is not installed: npm i koffi.';
    if (code === 'ERR_DLOPEN_DISABLED' || code === 'ERR_ACCESS_DENIED') {
      return "Node's permission model keeps native code out: add --allow-addons, and --allow-fs-read for koffi.";
    }
    return `koffi cannot be loaded (${message.split('\n')[0]}).`;
  }
}
