import { afterEach, expect, it, vi } from 'vitest';
import { gpu } from '../../gpu.ts';

afterEach(() => vi.unstubAllGlobals());

it('says what the mode cpu needs where functions may not be made of text', () => {
  vi.stubGlobal('Function', function forbidden(): never {
    throw new EvalError('Code generation from strings disallowed for this context');
  });
  expect(() => gpu({ mode: 'cpu', keepHostCopy: true })).toThrow(
    "gpu: the mode cpu makes functions of its kernels, which needs 'unsafe-eval' in script-src of the page's content security policy. Use webgl2 or webgpu, which need nothing, or wasm().",
  );
  vi.unstubAllGlobals();
  expect(gpu({ mode: 'cpu', keepHostCopy: true }).mode).toBe('cpu'); // as soon as they may
});
