import { mkdir, open, readdir, readlink, rename, rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { threadId } from 'node:worker_threads';
import { CheckpointError } from '@kasane/tensor-core';
import { crc32 } from '../crc32.ts';

/** Throws RangeError unless `path` names something: an empty one would be the root folder or the one of the program. @internal */
export function requirePath(owner: string, what: string, path: unknown): void {
  if (typeof path === 'string' && path !== '') return;
  throw new RangeError(
    `${owner}: ${what} must be a path, got ${JSON.stringify(path) ?? String(path)}. Pass '.' for the folder the program runs in.`,
  );
}

/** The error of a file that cannot be written, with the cause. @internal */
export function cannotWrite(path: string, cause: unknown): CheckpointError {
  return new CheckpointError(
    `${path}: cannot be written, got ${String(cause)}. Make room, or give a path that can be written to.`,
    { cause },
  );
}

/**
 * Writes a file beside its place and renames it, so that there is a whole one at any moment, however many write it. Pieces that killed
 * programs left there are removed. @internal
 */
export async function writeWhole(path: string, content: Uint8Array | string): Promise<void> {
  const folder = dirname(path);
  const name = `${basename(path)}.`;
  const writer = await thisWriter();
  const own = `${name}${writer.host}-${writer.process}-${writer.thread}-${count++}.part`;
  const part = join(folder, own);
  try {
    await mkdir(folder, { recursive: true });
    await removeLeftovers(folder, name, writer);
    writing.add(own);
    const file = await open(part, 'wx');
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(part, path);
    await syncFolder(folder);
  } catch (error) {
    await rm(part, { force: true }).catch(() => {}); // what went wrong first is told
    throw cannotWrite(path, error);
  } finally {
    writing.delete(own);
  }
}

/** The parts that this thread is writing, by names that are the same however the folder is called; and how many there were. */
const writing = new Set<string>();
let count = 0;

/** Who writes: parts of no two that are alive have the same name. */
interface Writer {
  /** Among whose processes a number means one. */
  readonly host: string;
  readonly process: number;
  readonly thread: number;
}

async function thisWriter(): Promise<Writer> {
  // Containers may share a name and a folder, and number their processes each for itself.
  const space = await readlink('/proc/self/ns/pid').catch(() => '');
  const host = crc32(new TextEncoder().encode(hostname() + space))
    .toString(16)
    .padStart(8, '0');
  return { host, process: globalThis.process.pid, thread: threadId };
}

/** Removes the parts of a file whose writers are gone, where that is allowed. Those of other machines may be alive. */
async function removeLeftovers(folder: string, name: string, writer: Writer): Promise<void> {
  for (const found of await readdir(folder).catch(() => [])) {
    if (!found.startsWith(name)) continue;
    const [, host, id, thread] = PART.exec(found.slice(name.length)) ?? [];
    if (host !== writer.host) continue;
    const own = Number(id) === writer.process;
    // A program that is started again in a container has the number that it had.
    const gone = own
      ? Number(thread) === writer.thread && !writing.has(found)
      : !isAlive(Number(id));
    if (gone) await rm(join(folder, found), { force: true }).catch(() => {});
  }
}

const PART = /^([0-9a-f]{8})-(\d+)-(\d+)-\d+\.part$/;

function isAlive(id: number): boolean {
  try {
    return process.kill(id, 0); // asks, and sends nothing
  } catch (error) {
    return codeOf(error) !== 'ESRCH';
  }
}

/** Without it a file that was renamed may have its old name after a power cut. */
async function syncFolder(folder: string): Promise<void> {
  try {
    const file = await open(folder, 'r');
    await file.sync().finally(() => file.close());
  } catch (error) {
    // Windows and some network drives open no folder, or sync none.
    if (['EIO', 'ENOSPC', 'EDQUOT'].includes(codeOf(error))) throw error;
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}
