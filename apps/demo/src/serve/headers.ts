/**
 * What a document of the page may load and run: its own files and WebAssembly, and nothing that it makes up itself but threads, whose
 * sources tensor-core and the playground keep in blobs.
 */
const policy: Readonly<Record<string, string>> = {
  'default-src': "'none'",
  'script-src': "'self' 'wasm-unsafe-eval'",
  'worker-src': "'self' blob:",
  'style-src': "'self'",
  'img-src': "'self' data: blob:",
  'font-src': "'self'",
  'connect-src': "'self'",
  'manifest-src': "'self'",
  'base-uri': "'none'",
  'form-action': "'none'",
};

/** The policy where only a `meta` element of the document can carry it, which must not say who may frame the page. */
export const contentSecurityPolicy: string = Object.entries(policy)
  .map((rule) => rule.join(' '))
  .join('; ');

/** What lets a document share memory between threads, and other sites neither frame nor read it. */
export const headers: Readonly<Record<string, string>> = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Content-Security-Policy': `${contentSecurityPolicy}; frame-ancestors 'self'`,
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
};
