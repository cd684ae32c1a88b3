import { backends } from '../src/backends.ts';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import stringWidth from 'string-width';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { main } from '../src/cli/main.ts';
import type { Environment } from '../src/cli/environment.ts';
import { recorder } from './recorder.ts';
import { broken, halving, listed } from './small-exercises.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'kasane-cli-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

interface Ended {
  status: number;
  stdout: string;
  stderr: string;
}

async function demo(args: string[], changes: Partial<Environment> = {}): Promise<Ended> {
  const [stdout, stderr] = [recorder(), recorder()];
  const status = await main(args, {
    exercises: [listed(halving)],
    backends: { wasm: () => {}, reference: () => {} },
    stdout,
    stderr,
    signal: new AbortController().signal,
    ...changes,
  });
  return { status, stdout: stdout.text, stderr: stderr.text };
}

describe('demo list', () => {
  test('--json prints one array and nothing else', async () => {
    const { status, stdout, stderr } = await demo(['list', '--json']);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(JSON.parse(stdout)).toEqual([
      expect.objectContaining({
        id: 'halving',
        title: { en: 'Halving', ja: '半分にする' },
        packages: ['@kasane/tensor-core'],
        variants: ['default', 'by-multiplying'],
        parameters: halving.parameters,
      }),
    ]);
  });

  test('names every exercise and variant for people', async () => {
    const { stdout } = await demo(['list']);
    expect(stdout).toBe(
      'halving  Halving · 半分にする\n' +
        '  Halves a number again and again.\n' +
        '  --variant by-multiplying: By multiplying\n',
    );
  });
});

describe('demo run', () => {
  test('--json prints exactly one document', async () => {
    const { status, stdout, stderr } = await demo(['run', 'halving', '--json', '--seed', '5']);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(JSON.parse(stdout)).toEqual({
      id: 'halving',
      variant: 'default',
      seed: 5,
      metrics: { value: 2 ** -20, seed: 5, undefined: 'NaN' },
      checks: [
        {
          name: 'value after all steps',
          rows: [1, 2],
          expected: 2 ** -20,
          measured: 2 ** -20,
          holds: true,
        },
        { name: 'value stays positive', rows: [3], expected: true, measured: true, holds: true },
      ],
      seconds: expect.any(Number),
    });
  });

  test('parameters, variant, preset and seed reach the exercise, before or after its id', async () => {
    const value = async (...args: string[]): Promise<unknown> =>
      JSON.parse((await demo(['run', ...args])).stdout).metrics.value;
    expect(await value('halving', '--json', '--steps', '2', '--start=4')).toBe(1);
    expect(await value('--json', 'halving', '--variant', 'by-multiplying')).toBe(2 ** -40);
    expect(await value('--preset', 'quick', '--json', 'halving')).toBe(2 ** -10);
    expect(
      await value('halving', '--variant', 'by-multiplying', '--preset', 'quick', '--json'),
    ).toBe(2 ** -30);
  });

  test('a check that does not hold ends with 1 and is shown with what was measured', async () => {
    const { status, stdout } = await demo(['run', 'halving', '--astray', '--steps', '1']);
    expect(status).toBe(1);
    expect(stdout).toContain(
      'NO     value stays positive   false     true      Recurrent networks: the state handed on\n',
    );
    expect(stdout).toContain('1 of 2 checks hold');
  });

  test('shows chart, tables, metrics and checks', async () => {
    const { stdout } = await demo(['run', 'halving']);
    expect(stdout).toContain('course: value against step\n');
    expect(stdout).toContain('halves\nname         value  exact\none, "half"  0.5    true\n');
    expect(stdout).toContain('metric     value\nvalue      9.537e-7\n');
    expect(stdout).toMatch(/^2 of 2 checks hold \(\d+\.\d s\)\.$/m);
    expect(stdout).not.toContain('\u001B');
  });

  test('takes options that stand before it, and those behind it before them', async () => {
    const first = join(folder, 'before');
    const args = ['--json', '--out', first, '--backend', 'reference', 'run', 'halving'];
    const switched: string[] = [];
    const backends = { wasm: () => {}, reference: () => switched.push('reference') };
    const { status, stdout } = await demo(args, { backends });
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ id: 'halving' });
    expect(readdirSync(first)).toHaveLength(6);
    expect(switched).toEqual(['reference']);
    const second = join(folder, 'behind');
    await demo(['--out', join(folder, 'not'), 'run', 'halving', '--out', second]);
    expect(readdirSync(second)).toHaveLength(6);
    expect(existsSync(join(folder, 'not'))).toBe(false);
    expect(JSON.parse((await demo(['--json', 'list'])).stdout)).toHaveLength(1);
  });

  test.each([20, 40, 60])('stays within a terminal of %i columns', async (columns) => {
    for (const args of [['run', 'halving', '--astray'], ['list'], [], ['--help'], ['run', 'halving', '--help']]) {
      const stdout = recorder({ isTTY: true, columns });
      await demo(args, { stdout });
      const lines = stripVTControlCharacters(stdout.text).split('\n');
      expect(lines.filter((line) => stringWidth(line) > columns)).toEqual([]);
      expect(lines.join('').replace(/\s/g, '')).not.toContain('…');
    }
  }); // prettier-ignore

  test('leaves lines as long as they are where there is no terminal', async () => {
    const stdout = recorder({ columns: 20 });
    await demo(['run', 'halving'], { stdout });
    expect(stdout.text).toContain(
      'yes    value after all steps  9.53674e-7  9.53674e-7  Recurrent networks: networks for series, what makes a series\n',
    );
  });

  test('colours nothing where NO_COLOR is set', async () => {
    vi.stubEnv('NO_COLOR', '1');
    const stdout = recorder({ isTTY: true, columns: 100 });
    await demo(['run', 'halving'], { stdout });
    vi.unstubAllEnvs();
    expect(stdout.text).toContain('course: value against step');
    expect(stdout.text).not.toContain('\u001B');
  });

  test('colours a terminal', async () => {
    const stdout = recorder({ isTTY: true, columns: 100 });
    await demo(['run', 'halving'], { stdout });
    expect(stdout.text).toContain('\u001B[32myes\u001B[39m');
  });

  test('--backend switches before the exercise runs', async () => {
    const switched: string[] = [];
    const backends = {
      wasm: () => switched.push('wasm'),
      reference: () => switched.push('reference'),
    };
    await demo(['run', 'halving', '--backend', 'reference'], { backends });
    expect(switched).toEqual(['reference']);
  });

  test('--mode says where gpu runs, and is for gpu alone', async () => {
    const switched: string[] = [];
    const backends = { wasm: () => {}, gpu: (mode: string) => switched.push(mode) };
    await demo(['run', 'halving', '--backend', 'gpu', '--mode', 'webasm'], { backends });
    await demo(['run', 'halving', '--backend', 'gpu'], { backends });
    expect(switched).toEqual(['webasm', 'auto']);
    const { status, stderr } = await demo(['run', 'halving', '--mode', 'cpu'], { backends });
    expect(status).toBe(2);
    expect(stderr).toBe('demo: --mode says where --backend gpu runs; give both.\n');
  });

  test('a mode that is not here is an error of use, not of the program', async () => {
    const { status, stderr } = await demo(
      ['run', 'halving', '--backend', 'gpu', '--mode', 'webgl2'],
      { backends },
    );
    expect(status).toBe(2);
    expect(stderr).toBe(
      'demo: --mode webgl2: gpu: there is no webgl2 here. There is webasm, cpu.\n',
    );
  });

  test('--out writes files and says so', async () => {
    const out = join(folder, 'out');
    const { stdout, status } = await demo(['run', 'halving', '--out', out]);
    expect(status).toBe(0);
    expect(stdout).toContain(`wrote 6 files to ${out}\n`);
    expect(readdirSync(out)).toHaveLength(6);
  });

  test('--json with --out still prints nothing but JSON', async () => {
    const { stdout } = await demo(['run', 'halving', '--json', '--out', join(folder, 'quiet')]);
    expect(JSON.parse(stdout)).toMatchObject({ id: 'halving' });
  });

  test('an exercise that breaks ends with 1 and says why', async () => {
    const { status, stdout, stderr } = await demo(['run', 'broken'], {
      exercises: [listed(broken)],
    });
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toContain('matmul: inner dimensions must match, got 4 and 3');
  });
});

describe('demo', () => {
  test('runs every exercise at the quick preset and prints the table', async () => {
    const { status, stdout } = await demo([]);
    expect(status).toBe(0);
    expect(stdout.replace(/\d+\.\d s/g, '0.0 s')).toBe(
      'holds  check                  expected     measured     of the course\n' +
        'halving  0.0 s\n' +
        'yes    value after all steps  0.000976563  0.000976563  Recurrent networks: networks for series, what makes a series\n' +
        'yes    value stays positive   true         true         Recurrent networks: the state handed on\n\n' +
        '2 of 2 checks hold (0.0 s).\n',
    );
  });

  test('--all-variants runs those too', async () => {
    const { stdout } = await demo(['--all-variants']);
    expect(stdout).toContain('halving (by-multiplying)');
    expect(stdout).toContain('4 of 4 checks hold');
  });

  test('--json prints one array of results', async () => {
    const { stdout } = await demo(['--json']);
    expect(JSON.parse(stdout)).toMatchObject([{ id: 'halving', metrics: { value: 2 ** -10 } }]);
  });

  test('goes on after an exercise that breaks, and ends with 1', async () => {
    const { status, stdout, stderr } = await demo([], {
      exercises: [listed(broken), listed(halving)],
    });
    expect(status).toBe(1);
    expect(stdout).toContain('NO     matmul: inner dimensions must match, got 4 and 3\n');
    expect(stdout).toContain('2 of 2 checks hold, 1 of 2 exercises broke');
    expect(stderr).toContain('Error: matmul: inner dimensions must match');
  });
});

describe('a mistake on the command line is told in one sentence, with status 2', () => {
  test.each([
    ['rn', "demo: there is no command 'rn'; the nearest is 'run'."],
    ['--jsn', "demo: there is no option '--jsn'; the nearest is '--json'."],
    ['list --jso', "demo list: there is no option '--jso'; the nearest is '--json'."],
    [
      'run',
      "demo run: the id of an exercise must come first, as in 'demo run halving'; 'demo list' names them all.",
    ],
    ['run havling', "demo run: there is no exercise 'havling'; the nearest is 'halving'."],
    [
      'run halving --variant by-multiply',
      "demo run halving: there is no variant 'by-multiply'; the nearest is 'by-multiplying'.",
    ],
    [
      'run halving --stesp=3',
      "demo run halving: there is no option '--stesp'; the nearest is '--steps'.",
    ],
    [
      'run halving --steps 0',
      "demo run halving: --steps must be an integer from 1 to 1,000,000, got '0'; the nearest valid value is 1.",
    ],
    [
      'run halving --start high',
      "demo run halving: --start must be a number from 0.5 to 8, got 'high'; its default is 1.",
    ],
    [
      'run halving --method divied',
      "demo run halving: --method must be one of divide, multiply, got 'divied'; the nearest valid value is divide.",
    ],
    [
      'run halving --seed 1.2',
      "demo run: --seed must be an integer from 0 to 4,294,967,295, got '1.2'; the nearest valid value is 1.",
    ],
    [
      'run halving --preset quik',
      "demo run: --preset must be one of quick, full, got 'quik'; the nearest valid value is quick.",
    ],
    [
      'run halving --backend wsm',
      "demo: --backend must be one of wasm, reference, got 'wsm'; the nearest valid value is wasm.",
    ],
    ['run halving --steps', 'demo: --steps <integer> lacks its value.'],
    ['run halving --out=', "demo: --out must name a folder, got ''; '.' is this one."],
    ['--out= run halving', "demo: --out must name a folder, got ''; '.' is this one."],
    ['--out=', "demo: --out must name a folder, got ''; '.' is this one."],
    ['--all-variants run halving', 'demo run: takes no option --all-variants; leave it out.'],
    ['--out x list', 'demo list: takes no option --out; leave it out.'],
    ['--backend wasm list', 'demo list: takes no option --backend; leave it out.'],
    [
      '--json --out x run',
      "demo run: the id of an exercise must come first, as in 'demo run halving'; 'demo list' names them all.",
    ],
    ['run halving twice', "demo run halving: takes no further argument, got 'twice'."],
  ])('demo %s', async (line, message) => {
    expect(await demo(line.split(' '))).toEqual({ status: 2, stdout: '', stderr: `${message}\n` });
  });

  test('a folder that cannot be written to, before anything runs', async () => {
    const file = join(folder, 'file');
    writeFileSync(file, '');
    expect(await demo(['run', 'halving', '--out', file])).toEqual({
      status: 2,
      stdout: '',
      stderr: `demo: --out must name a folder that can be written to, and '${file}' cannot (ENOTDIR).\n`,
    });
  });
});

test('--help ends with 0', async () => {
  expect((await demo(['--help'])).stdout).toContain('Usage: demo');
  const { status, stdout } = await demo(['run', 'halving', '--help']);
  expect(status).toBe(0);
  expect(stdout).toContain('--steps <integer>');
  expect(stdout).toContain('Variants: default, by-multiplying');
});
