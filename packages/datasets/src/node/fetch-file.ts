import { optionsOf, DataError } from '@kasane/tensor-core';
import { createHash } from 'node:crypto';
import { access, mkdir, open, rename, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileError, readPieces } from './file-errors.ts';

/** Options of `fetchFile`. */
export interface FetchOptions {
  /** The folder that downloads are kept in. Needed for URLs. */
  readonly cache?: string;
  /** What the bytes of the file must hash to, in hexadecimal. */
  readonly sha256?: string;
}

let parts = 0;

/**
 * The path of a file on this machine: of one that lies here already, or of a URL's, downloaded the first time.
 *
 * A download is written beside its place in the cache and renamed when it is complete and its checksum is right: what is in the cache is whole,
 * however many programs fetch at a time.
 *
 * @throws {@link DataError} if the file does not come, cannot be read or kept, or its bytes do not hash to `sha256`.
 * @throws RangeError for a URL without a cache.
 *
 * @example
 * import { fetchFile } from '@kasane/datasets/node';
 * import { mkdtempSync, writeFileSync } from 'node:fs';
 * import { tmpdir } from 'node:os';
 * import { join } from 'node:path';
 * const file = join(mkdtempSync(join(tmpdir(), 'data-')), 'a.txt');
 * writeFileSync(file, 'abc');
 * (await fetchFile(file)) === file; // => true
 * await fetchFile(file, { sha256: '00' }); // => throws DataError
 */
export async function fetchFile(source: string | URL, options?: FetchOptions): Promise<string> {
  const { cache, sha256 } = optionsOf('fetchFile', options, ['cache', 'sha256']);
  const name = String(source);
  if (!isUrl(name)) {
    if (sha256 !== undefined) await checkHash(name, sha256, 'Fetch it again.');
    else await access(name).catch(refuse(name, 'a file'));
    return name;
  }
  if (cache === undefined) {
    throw new RangeError(`fetchFile: ${name} needs a folder to be kept in. Pass { cache }.`);
  }
  // Files of one name from several places have places of their own.
  const key = createHash('sha256').update(name).digest('hex').slice(0, 12);
  const path = join(cache, `${key}-${basename(new URL(name).pathname)}`);
  if (await exists(path)) {
    if (sha256 !== undefined) await checkHash(path, sha256, 'Delete it, and it is fetched again.');
    return path;
  }
  await mkdir(cache, { recursive: true }).catch(refuse(cache, 'a folder to keep downloads in'));
  const part = `${path}.${process.pid}-${parts++}.part`;
  try {
    await download(name, part);
    if (sha256 !== undefined) await checkHash(part, sha256, 'The host has another file.', name);
    await rename(part, path).catch(refuse(path, KEPT));
  } finally {
    await rm(part, { force: true });
  }
  return path;
}

const KEPT = 'room for the download';

/** For `catch`: throws DataError with what the system said of a path. */
function refuse(path: string, wanted: string): (error: unknown) => never {
  return (error) => {
    throw fileError(path, wanted, error);
  };
}

/** Whether a file is to be fetched. @internal */
export function isUrl(source: string): boolean {
  return /^https?:\/\//.test(source);
}

/** Whether there is a file. @internal */
export function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

async function download(url: string, part: string): Promise<void> {
  let received = 0;
  const fail = (why: string, cause?: unknown): never => {
    throw new DataError(`${url}: byte ${received}: expected the rest of the file, got ${why}.`, {
      cause,
    });
  };
  const response = await fetch(url).catch((error: unknown) => fail('no answer', error));
  if (!response.ok || response.body === null) {
    await response.body?.cancel();
    fail(`status ${response.status}`);
  }
  const file = await open(part, 'w').catch(refuse(part, KEPT));
  try {
    for await (const chunk of response.body!) {
      await file.writeFile(chunk).catch(refuse(part, KEPT));
      received += chunk.length;
    }
  } catch (error) {
    // Of the disk, not of the connection
    if (error instanceof DataError) throw error;
    fail('an interruption', error);
  } finally {
    await file.close().catch(refuse(part, KEPT));
  }
}

async function checkHash(
  path: string,
  wanted: string,
  remedy: string,
  name: string = path,
): Promise<void> {
  const hash = createHash('sha256');
  for await (const piece of readPieces(path)) hash.update(piece);
  const got = hash.digest('hex');
  if (got === wanted.toLowerCase()) return;
  throw new DataError(`${name}: expected a file with SHA-256 ${wanted}, got ${got}. ${remedy}`);
}
