import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decode } from 'fast-png';
import { parseHTML } from 'linkedom';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { halving } from '../../test/small-exercises.ts';
import { runExercise } from '../runner.ts';
import { UsageError } from '../usage-error.ts';
import { seriesCsv } from './csv.ts';
import { outputFiles, prepareFolder, writeFiles } from './write-outputs.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kasane-demo-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});
const read = (name: string): string => readFileSync(join(folder, name), 'utf8');

describe('the files of a run', () => {
  beforeEach(async () => {
    const record = await runExercise(halving, { parameters: { steps: 3 } });
    const files = await outputFiles(folder, record);
    await writeFiles(folder, files);
    expect([...files.keys()].toSorted()).toEqual(
      readdirSync(folder)
        .map((name) => join(folder, name))
        .toSorted(),
    );
  });

  test('a CSV of each chart: a column for each line, empty where it has no point', () => {
    expect(read('halving-default-course.csv')).toBe(
      'step,given,"value, halved"\n0,1,\n1,0.5,0.5\n2,,0.25\n3,,0.125\n',
    );
  });

  test('a place that a line comes to more than once has a row for each time', () => {
    const cloud = { name: 'points', x: [1, 0, 1], y: [5, 6, 7] };
    const line = { name: 'line', x: [0, 1], y: [0, NaN] };
    expect(seriesCsv([cloud, line], 'x')).toBe('x,points,line\n0,6,0\n1,5,NaN\n1,7,\n');
  });

  test('a CSV of each table, quoted where it must be', () => {
    expect(read('halving-default-halves.csv')).toBe('name,value,exact\n"one, ""half""",0.5,true\n');
  });

  test('an SVG of each chart: a line, its dots, axes and names', () => {
    const text = read('halving-default-course.svg');
    const { document } = parseHTML(text);
    const svg = document.querySelector('svg');
    expect(svg?.getAttribute('xmlns')).toBe('http://www.w3.org/2000/svg');
    expect(document.querySelectorAll('.dots circle')).toHaveLength(2);
    const path = document.querySelector('.line path')?.getAttribute('d');
    expect(path).toMatch(/^M[\d.]+ [\d.]+L[\d.]+ [\d.]+L[\d.]+ [\d.]+$/);
    for (const word of ['Halving: course', 'step', 'value', 'value, halved', 'given']) {
      expect(svg?.textContent).toContain(word);
    }
    expect(text).not.toContain('NaN');
  });

  test('a PNG of each picture, with the very pixels', () => {
    const grey = decode(readFileSync(join(folder, 'halving-default-grey.png')));
    expect(grey).toMatchObject({ width: 2, height: 1, channels: 1 });
    expect([...grey.data]).toEqual([0, 255]);
    const colours = decode(readFileSync(join(folder, 'halving-default-colours.png')));
    expect(colours).toMatchObject({ width: 1, height: 2, channels: 3 });
    expect([...colours.data]).toEqual([255, 0, 0, 0, 0, 255]);
  });

  test('the result as JSON, with NaN by its name', () => {
    expect(JSON.parse(read('halving-default-result.json'))).toMatchObject({
      id: 'halving',
      variant: 'default',
      metrics: { value: 0.125, undefined: 'NaN' },
    });
  });
});

test('a folder that does not exist is made, with those above it', () => {
  const deep = join(folder, 'a', 'b');
  prepareFolder(deep);
  expect(readdirSync(deep)).toEqual([]);
});

test('a folder that cannot be is told in one sentence', () => {
  const file = join(folder, 'file');
  writeFileSync(file, '');
  expect(() => prepareFolder(file)).toThrow(
    new UsageError(
      `demo: --out must name a folder that can be written to, and '${file}' cannot (ENOTDIR).`,
    ),
  );
});

test('a folder without a name is refused', () => {
  expect(() => prepareFolder('')).toThrow(
    new UsageError("demo: --out must name a folder, got ''; '.' is this one."),
  );
});

test('a folder that vanishes during the run leaves nothing half-written', async () => {
  const record = await runExercise(halving);
  const gone = join(folder, 'gone');
  const written = writeFiles(gone, await outputFiles(gone, record));
  await expect(written).rejects.toThrow(
    `demo: --out must name a folder that can be written to, and '${gone}' cannot (ENOENT).`,
  );
  await expect(written).rejects.toMatchObject({ cause: { code: 'ENOENT' } });
  expect(readdirSync(folder)).toEqual([]);
});
