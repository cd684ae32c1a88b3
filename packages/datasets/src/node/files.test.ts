import { DataError, Generator } from '@kasane/tensor-core';
import { encode } from 'fast-png';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import v8 from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, describe, expect, it } from 'vitest';
import { DataLoader, mapDataset, randomCrop, textLines } from '../index.ts';
import {
  decodeWorkers,
  fetchFile,
  ImageFolder,
  ParallelText,
  readCifar10,
  readCsv,
  readMnist,
  TextLines,
} from '../node.ts';

const folder = mkdtempSync(join(tmpdir(), 'kasane-'));
afterAll(() => rmSync(folder, { recursive: true }));

const written = (name: string, content: string | Uint8Array): string => {
  const path = join(folder, name);
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, content);
  return path;
};
const all = async <T>(items: AsyncIterable<T>): Promise<T[]> => {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
};

describe('texts', () => {
  it('begin anew each time', async () => {
    const lines = new TextLines(written('a.txt', 'x\ny\n'));
    expect([await all(lines), await all(lines)]).toEqual([
      ['x', 'y'],
      ['x', 'y'],
    ]);
    const batches = await all(new DataLoader(lines, { batchSize: 2 }));
    expect(batches).toEqual([['x', 'y']]);
  });

  it('stay within a piece and a line, however large the file', async () => {
    v8.setFlagsFromString('--expose-gc');
    // With the flag, every new context has the function.
    const collect = runInNewContext('gc') as () => void;
    const chunk = new TextEncoder().encode(`${'word '.repeat(19)}\n`.repeat(600));
    const chunks = {
      *[Symbol.iterator]() {
        for (let i = 0; i < 500; i++) yield chunk;
      },
    };
    collect();
    const before = process.memoryUsage().heapUsed;
    let lines = 0;
    for await (const _ of textLines(chunks, 'f')) {
      if (++lines % 100_000 !== 0) continue;
      collect();
      expect(process.memoryUsage().heapUsed - before).toBeLessThan(3e6); // of 29 MB
    }
    expect(lines).toBe(300_000);
  });

  it('stand side by side as long as both have lines', async () => {
    const [one, two] = [written('1', 'a\nb\n'), written('2', 'A\nB\n')];
    const three = written('3', 'A\nB\nC\n');
    expect(await all(new ParallelText(one, two))).toEqual([
      ['a', 'A'],
      ['b', 'B'],
    ]);
    const message = `${one}: line 3: expected a line, as ${three} has one, got the end of the file.`;
    await expect(all(new ParallelText(one, three))).rejects.toThrow(message);
    await expect(all(new ParallelText(three, one))).rejects.toThrow(message);
    for await (const pair of new ParallelText(one, two)) {
      expect(pair).toEqual(['a', 'A']);
      break;
    }
  });

  it('in columns are read row by row, with the file in messages', async () => {
    const file = written('a.csv', 'a,b\n1,2\n3\n');
    await expect(all(readCsv(file))).rejects.toThrow(`${file}: line 3: expected 2 fields`);
    const [row] = await all(readCsv(written('b.csv', '\u{feff}a,b\n1,2\n')));
    expect(row!.number('a')).toBe(1);
  });
});

describe('readCifar10', () => {
  it('reads five batches or one, and names the one that is missing', async () => {
    const record = (label: number) => Uint8Array.of(label, ...new Uint8Array(3072));
    for (let n = 1; n <= 5; n++) written(`cifar/data_batch_${n}.bin`, record(n));
    const train = await readCifar10(join(folder, 'cifar'));
    expect(train.labels.join()).toBe('1,2,3,4,5');
    await expect(readCifar10(join(folder, 'cifar'), { train: false })).rejects.toThrow(
      `${join(folder, 'cifar')}: expected a file test_batch.bin, got none.`,
    );
  });
});

describe('files that cannot be read', () => {
  const failures: readonly [string, string, RegExp][] = [
    [
      'one that is not there',
      'none.txt',
      /got ENOENT: no such file or directory\. Is the path right\?$/,
    ],
    ['a folder', 'a-folder', /got EISDIR: illegal operation on a directory\. Name a file in it\.$/],
    ['one below a file', 'a-file/b', /got ENOTDIR: not a directory\. Is the path right\?$/],
  ];
  it.each(failures)('are named with the cause: %s', async (_what, name, message) => {
    mkdirSync(join(folder, 'a-folder'), { recursive: true });
    written('a-file', 'text');
    const path = join(folder, name);
    const readers: (() => Promise<unknown>)[] = [
      () => all(new TextLines(path)),
      () => all(new ParallelText(written('fine', 'a\n'), path)),
      () => all(readCsv(path)),
      () => fetchFile(path, { sha256: '00' }),
    ];
    for (const read of readers) {
      const error = await read().catch((error: unknown) => error);
      expect(error).toBeInstanceOf(DataError);
      expect(String(error)).toContain(
        `DataError: ${path}: expected a file that can be read, got E`,
      );
      expect(String(error)).toMatch(message);
      expect((error as DataError).cause).toBeInstanceOf(Error); // seen above
    }
  });

  it('are named where readers know which files they want', async () => {
    const none = join(folder, 'nothing here');
    await expect(fetchFile(none)).rejects.toThrow(DataError);
    expect(() => new ImageFolder(none)).toThrow(
      `${none}: expected a folder that can be read, got ENOENT: no such file or directory. Is the path right?`,
    );
    mkdirSync(join(folder, 'odd/test_batch.bin'), { recursive: true });
    await expect(readCifar10(join(folder, 'odd'), { train: false })).rejects.toThrow(
      `${join(folder, 'odd/test_batch.bin')}: expected a file that can be read, got EISDIR`,
    );
    mkdirSync(join(folder, 'odd/t10k-images-idx3-ubyte'), { recursive: true });
    await expect(readMnist(join(folder, 'odd'), { train: false })).rejects.toThrow(
      `${join(folder, 'odd/t10k-images-idx3-ubyte')}: expected a file that can be read, got EISDIR`,
    );
    const gone = written('gone/a/1.png', '');
    const images = new ImageFolder(join(folder, 'gone'));
    rmSync(gone);
    await expect(images.get(0)).rejects.toThrow(
      `${gone}: expected a file that can be read, got ENOENT`,
    );
  });
});

describe('ImageFolder', () => {
  const root = join(folder, 'pictures');
  const picture = (value: number) =>
    encode({ width: 6, height: 6, channels: 3, data: new Uint8Array(108).fill(value) });
  for (let i = 0; i < 6; i++) {
    written(`pictures/dog/${i}.png`, picture(100 + i));
    written(`pictures/cat/${i}.png`, picture(i));
  }
  written('pictures/cat/notes.txt', 'not a picture');

  it('has a class for each folder, in the order of names', async () => {
    const images = new ImageFolder(root, { channels: 1 });
    expect([images.classes.join(), images.length]).toEqual(['cat,dog', 12]);
    const [image, label] = await images.get(7);
    expect([image.channels, image.data[0], label.item(), label.dtype]).toEqual([
      1,
      101,
      1,
      'int32',
    ]);
    mkdirSync(join(folder, 'empty/bird'), { recursive: true });
    expect(() => new ImageFolder(join(folder, 'empty/bird'))).toThrow(
      'expected a folder for each class',
    );
    expect(() => new ImageFolder(join(folder, 'empty'))).toThrow(
      'expected files in .png, .jpg or .jpeg',
    );
  });

  const names = (images: ImageFolder, from: string): string[] =>
    images.files.map(({ path, label }) => `${label} ${relative(from, path)}`);

  it('takes the pictures of all folders in a class, in the order of torchvision', () => {
    const deep = join(folder, 'deep');
    for (const name of [
      'b/z.png',
      'b/a/2.JPG',
      'b/a/1.png',
      'b/a-c/3.png',
      'b/a/d/4.jpeg',
      'a/0.png',
    ]) {
      written(`deep/${name}`, '');
    }
    written('deep/5.png', ''); // in no class
    // sorted(os.walk(folder)), then sorted(files)
    expect(names(new ImageFolder(deep), deep)).toEqual([
      '0 a/0.png',
      '1 b/z.png',
      '1 b/a/1.png',
      '1 b/a/2.JPG',
      '1 b/a-c/3.png',
      '1 b/a/d/4.jpeg',
    ]);
  });

  it('follows links to pictures and to folders, and says where one leads nowhere or back', async () => {
    const links = join(folder, 'links');
    mkdirSync(join(links, 'own'), { recursive: true });
    symlinkSync(join(root, 'cat'), join(links, 'all'));
    symlinkSync(join(root, 'dog', '3.png'), join(links, 'own', 'one.png'));
    symlinkSync(join(root, 'dog'), join(links, 'own', 'others'));
    const images = new ImageFolder(links);
    expect(names(images, links)).toEqual([
      ...[0, 1, 2, 3, 4, 5].map((i) => `0 all/${i}.png`),
      '1 own/one.png',
      ...[0, 1, 2, 3, 4, 5].map((i) => `1 own/others/${i}.png`),
    ]);
    expect((await images.get(6))[0].data[0]).toBe(103);
    symlinkSync(links, join(links, 'own', 'back'));
    expect(() => new ImageFolder(links)).toThrow(
      `${join(links, 'own', 'back')}: expected a link to other pictures, got one to a folder it is in.`,
    );
    rmSync(join(links, 'own', 'back'));
    symlinkSync('nowhere', join(links, 'own', '2.png'));
    expect(() => new ImageFolder(links)).toThrow(
      `${join(links, 'own', '2.png')}: expected a link to a file or folder, got ENOENT: no such file or directory. Is the path right?`,
    );
  });

  it('says which pictures it does not read, where torchvision does', () => {
    written('webp/a/1.png', '');
    const other = written('webp/a/2.webp', '');
    expect(() => new ImageFolder(join(folder, 'webp'))).toThrow(
      `${other}: expected a picture in .png, .jpg or .jpeg. Convert it, or move it elsewhere.`,
    );
  });

  it('gives the same batches with workers as without, augmented, whatever is loaded ahead', async () => {
    const pool = decodeWorkers(2);
    const epoch = async (images: ImageFolder, prefetch: number) => {
      const crop = randomCrop(4, 4, 2);
      const changed = mapDataset(images, ([image, label], generator) => {
        return [crop(image, generator), label] as const;
      });
      const generator = new Generator(1);
      const loader = new DataLoader(changed, { batchSize: 5, shuffle: true, generator, prefetch });
      return (await all(loader)).map(([x, y]) => [x.toArray(), y.toArray()]);
    };
    const expected = await epoch(new ImageFolder(root), 0);
    expect(await epoch(new ImageFolder(root, { workers: pool }), 3)).toEqual(expected);
    pool.close();
  });

  it('passes on what a worker says of a damaged picture, and what was not done when it closes', async () => {
    const pool = decodeWorkers(1);
    const broken = picture(1).subarray(0, 50);
    const error = await pool.decode(broken, 'b.png').catch((error: unknown) => error);
    expect(error).toBeInstanceOf(DataError);
    expect(String(error)).toContain('b.png: 50 bytes of PNG are damaged or not all there');
    const late = pool.decode(picture(1), 'c.png');
    pool.close();
    await expect(late).rejects.toThrow('it was closed before the picture was decoded');
    expect(() => decodeWorkers(0)).toThrow(RangeError);
  });
});
