import { DataError } from '@kasane/tensor-core';
import { createHash } from 'node:crypto';
import {
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { fetchFile, readMnist } from '../node.ts';

const body = Buffer.from('some bytes');
const hash = createHash('sha256').update(body).digest('hex');
const folder = mkdtempSync(join(tmpdir(), 'kasane-'));
const idx = {
  images: gzipSync(Uint8Array.of(0, 0, 8, 3, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 2, 5, 6)),
  labels: gzipSync(Uint8Array.of(0, 0, 8, 1, 0, 0, 0, 1, 4)),
};
let server: Server;
let base = '';
let requests = 0;
let cache = '';

beforeAll(async () => {
  server = createServer(({ url }, response) => {
    requests++;
    if (url === '/a.bin') response.end(body);
    else if (url === '/train-images-idx3-ubyte.gz') response.end(idx.images);
    else if (url === '/train-labels-idx1-ubyte.gz') response.end(idx.labels);
    else if (url === '/cut.bin') {
      response.writeHead(200, { 'content-length': 100 });
      response.write(body, () => response.destroy());
    } else response.writeHead(404).end();
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const address = server.address();
  if (typeof address === 'object') base = `http://127.0.0.1:${address?.port}`;
});
afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true });
});
beforeEach(() => {
  cache = mkdtempSync(join(folder, 'cache-'));
  requests = 0;
});

it('fetches a file once, under a name of its own, and checks it', async () => {
  const path = await fetchFile(`${base}/a.bin`, { cache, sha256: hash.toUpperCase() });
  expect(readFileSync(path)).toEqual(body);
  expect(await fetchFile(`${base}/a.bin`, { cache, sha256: hash })).toBe(path);
  expect(requests).toBe(1);
  expect(readdirSync(cache)).toHaveLength(1);
});

it('fetches at the same time without harm', async () => {
  const paths = await Promise.all([1, 2, 3].map(() => fetchFile(`${base}/a.bin`, { cache })));
  expect(new Set(paths).size).toBe(1);
  expect(readFileSync(paths[0]!)).toEqual(body);
  expect(readdirSync(cache)).toHaveLength(1);
});

it('keeps nothing of what is wrong, missing or cut off', async () => {
  const wrong = fetchFile(`${base}/a.bin`, { cache, sha256: '00' });
  await expect(wrong).rejects.toThrow(
    new DataError(
      `${base}/a.bin: expected a file with SHA-256 00, got ${hash}. The host has another file.`,
    ),
  );
  await expect(fetchFile(`${base}/none`, { cache })).rejects.toThrow(
    `${base}/none: byte 0: expected the rest of the file, got status 404.`,
  );
  // How much of it came through before depends on the machine.
  await expect(fetchFile(`${base}/cut.bin`, { cache })).rejects.toThrow(
    /cut\.bin: byte \d+: expected the rest of the file, got (an interruption|no answer)\.$/,
  );
  await expect(fetchFile('http://127.0.0.1:1/a', { cache })).rejects.toThrow('got no answer');
  expect(readdirSync(cache)).toEqual([]);
  await expect(fetchFile(`${base}/a.bin`)).rejects.toThrow('Pass { cache }.');
});

it('says where a download cannot be kept', async () => {
  const file = join(cache, 'a file');
  writeFileSync(file, '');
  await expect(fetchFile(`${base}/a.bin`, { cache: file })).rejects.toThrow(
    `${file}: expected a folder to keep downloads in, got EEXIST: file already exists. Name a folder.`,
  );
  // What is written to the device ends as on a full disk.
  const key = createHash('sha256').update(`${base}/a.bin`).digest('hex').slice(0, 12);
  for (let n = 0; n < 100; n++) {
    symlinkSync('/dev/full', join(cache, `${key}-a.bin.${process.pid}-${n}.part`));
  }
  const error = await fetchFile(`${base}/a.bin`, { cache }).catch((error: unknown) => error);
  expect(error).toBeInstanceOf(DataError);
  expect(String(error)).toMatch(
    /a\.bin\.\d+-\d+\.part: expected room for the download, got ENOSPC: no space left on device\. The disk is full: free some of it\.$/,
  );
  expect(readdirSync(cache)).toHaveLength(100); // the file and 99 links: the part is removed
});

it('notices when the cache or a local file was changed', async () => {
  const path = await fetchFile(`${base}/a.bin`, { cache });
  writeFileSync(path, 'other');
  await expect(fetchFile(`${base}/a.bin`, { cache, sha256: hash })).rejects.toThrow(
    'Delete it, and it is fetched again.',
  );
  await expect(fetchFile(path, { sha256: hash })).rejects.toThrow(DataError);
  expect(await fetchFile(path)).toBe(path);
});

it('readMnist fetches both files with their checksums', async () => {
  const images = await readMnist(`${base}/`, { cache });
  expect([images.width, images.labels.join(), images.data.join()]).toEqual([2, '4', '5,6']);
  await readMnist(base, { cache });
  expect(requests).toBe(2);
  const sha256 = { 'train-labels-idx1-ubyte.gz': hash };
  await expect(readMnist(base, { cache, sha256 })).rejects.toThrow('expected a file with SHA-256');
  await expect(readMnist(cache)).rejects.toThrow(
    `${cache}: expected a file train-images-idx3-ubyte or train-images-idx3-ubyte.gz, got none.`,
  );
});
