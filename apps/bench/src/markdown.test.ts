import { describe, expect, it } from 'vitest';
import type { Machine } from './machine.ts';
import { formatMarkdown } from './markdown.ts';
import type { PeerResult } from './measure.ts';
import type { Row } from './report.ts';

const machine: Machine = {
  cpu: 'Some CPU',
  cores: 2,
  memory: '8 GiB',
  platform: 'linux x64',
  node: 'v24.0.0',
  blas: 'OpenBLAS 0.3.21 as SkylakeX',
  peers: { tfjs: '4.22.0', pytorch: 'not installed' },
};

const peer = (name: string, ratio: number | null): PeerResult =>
  ratio === null
    ? { name, value: null, ratio, spread: null, reason: 'absent' }
    : { name, value: ratio, ratio, spread: [ratio / 2, ratio * 2] };

const row = (id: string, peers: readonly PeerResult[], met: boolean | null): Row => ({
  ...{ id, unit: 'ms', ours: 1.2345, threads: 1, peers, goal: 'at most 1 ms', met },
});

describe('the table in Markdown', () => {
  it('has a column for each library, and the machine above it', () => {
    const rows = [
      row(
        'a',
        [peer('tfjs wasm', 4), peer('PyTorch 1 thread', 2), peer('PyTorch 2 threads', 1)],
        true,
      ),
      row('b', [peer('tfjs wasm', null), peer('jax-js wasm', 3)], false),
      row('c', [], null),
    ];
    const titles = new Map([
      ['a', 'work of a'],
      ['b', 'work of b'],
      ['c', 'work of c'],
    ]);
    expect(formatMarkdown({ machine, rows }, titles).split('\n')).toEqual([
      'Some CPU, 2 cores, 8 GiB, linux x64, Node v24.0.0, OpenBLAS 0.3.21 as SkylakeX, tfjs 4.22.0, pytorch not installed.',
      '',
      '| row | one step | Kasane | × tfjs wasm | × PyTorch | × jax-js wasm | goal |',
      '| --- | --- | --: | --: | --: | --: | --- |',
      '| `a` | work of a | 1.23 ms | 4 (2–8) | 1 (0.5–2) | – | at most 1 ms: met |',
      '| `b` | work of b | 1.23 ms | – | – | 3 (1.5–6) | at most 1 ms: **missed** |',
      '| `c` | work of c | 1.23 ms | – | – | – | at most 1 ms: not judged |',
      '',
    ]);
  });

  it('has a column for ourselves with a BLAS, and how fast that is beside each ratio', () => {
    const own: PeerResult = { name: 'kasane native', value: 0.5, ratio: 0.4, spread: [0.4, 0.4] };
    const rows = [row('a', [own, peer('PyTorch 1 thread', 2)], true), row('b', [], true)];
    expect(formatMarkdown({ machine, rows }, new Map()).split('\n').slice(2, 6)).toEqual([
      '| row | one step | Kasane | native | × PyTorch | goal |',
      '| --- | --- | --: | --: | --: | --- |',
      '| `a` |  | 1.23 ms | 0.5 ms | 2 (1–4), native 4 | at most 1 ms: met |',
      '| `b` |  | 1.23 ms | – | – | at most 1 ms: met |',
    ]);
  });
});
