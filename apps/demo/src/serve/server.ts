import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { realpath } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { isAbsolute, join, relative, sep } from 'node:path';
import send from 'send';
import { headers } from './headers.ts';

/** Characters of the longest address of a file. What a link says of a run stands behind its #, which is never sent. */
const MAX_URL = 2048;
/** Milliseconds that a request may take to arrive, and that a reader may take nothing. */
const ARRIVES = 10_000;
const IDLE = 30_000;

/**
 * Serves the files of a folder to this machine alone, with the headers that threads need. Nothing outside of the folder can be had, by
 * no path and no link; requests that are malformed, long, slow or other than for reading are refused.
 */
export function fileServer(folder: string): Server {
  const server = createServer(
    {
      headersTimeout: ARRIVES,
      requestTimeout: ARRIVES,
      connectionsCheckingInterval: 1000,
      maxHeaderSize: 16_384,
    },
    (request, response) => {
      for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
      request.resume(); // nobody reads what comes with a question for a file
      answer(folder, request, response).catch(() => refuse(response, 500, 'Something broke.'));
    },
  );
  server.timeout = IDLE;
  return server;
}

/** Starts a server on this machine's own address and says where. The first port that is free of `ports` is taken. */
export async function listen(server: Server, ports: readonly number[]): Promise<URL> {
  for (const [index, port] of ports.entries()) {
    try {
      server.listen(port, '127.0.0.1');
      await once(server, 'listening');
      const address = server.address() as AddressInfo; // it listens on a port
      return new URL(`http://127.0.0.1:${address.port}/`);
    } catch (error) {
      // Ports below 1024 may be for the administrator alone.
      const { code } = error as NodeJS.ErrnoException;
      if ((code !== 'EADDRINUSE' && code !== 'EACCES') || index === ports.length - 1) throw error;
    }
  }
  throw new Error('internal: no port to listen on');
}

/** Ends a server, whatever it is in the middle of. */
export async function close(server: Server): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  server.closeAllConnections();
  await closed;
}

async function answer(
  folder: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { method, url = '/' } = request;
  if (method !== 'GET' && method !== 'HEAD') {
    response.setHeader('Allow', 'GET, HEAD');
    return refuse(response, 405, 'Files can only be read here.');
  }
  if (url.length > MAX_URL) return refuse(response, 414, 'No file has so long an address.');
  const path = pathOf(url);
  if (path === undefined) return refuse(response, 400, 'This is no address of a file.');
  const file = await within(folder, path.endsWith('/') ? `${path}index.html` : path);
  if (file === undefined) return refuse(response, 404, 'There is no such file.');
  response.setHeader('Cache-Control', 'no-cache');
  send(request, encodeURIComponent(file.path), {
    root: file.root,
    index: false,
    cacheControl: false,
  })
    .on('error', ({ status = 404 }: { status?: number }) => {
      if (status === 416) refuse(response, status, 'The file is shorter than that.');
      else if (status === 412) refuse(response, status, 'The file has changed.');
      else refuse(response, 404, 'There is no such file.');
    })
    .on('directory', () => refuse(response, 404, 'There is no such file.'))
    .pipe(response);
}

/** The path of a file as the address spells it, or nothing where it spells none. */
function pathOf(url: string): string | undefined {
  try {
    // To a proxy the whole address is sent; what follows two slashes alone would be read as a host.
    const { pathname } = new URL(url.startsWith('/') ? `http://localhost${url}` : url);
    const path = decodeURIComponent(pathname);
    return path.includes('\0') ? undefined : path;
  } catch {
    return undefined;
  }
}

/** Where in the folder a file really is, all links followed; nothing if it is not there, or outside. */
async function within(
  folder: string,
  path: string,
): Promise<{ readonly root: string; readonly path: string } | undefined> {
  try {
    const root = await realpath(folder);
    const inside = relative(root, await realpath(join(root, path)));
    const outside = inside === '' || inside.split(sep)[0] === '..' || isAbsolute(inside);
    return outside ? undefined : { root, path: inside.replaceAll(sep, '/') };
  } catch {
    return undefined;
  }
}

function refuse(response: ServerResponse, status: number, why: string): void {
  if (response.headersSent) return void response.destroy();
  response.writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8' }).end(`${why}\n`);
}
