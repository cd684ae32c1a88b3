import { existsSync } from 'node:fs';
import { describe, expect, it, type TestContext } from 'vitest';
import type * as Chart from './chart.ts';
import type { PeerResult } from './measure.ts';
import type { Report, Row } from './report.ts';

const installed = existsSync(new URL('../node_modules/@observablehq/plot', import.meta.url));

/** What draws belongs to the workspace of the bench, which is not installed everywhere. */
function chart({ skip }: TestContext): Promise<typeof Chart> {
  skip(!installed, 'the bench is not installed: pnpm --dir apps/bench install');
  return import('./chart.ts');
}

const peer = (name: string, ratio: number | null): PeerResult =>
  ratio === null
    ? { name, value: null, ratio, spread: null, reason: 'absent' }
    : { name, value: ratio, ratio, spread: [ratio / 2, ratio * 2] };
const row = (id: string, ...peers: readonly PeerResult[]): Row => ({
  ...{ id, unit: 'ms', ours: 1, threads: 1, peers, goal: '', met: null },
});
const report: Report = {
  machine: {
    cpu: 'A & B',
    cores: 2,
    memory: '',
    platform: '',
    node: 'v24.0.0',
    blas: '',
    peers: {},
  },
  rows: [
    row('gemm', peer('tfjs wasm', 4), peer('PyTorch 1 thread', 2), peer('PyTorch 2 threads', 0.25)),
    row('load', peer('tfjs wasm', null)),
    row('lstm', peer('tfjs wasm', 40)),
  ],
};

describe('the chart', () => {
  it('has a bar for each library that a row was compared with, the faster of its sides', async (test) => {
    const { bars } = await chart(test);
    expect(bars(report)).toEqual([
      { row: 'gemm', library: 'tfjs wasm', ratio: 4, least: 2, most: 8 },
      { row: 'gemm', library: 'PyTorch', ratio: 0.25, least: 0.125, most: 0.5 },
      { row: 'lstm', library: 'tfjs wasm', ratio: 40, least: 20, most: 80 },
    ]);
  });

  it('is an SVG document that names rows, libraries, ratios and the machine', async (test) => {
    const { chartSvg } = await chart(test);
    const svg = chartSvg(report);
    expect(svg).toMatch(/^<\?xml[^>]*>\n<svg [^]*<\/svg>\n$/);
    for (const text of ['gemm', 'lstm', 'tfjs wasm', 'PyTorch', '4×', '0.25×', '40×']) {
      expect(svg).toContain(`>${text}</text>`);
    }
    expect(svg).toContain('A &amp; B, 2 cores');
    expect(svg).not.toContain('>load<');
    expect(svg.match(/<rect /g)).toHaveLength(3);
    expect(svg).not.toContain('NaN');
  });

  it('is empty, and no error, if nothing could be compared', async (test) => {
    const { chartSvg } = await chart(test);
    expect(chartSvg({ ...report, rows: [] })).not.toContain('NaN');
  });
});
