import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { listed } from '../../test/small-exercises.ts';
import { recorder } from '../../test/recorder.ts';
import { check, ofDefaultData } from '../check.ts';
import { defineExercise } from '../exercise.ts';
import type { Exercise, Original, Originals, ParallelCorpus, Pictures } from '../exercise.ts';
import { main } from './main.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'kasane-originals-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const sizeOf = (data: Originals[Original] | undefined, part: 'train' | 'test'): number =>
  data !== undefined && part in data ? (data as Pictures | ParallelCorpus)[part].length : 0; // both have it

/** Counts what it is given. */
const counting = (original?: Original): Exercise =>
  defineExercise({
    id: 'counting',
    title: { en: 'Counting', ja: '数える' },
    summary: 'Counts pictures.',
    rows: [],
    parameters: {},
    ...(original === undefined ? {} : { data: original }),
    *run({ data }) {
      yield { type: 'metric', name: 'train', value: sizeOf(data, 'train') };
      yield { type: 'metric', name: 'test', value: sizeOf(data, 'test') };
      return [check(1, 'pictures', data !== undefined).equals(true)];
    },
  });

async function demo(exercise: Exercise, ...args: string[]) {
  const [stdout, stderr] = [recorder(), recorder()];
  const { signal } = new AbortController();
  const command = ['run', 'counting', '--json', ...args];
  const environment = { exercises: [listed(exercise)], backends: {}, stdout, stderr, signal };
  const status = await main(command, environment);
  return { status, stdout: stdout.text, stderr: stderr.text };
}

function mnistFolder(name: string): string {
  const path = join(folder, name);
  mkdirSync(path);
  for (const [part, count] of [['train', 3], ['t10k', 2]] as const) {
    const pictures = [0, 0, 8, 3, 0, 0, 0, count, 0, 0, 0, 28, 0, 0, 0, 28];
    const pixels = Array.from({ length: count * 784 }, () => 0);
    writeFileSync(join(path, `${part}-images-idx3-ubyte`), Uint8Array.from([...pictures, ...pixels]));
    const labels = Uint8Array.from([0, 0, 8, 1, 0, 0, 0, count, ...Array(count).keys()]);
    writeFileSync(join(path, `${part}-labels-idx1-ubyte`), labels);
  }
  return path;
} // prettier-ignore

describe('--data', () => {
  test('gives an exercise the original MNIST', async () => {
    const { status, stdout } = await demo(counting('mnist'), '--data', mnistFolder('whole'));
    expect(status).toBe(0);
    expect(JSON.parse(stdout).metrics).toEqual({ train: 3, test: 2 });
  });

  test('gives an exercise the original CIFAR-10', async () => {
    const path = join(folder, 'cifar');
    mkdirSync(path);
    for (const name of ['data_batch_1', 'data_batch_2', 'data_batch_3', 'data_batch_4', 'data_batch_5', 'test_batch']) {
      writeFileSync(join(path, `${name}.bin`), new Uint8Array(3073));
    }
    const { status, stdout } = await demo(counting('cifar10'), '--data', path);
    expect(status).toBe(0);
    expect(JSON.parse(stdout).metrics).toEqual({ train: 5, test: 1 });
  }); // prettier-ignore

  test('refuses a folder that is not there', async () => {
    const path = join(folder, 'nowhere');
    const { status, stdout, stderr } = await demo(counting('mnist'), '--data', path);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toBe(
      `demo run counting: --data: ${path}: expected a file train-images-idx3-ubyte or train-images-idx3-ubyte.gz, got none.\n`,
    );
    expect(existsSync(path)).toBe(false);
  });

  test('refuses a file that is cut off, with the place', async () => {
    const path = mnistFolder('cut');
    const images = join(path, 't10k-images-idx3-ubyte');
    writeFileSync(images, Uint8Array.of(0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 28, 0, 0, 0, 28, 7));
    const { status, stderr } = await demo(counting('mnist'), '--data', path);
    expect(status).toBe(2);
    expect(stderr).toBe(
      `demo run counting: --data: ${images}: byte 17: expected 1584 bytes in all for [2,28,28], got the end of the file after 17 bytes.\n`,
    );
  });

  test('refuses what cannot be read', async () => {
    const path = join(folder, 'odd');
    mkdirSync(join(path, 'data_batch_1.bin'), { recursive: true });
    const { status, stderr } = await demo(counting('cifar10'), '--data', path);
    expect(status).toBe(2);
    expect(stderr).toContain(
      `--data: ${join(path, 'data_batch_1.bin')}: expected a file that can be read, got EISDIR`,
    );
  });

  describe('of small_parallel_enja', () => {
    const texts = (name: string, changes: Readonly<Record<string, string>> = {}): string => {
      const path = join(folder, name);
      mkdirSync(path);
      const files = { 'train.en': 'a dog .\na cat .\n', 'train.ja': '犬 。\n猫 。\n', 'dev.en': 'dog\n', 'dev.ja': '犬\n', 'test.en': 'cat\n', 'test.ja': '猫\n', ...changes };
      for (const [file, text] of Object.entries(files)) writeFileSync(join(path, file), text);
      return path;
    }; // prettier-ignore
    const refused = async (path: string): Promise<string> => {
      const { status, stderr } = await demo(counting('small-parallel-enja'), '--data', path);
      expect(status).toBe(2);
      return stderr.replaceAll(`${path}/`, '');
    };

    test('gives an exercise its sentences', async () => {
      const path = texts('texts');
      const { status, stdout } = await demo(counting('small-parallel-enja'), '--data', path);
      expect(status).toBe(0);
      expect(JSON.parse(stdout).metrics).toEqual({ train: 2, test: 1 });
    });

    test('names file and line of what is wrong', async () => {
      expect(await refused(texts('blank', { 'dev.ja': ' \n' }))).toBe(
        'demo run counting: --data: dev.ja: line 1: expected words with spaces between them, got none.\n',
      );
      expect(await refused(texts('short', { 'train.ja': '犬 。\n' }))).toBe(
        'demo run counting: --data: train.ja: line 2: expected a line, as train.en has one, got the end of the file. The files do not belong together.\n',
      );
      expect(await refused(texts('empty', { 'test.en': '', 'test.ja': '' }))).toBe(
        'demo run counting: --data: test.en: line 1: expected a sentence, got the end of the file.\n',
      );
      const missing = texts('missing');
      rmSync(join(missing, 'dev.en'));
      expect(await refused(missing)).toBe(
        `demo run counting: --data: ${missing}: expected a file dev.en, got none.\n`,
      );
    });
  });

  test('refuses a parameter that shapes the default data', async () => {
    const noise = { type: 'number', default: 1, min: 0, max: 9, description: 'noise', ofDefaultData: true } as const;
    const exercise = defineExercise({
      id: 'counting', title: { en: 'Counting', ja: '数える' }, summary: 'Counts points.', rows: [],
      parameters: { noise }, data: 'points',
      *run({ data }) {
        yield { type: 'metric', name: 'points', value: data?.x.length ?? 0 };
        return ofDefaultData(data, [check(1, 'points', data?.x.length ?? 0).equals(0)]);
      },
    });
    const path = join(folder, 'points.csv');
    writeFileSync(path, '1,2\n2,3\n3,4\n');
    const { status, stdout } = await demo(exercise, '--data', path);
    expect([status, JSON.parse(stdout)]).toMatchObject([0, { data: 'given', metrics: { points: 3 }, checks: [{ holds: false, applies: false }] }]);
    const refused = await demo(exercise, '--data', path, '--noise', '2');
    expect(refused).toMatchObject({ status: 2, stderr: 'demo run counting: --noise shapes the data that the exercise has by default, and says nothing of other data; leave it out.\n' });
  }); // prettier-ignore

  test('is no option of an exercise with data of its own', async () => {
    const { status, stderr } = await demo(counting(), '--data', folder);
    expect(status).toBe(2);
    expect(stderr).toContain("there is no option '--data'");
  });
});
