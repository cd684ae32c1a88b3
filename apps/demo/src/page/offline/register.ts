/** Milliseconds after which somebody may be in the middle of something, which a new start would end. */
const BUSY = 8000;

/**
 * Lets the service worker send the headers that threads need, where the server does not, and keep the page for when there is no server.
 * On the machine of `demo serve` there always is one, and another program may have its port tomorrow: nothing is kept there.
 */
export async function registerOffline(): Promise<void> {
  const here = ['localhost', '127.0.0.1', '[::1]'].includes(location.hostname);
  if (!('serviceWorker' in navigator)) return;
  const { serviceWorker } = navigator;
  const started = serviceWorker.controller !== null;
  if (here && crossOriginIsolated && !started) return;
  try {
    await serviceWorker.register(new URL('sw.js', document.baseURI));
    const { active } = await serviceWorker.ready;
    // The page was there before its service worker: from the next start on it is isolated.
    if (!crossOriginIsolated && !started && performance.now() < BUSY) return location.reload();
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker has none
    active?.postMessage('keep');
  } catch {
    // Private windows have none: the page runs with one thread, and with its server.
  }
}
