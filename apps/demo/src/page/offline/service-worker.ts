/**
 * Stands between the page and its server: sends the headers that threads need where the server cannot, and keeps the page's files for
 * when there is no server. What changes has its name from its content, so that a kept file is never an old one.
 */
import { headers } from '../../serve/headers.ts';

/** The names of all files of the site, and one for all of them; `build/site.ts` puts them here. */
declare const FILES: readonly string[];
declare const VERSION: string;

/** What of a service worker's scope is used here; TypeScript knows a window's and this one, but not both at once. */
interface Scope {
  readonly registration: { readonly scope: string };
  readonly clients: { claim(): Promise<void> };
  skipWaiting(): Promise<void>;
  addEventListener(type: string, listener: (event: Happening) => void): void;
}
interface Happening {
  readonly request: Request;
  readonly data: unknown;
  waitUntil(work: Promise<unknown>): void;
  respondWith(answer: Promise<Response>): void;
}

const worker = globalThis as unknown as Scope; // it runs as a service worker
const { scope } = worker.registration;
const PREFIX = `kasane ${scope} `;
const NAME = PREFIX + VERSION;
/** Files that are fetched at a time, so that what the page itself asks for has its turn. */
const AT_ONCE = 4;
const INDEX = new URL('index.html', scope).href;

worker.addEventListener('install', (event) => {
  // The rest is fetched when the page is there and asks for it.
  event.waitUntil(caches.open(NAME).then((cache) => cache.add(INDEX)));
  event.waitUntil(worker.skipWaiting());
});

worker.addEventListener('activate', (event) => {
  event.waitUntil(worker.clients.claim());
});

worker.addEventListener('message', (event) => {
  if (event.data === 'keep') event.waitUntil(keepAll());
});

worker.addEventListener('fetch', (event) => {
  const { request } = event;
  if (request.method === 'GET' && request.url.startsWith(scope)) {
    event.respondWith(answer(request));
  }
});

/** Keeps every file of the site, and forgets those of earlier ones. */
async function keepAll(): Promise<void> {
  const cache = await caches.open(NAME);
  const wanted = FILES.map((file) => new URL(file, scope).href);
  const keep = async (): Promise<void> => {
    for (let url = wanted.pop(); url !== undefined; url = wanted.pop()) {
      if ((await cache.match(url)) === undefined) await cache.add(url);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, keep));
  for (const name of await caches.keys()) {
    if (name.startsWith(PREFIX) && name !== NAME) await caches.delete(name);
  }
}

async function answer(request: Request): Promise<Response> {
  const url = request.url.replace(/[?#].*/, '');
  const cache = await caches.open(NAME);
  if (url === scope || url === INDEX) {
    // A page that has changed is known by its first file alone.
    try {
      return isolated(await fetch(request));
    } catch (error) {
      const kept = await cache.match(INDEX);
      if (kept === undefined) throw error;
      return isolated(kept);
    }
  }
  const kept = await cache.match(url);
  if (kept !== undefined) return isolated(kept);
  const fetched = await fetch(request);
  if (fetched.ok && FILES.includes(url.slice(scope.length))) {
    await cache.put(url, fetched.clone());
  }
  return isolated(fetched);
}

/** An answer with the headers of an isolated page. */
function isolated(response: Response): Response {
  if (response.status === 0 || response.type === 'opaqueredirect') return response;
  const all = new Headers(response.headers);
  for (const [name, value] of Object.entries(headers)) all.set(name, value);
  const { status, statusText } = response;
  // These have no body, and must be given none.
  const body = [204, 205, 304].includes(status) ? null : response.body;
  return new Response(body, { status, statusText, headers: all });
}
