import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { get, type IncomingMessage, type Server } from 'node:http';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { headers } from './headers.ts';
import { close, fileServer, listen } from './server.ts';

let [base, folder]: [string, string] = ['', ''];
let server: Server;
let url: URL;
const large = 'x'.repeat(4_000_000);

beforeAll(async () => {
  base = mkdtempSync(join(tmpdir(), 'kasane-server-'));
  folder = join(base, 'page');
  mkdirSync(join(folder, 'assets'), { recursive: true });
  mkdirSync(join(base, 'page-beside'));
  const files: Record<string, string> = {
    'page/index.html': '<!doctype html><title>Kasane</title>',
    'page/assets/a b%é.js': 'export {};',
    'page/assets/large.js': large,
    'page/.hidden': 'SECRET',
    'secret.txt': 'SECRET',
    'page-beside/secret.txt': 'SECRET',
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(base, name), text);
  symlinkSync('../secret.txt', join(folder, 'link.txt'));
  symlinkSync('..', join(folder, 'up'));
  symlinkSync('loop', join(folder, 'loop'));
  symlinkSync('index.html', join(folder, 'same.html'));
  server = fileServer(folder);
  url = await listen(server, [0]);
});
afterAll(async () => {
  await close(server);
  rmSync(base, { recursive: true });
});

/** What comes back for bytes sent as they are, until the server hangs up. */
async function raw(bytes: string | Buffer, patience = 2000): Promise<string> {
  const socket = connect(Number(url.port), '127.0.0.1');
  let text = '';
  socket.on('data', (chunk) => (text += chunk));
  socket.on('error', () => {}); // being hung up on is an answer
  socket.setTimeout(patience, () => socket.destroy());
  socket.write(bytes);
  await once(socket, 'close');
  return text;
}

const request = (path: string, method = 'GET'): string =>
  `${method} ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`;
const statusOf = (answer: string): number => Number(/^HTTP\/1\.1 (\d+)/.exec(answer)?.[1] ?? 0);

describe('a server of files', () => {
  test('gives files with their types and the headers of an isolated page', async () => {
    const index = await fetch(url);
    expect(index.status).toBe(200);
    expect(await index.text()).toContain('<title>Kasane</title>');
    expect(Object.fromEntries(index.headers)).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-embedder-policy': 'require-corp',
      'content-security-policy': expect.stringContaining("script-src 'self' 'wasm-unsafe-eval';"),
      'cache-control': 'no-cache',
    });
    const script = await fetch(new URL(`assets/${encodeURIComponent('a b%é.js')}`, url));
    expect(script.headers.get('content-type')).toMatch(/^text\/javascript/);
    expect(await (await fetch(new URL('same.html', url))).text()).toContain('Kasane');
    expect((await fetch(new URL('same.html?seed=3', url), { method: 'HEAD' })).status).toBe(200);
  });

  test('answers what it has not changed, and parts of files', async () => {
    const etag = (await fetch(url)).headers.get('etag')!;
    const conditional = `GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nIf-None-Match: ${etag}\r\n\r\n`;
    expect(statusOf(await raw(conditional))).toBe(304);
    const range = async (bytes: string): Promise<[number, string]> => {
      const answer = await fetch(url, { headers: { Range: `bytes=${bytes}` } });
      return [answer.status, await answer.text()];
    };
    expect(await range('2-8')).toEqual([206, 'doctype']);
    expect(await range('-8')).toEqual([206, '</title>']);
    expect(await range('8-2')).toEqual([416, 'The file is shorter than that.\n']);
    expect((await range('999-'))[0]).toBe(416);
  });

  test.each([
    '/../secret.txt',
    '/%2e%2e/secret.txt',
    '/..%2fsecret.txt',
    '/%2e%2e%2fsecret.txt',
    '/assets/..%2f..%2fsecret.txt',
    '/..%5csecret.txt',
    '/..%2fpage-beside/secret.txt',
    '/%252e%252e%252fsecret.txt',
    '//secret.txt',
    '/link.txt',
    '/up/secret.txt',
    '/up/page-beside/secret.txt',
    '/loop',
    '/.hidden',
    '/assets',
    '/assets/',
    '/no.html',
    '/index.html/',
    'http://evil.example/../secret.txt',
    'file:///etc/passwd',
  ])('has nothing at %s', async (path) => {
    const answer = await raw(request(path));
    expect(statusOf(answer)).toBe(404);
    expect(answer).not.toContain('SECRET');
    expect(answer).toContain('Content-Security-Policy');
  });

  test('refuses other methods, long addresses, and what is no address', async () => {
    for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH', 'TRACE']) {
      const answer = await raw(request('/index.html', method));
      expect([statusOf(answer), answer.includes('Allow: GET, HEAD')]).toEqual([405, true]);
    }
    expect(statusOf(await raw(request(`/${'a'.repeat(3000)}`)))).toBe(414);
    expect(statusOf(await raw(request(`/${'a'.repeat(30_000)}`)))).toBe(431);
    expect(statusOf(await raw(request('/%e0%a4%a')))).toBe(400);
    expect(statusOf(await raw(request('/index.html%00.js')))).toBe(400);
    expect(statusOf(await raw(request('http://[/')))).toBe(400);
  });
});

describe('a server of files that is ill treated', { timeout: 60_000 }, () => {
  test('200 slow connections and 1,000 malformed requests keep nobody else waiting', async () => {
    // Some say nothing, some a little now and then, some ask and do not read.
    const slow: Socket[] = [];
    for (let i = 0; i < 200; i++) {
      const socket = connect(Number(url.port), '127.0.0.1');
      socket.on('error', () => {});
      slow.push(socket);
      if (i % 4 === 1) socket.write('GET / HT');
      if (i % 4 === 2) socket.write('GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: ');
      if (i % 4 === 3) {
        socket.pause();
        socket.write('GET /assets/large.js HTTP/1.1\r\nHost: localhost\r\n\r\n');
      }
    }
    const drops = setInterval(() => {
      for (const socket of slow) if (socket.writable) socket.write('a');
    }, 200);

    const mean = [
      () => 'GET\r\n\r\n',
      () => '\0\0\0\0\r\n\r\n',
      () => 'GET / HTTP/9.9\r\n\r\n',
      () => 'G€T / HTTP/1.1\r\nHost: a\r\n\r\n',
      () => `GET /${'%'.repeat(50)} HTTP/1.1\r\nHost: a\r\n\r\n`,
      () => `GET / HTTP/1.1\r\nHost: a\r\nX: ${'a'.repeat(40_000)}\r\n\r\n`,
      () => 'GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n',
      () => 'GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n',
      () => 'GET / HTTP/1.1\r\nHost: a\r\nRange: bytes=9-1,4-,,-\r\nIf-Range: x\r\n\r\n',
      () => 'GET / HTTP/1.1\r\nHost: a\r\nIf-Modified-Since: \x7f\r\nIf-None-Match: ,,\r\n\r\n',
      () => 'CONNECT / HTTP/1.1\r\nHost: a\r\n\r\n',
      () => 'GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: upgrade\r\n\r\n',
      () => `${'../'.repeat(400)}etc/passwd`,
      (i: number) => Buffer.from(Array.from({ length: 97 }, (_, j) => (i * 31 + j * 17) % 256)),
    ];
    let others = 0;
    let slowest = 0;
    const told: string[] = [];
    for (let from = 0; from < 1000; from += 50) {
      const asked = Array.from({ length: 50 }, (_, i) =>
        raw(mean[(from + i) % mean.length]!(from + i), 200),
      );
      const start = performance.now();
      const answer = await fetch(new URL('assets/large.js', url));
      expect((await answer.text()).length).toBe(large.length);
      slowest = Math.max(slowest, performance.now() - start);
      others++;
      told.push(...(await Promise.all(asked)));
    }
    clearInterval(drops);
    expect(told.length).toBe(1000);
    expect(told.some((answer) => answer.includes('SECRET') || answer.includes('root:'))).toBe(
      false,
    );
    expect(told.every((answer) => !answer.startsWith('HTTP/1.1 5'))).toBe(true);
    expect(others).toBe(20);
    expect(slowest).toBeLessThan(2000);
    for (const socket of slow) socket.destroy();
  });

  test('hangs up on a request that does not come to its end', async () => {
    const impatient = fileServer(folder);
    impatient.headersTimeout = impatient.requestTimeout = 300;
    const { port } = await listen(impatient, [0]);
    const socket = connect(Number(port), '127.0.0.1');
    socket.on('error', () => {});
    const start = performance.now();
    socket.resume().write('GET / HTTP/1.1\r\n');
    await once(socket, 'close');
    expect(performance.now() - start).toBeLessThan(5000);
    await close(impatient);
  });

  test('ends at once, in the middle of answers', async () => {
    const other = fileServer(folder);
    const address = await listen(other, [0]);
    const answer: IncomingMessage = await new Promise((resolve) => {
      get(new URL('assets/large.js', address), resolve);
    });
    answer.on('error', () => {});
    const start = performance.now();
    await close(other);
    expect(performance.now() - start).toBeLessThan(250);
  });

  test('takes the next port where one is taken, and says so where it may not', async () => {
    const taken = Number(url.port);
    const other = fileServer(folder);
    expect((await listen(other, [taken, 0])).port).not.toBe(url.port);
    await close(other);
    await expect(listen(fileServer(folder), [taken])).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });

  test('every answer has the same headers, refusals too', async () => {
    for (const path of ['', 'no.html', 'a'.repeat(3000)]) {
      const answer = await fetch(new URL(path, url));
      for (const [name, value] of Object.entries(headers))
        expect(answer.headers.get(name)).toBe(value);
    }
  });
});
