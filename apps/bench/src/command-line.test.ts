import { describe, expect, it } from 'vitest';
import { readOptions, UsageError } from './command-line.ts';

const known = ['gemm-256', 'add-100', 'mlp-tiny'];

describe('readOptions', () => {
  it('runs every row 7 rounds long by default', () => {
    expect(readOptions([], known)).toEqual({
      only: known,
      rounds: 7,
      json: false,
      list: false,
      help: false,
    });
  });

  it('takes some rows, each once and in the order of the table', () => {
    expect(readOptions(['--only', 'mlp-tiny, gemm-256,mlp-tiny'], known).only).toEqual([
      'gemm-256',
      'mlp-tiny',
    ]);
  });

  it('takes rounds, --json and --list', () => {
    expect(readOptions(['--rounds=3', '--json', '--list'], known)).toMatchObject({
      rounds: 3,
      json: true,
      list: true,
    });
  });

  it('takes files for a table and a chart', () => {
    expect(readOptions(['--markdown', 'table.md', '--chart', 'chart.svg'], known)).toMatchObject({
      markdown: 'table.md',
      chart: 'chart.svg',
      json: false,
    });
    expect(() => readOptions(['--chart'], known)).toThrow(UsageError);
  });

  it('names the rows there are when asked for another', () => {
    expect(() => readOptions(['--only', 'gem'], known)).toThrow(
      new UsageError("bench: there is no row 'gem'. There are gemm-256, add-100, mlp-tiny."),
    );
  });

  it('refuses rounds that cannot be counted, and unknown options', () => {
    for (const rounds of ['0', '-1', '1.5', 'many', '']) {
      expect(() => readOptions([`--rounds=${rounds}`], known)).toThrow(
        `bench: --rounds must be a whole number from 1, got '${rounds}'.`,
      );
    }
    expect(() => readOptions(['--fast'], known)).toThrow(UsageError);
    expect(() => readOptions(['add-100'], known)).toThrow(UsageError);
  });
});
