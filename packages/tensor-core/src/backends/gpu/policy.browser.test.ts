/** Which backends run in a page with a strict content security policy, and what the others say. */
import { describe, expect, it } from 'vitest';

interface Frame {
  sandbox?: unknown;
  srcdoc: string;
  remove(): void;
}
// Not in the library types of a worker, which is what the sources are checked against.
const page = globalThis as unknown as {
  readonly document: {
    createElement(tag: 'iframe'): Frame;
    readonly body: { append(f: Frame): void };
  };
  addEventListener(type: 'message', listen: (event: { readonly data: unknown }) => void): void;
};

// Vitest lets import() go through this.
const runner = 'globalThis.__vitest_browser_runner__ = { wrapDynamicImport: (load) => load() };';

/** What policy-page.ts finds under a policy. */
async function under(policy: string): Promise<Record<string, string>> {
  const script = new URL('../../../test/policy-page.ts', import.meta.url).href;
  const frame = page.document.createElement('iframe');
  frame.srcdoc = `<meta http-equiv="Content-Security-Policy" content="script-src 'nonce-test' ${policy}"><script nonce="test">${runner}</script><script type="module" src="${script}"></script>`;
  const found = new Promise<Record<string, string>>((resolve) => {
    page.addEventListener('message', ({ data }) => {
      const message = data as { found?: Record<string, string> } | null; // others may send others
      if (message?.found !== undefined) resolve(message.found);
    });
  });
  page.document.body.append(frame);
  const result = await found;
  frame.remove();
  return result;
}

// The sources come to the page one by one.
describe('a page whose script-src', { timeout: 120_000 }, () => {
  it("is 'self' computes on graphics devices, and as plain loops", async () => {
    expect(await under("'self'")).toEqual({
      default: 'reference',
      wasm: "Error: wasm: WebAssembly with SIMD is not here, or forbidden: a page needs 'wasm-unsafe-eval' in script-src of its content security policy. Use gpu() of @kasane/tensor-core/gpu, or reference().",
      webgl2: '14',
      webgpu: '14',
      webasm:
        "Error: gpu: the mode webasm compiles WebAssembly, which needs 'wasm-unsafe-eval' in script-src of the page's content security policy. Use webgl2 or webgpu, which need nothing.",
      cpu: "Error: gpu: the mode cpu makes functions of its kernels, which needs 'unsafe-eval' in script-src of the page's content security policy. Use webgl2 or webgpu, which need nothing, or wasm().",
      auto: '14',
    });
  });

  it("has 'wasm-unsafe-eval' has all but the mode cpu", async () => {
    const found = await under("'self' 'wasm-unsafe-eval'");
    expect(found).toMatchObject({ default: 'wasm', wasm: '14', webgl2: '14', webgpu: '14' });
    expect(found).toMatchObject({ webasm: '14', auto: '14' });
    expect(found['cpu']).toContain("needs 'unsafe-eval'");
  });
});
